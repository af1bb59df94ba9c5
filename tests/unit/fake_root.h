/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A root of the test's own: a tmpfs in a mount namespace, with a shell for the scripts that stand in for
 * programs. Wants root.
 */
#ifndef ISCSIROOT_TESTS_FAKE_ROOT_H
#define ISCSIROOT_TESTS_FAKE_ROOT_H

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/sys.h"
#include "keeper/sandbox.h"
#include "tap.h"

static char fake_dir[64];
static int fake_old = -1;

static void fake_parents(const char *path)
{
	char part[256];
	char *p;

	snprintf(part, sizeof(part), "%s", path);
	for (p = strchr(part + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(part, 0755);
		*p = '/';
	}
}

/* A file of the fake root, absolute path; its directories are made. */
__attribute__((unused))
static void fake_file(const char *path, const char *text)
{
	int err;

	fake_parents(path);
	err = sys_write_atomic(path, 0755, text, strlen(text));
	if (err)
		printf("# %s: error %d\n", path, -err);
}

/* A program in /usr/sbin that is this shell script; "" is one that does nothing. */
__attribute__((unused))
static void fake_program(const char *name, const char *script)
{
	char path[96], text[1024];

	snprintf(path, sizeof(path), "/usr/sbin/%s", name);
	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	fake_file(path, text);
}

/* The content of a file; "(none)" where it cannot be read. */
__attribute__((unused))
static const char *fake_content(const char *path)
{
	static char text[2][8192];
	static unsigned i;

	i = !i;
	return sys_read(AT_FDCWD, path, text[i], sizeof(text[i])) < 0 ? "(none)" : text[i];
}

/* Bind a directory of the machine, of which there may be none (/lib64). */
static void fake_bind(const char *path)
{
	char to[96];

	snprintf(to, sizeof(to), "%s%s", fake_dir, path);
	if (!mkdir(to, 0755))
		mount(path, to, NULL, MS_BIND, NULL);
}

/* From here on this process has the fake root. */
static bool fake_root_begin(const char *name)
{
	static const char *const programs[] = { "/bin/sh", "/bin/rm", "/bin/cat", "/bin/mv" };
	unsigned i;

	snprintf(fake_dir, sizeof(fake_dir), "/tmp/iscsiroot-%s.%u", name, (unsigned)getpid());
	mkdir(fake_dir, 0755);
	umask(022);
	if (compat_unshare_mounts() || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("test", fake_dir, "tmpfs", 0, NULL))
		return false;
	fake_old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fake_bind("/lib");
	fake_bind("/lib64");
	for (i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		if (sandbox_copy(programs[i], fake_dir, programs[i], NULL))
			return false;
	if (chdir(fake_dir) || chroot(".") || chdir("/") || mkdir("/proc", 0755) || mkdir("/tmp", 0755) ||
	    mkdir("/dev", 0755) || mkdir("/run", 0755) || mount("proc", "/proc", "proc", 0, NULL))
		return false;
	return !mknod("/dev/null", S_IFCHR | 0666, 1 << 8 | 3);
}

static void fake_root_end(void)
{
	if (fake_old < 0 || fchdir(fake_old) || chroot(".")) {
		printf("# no way back to the root\n");
		return;
	}
	close(fake_old);
	if (umount2(fake_dir, MNT_DETACH) || rmdir(fake_dir))
		printf("# cannot remove %s: error %d\n", fake_dir, errno);
}

#endif
