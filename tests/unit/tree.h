/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory with a sysfs of files in it, and what is printed meanwhile. Nothing that is named there may
 * exist on this machine.
 */
#ifndef ISCSIROOT_TEST_TREE_H
#define ISCSIROOT_TEST_TREE_H

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/spawn.h"
#include "base/sys.h"
#include "kernel/kmsg.h"
#include "kernel/session.h"
#include "kernel/sysfs.h"
#include "tap.h"

static char tree[64], tree_sys[96], logged[8192];
static int tree_stdout = -1;

static void tree_parents(char *path)
{
	char *at;

	for (at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
}

__attribute__((unused))
static void tree_put(const char *name, const char *content)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", tree, name);
	tree_parents(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || sys_write_all(fd, content, strlen(content)))
		printf("# cannot write %s\n", path);
	close(fd);
}

__attribute__((unused))
static void tree_link(const char *name, const char *to)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", tree, name);
	tree_parents(path);
	if (symlink(to, path))
		printf("# cannot link %s\n", path);
}

/* A file, link or empty directory. */
__attribute__((unused))
static void tree_unlink(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", tree, name);
	remove(path);
}

/* The content of a file; "(none)" where it cannot be read. */
__attribute__((unused))
static const char *tree_content(const char *name)
{
	static char text[1024];
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", tree, name);
	return sys_read(AT_FDCWD, path, text, sizeof(text)) < 0 ? "(none)" : text;
}

/* From here to log_end() standard output goes to a file; no test may be reported meanwhile. */
__attribute__((unused))
static void log_begin(void)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "%s/logged", tree);
	fflush(stdout);
	tree_stdout = dup(STDOUT_FILENO);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0644);
	dup2(fd, STDOUT_FILENO);
	close(fd);
}

/* And from there to logged[]. */
__attribute__((unused))
static void log_end(void)
{
	char path[96];
	ssize_t n;

	fflush(stdout);
	dup2(tree_stdout, STDOUT_FILENO);
	close(tree_stdout);
	snprintf(path, sizeof(path), "%s/logged", tree);
	n = sys_read(AT_FDCWD, path, logged, sizeof(logged));
	logged[n > 0 ? n : 0] = '\0';
}

static void tree_begin(const char *name)
{
	snprintf(tree, sizeof(tree), "/tmp/iscsiroot-%s-%06u", name, (unsigned)getpid() % 1000000);
	snprintf(tree_sys, sizeof(tree_sys), "%s/sys", tree);
	mkdir(tree, 0755);
	sysfs_root = tree_sys;
	kmsg_file = "/dev/null";
	child_init();
}

static void tree_end(void)
{
	static struct spawn rm;
	const char *argv[] = { "rm", "-rf", tree, NULL };

	if (!spawn_start(&rm, argv))
		spawn_await(&rm, SYS_FOREVER);
}

#endif
