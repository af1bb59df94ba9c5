/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small machine under a directory: what sysfs, udev's database and /dev show of its disks. */
#ifndef ISCSIROOT_DISK_TREE_H
#define ISCSIROOT_DISK_TREE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define TREE_MADE_MAX 16384

static char tree_dir[64];
__attribute__((unused))
static char tree_sysfs[72];	/* for sysfs_root, of a test whose tree has sys/ in it */
static char *tree_made[TREE_MADE_MAX];
static unsigned tree_n;

/* Remember what is to be removed; a test that forgets would litter /tmp. */
static void tree_note(const char *path)
{
	if (tree_n < TREE_MADE_MAX)
		tree_made[tree_n++] = strdup(path);
}

static const char *tree_path(const char *rel)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", tree_dir, rel);
	return path;
}

static void tree_parents(const char *rel)
{
	char path[512];
	char *p;

	snprintf(path, sizeof(path), "%s/%s", tree_dir, rel);
	for (p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (!mkdir(path, 0755))
			tree_note(path);
		*p = '/';
	}
}

__attribute__((unused))
static void tree_file(const char *rel, const char *text)
{
	int fd;

	tree_parents(rel);
	fd = open(tree_path(rel), O_WRONLY | O_CREAT | O_TRUNC, 0755);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		perror(rel);
	close(fd);
	tree_note(tree_path(rel));
}

__attribute__((unused))
static void tree_link(const char *rel, const char *target)
{
	tree_parents(rel);
	unlink(tree_path(rel));
	if (symlink(target, tree_path(rel)))
		perror(rel);
	tree_note(tree_path(rel));
}

__attribute__((unused))
static void tree_node(const char *rel, unsigned maj, unsigned min)
{
	tree_parents(rel);
	unlink(tree_path(rel));
	if (mknod(tree_path(rel), S_IFBLK | 0600, makedev(maj, min)))
		perror(rel);
	tree_note(tree_path(rel));
}

/* A block device: its place under sys/devices, its number, its node. */
__attribute__((unused))
static void tree_block(const char *place, unsigned maj, unsigned min)
{
	const char *name = strrchr(place, '/') + 1;
	char rel[256], text[256];

	snprintf(rel, sizeof(rel), "sys/devices/%s/dev", place);
	snprintf(text, sizeof(text), "%u:%u\n", maj, min);
	tree_file(rel, text);
	snprintf(rel, sizeof(rel), "sys/class/block/%s", name);
	snprintf(text, sizeof(text), "../../devices/%s", place);
	tree_link(rel, text);
	snprintf(rel, sizeof(rel), "dev/%s", name);
	tree_node(rel, maj, min);
}

/* What udev has found out about it: udev is through. */
__attribute__((unused))
static void tree_udev(unsigned maj, unsigned min, const char *lines)
{
	char rel[64], text[1024];

	snprintf(rel, sizeof(rel), "run/udev/data/b%u:%u", maj, min);
	snprintf(text, sizeof(text), "I:123456\n%s", lines);
	tree_file(rel, text);
}

/* An attribute of a block device: "md/level". */
__attribute__((unused))
static void tree_attr(const char *name, const char *attr, const char *text)
{
	char rel[192];

	snprintf(rel, sizeof(rel), "sys/class/block/%s/%s", name, attr);
	tree_file(rel, text);
}

/* What a stacked device lies on, named with blanks between them. */
__attribute__((unused))
static void tree_slaves(const char *name, const char *slaves)
{
	char rel[192];
	size_t len;

	for (; *slaves; slaves += len + (slaves[len] == ' ')) {
		len = strcspn(slaves, " ");
		snprintf(rel, sizeof(rel), "sys/class/block/%s/slaves/%.*s", name, (int)len, slaves);
		tree_link(rel, "..");
	}
}

/* A device-mapper device over others, named with blanks between them. */
__attribute__((unused))
static void tree_dm(unsigned n, const char *name, const char *slaves)
{
	char place[64], rel[192];

	snprintf(place, sizeof(place), "virtual/block/dm-%u", n);
	tree_block(place, 253, n);
	snprintf(rel, sizeof(rel), "sys/devices/%s/dm/name", place);
	tree_file(rel, name);
	snprintf(rel, sizeof(rel), "sys/devices/%s/dm/suspended", place);
	tree_file(rel, "0\n");
	snprintf(rel, sizeof(rel), "sys/devices/%s/dm/uuid", place);
	tree_file(rel, "LVM-abc\n");
	tree_slaves(strrchr(place, '/') + 1, slaves);
	snprintf(rel, sizeof(rel), "dev/mapper/%s", name);
	tree_node(rel, 253, n);
}

__attribute__((unused))
static void tree_begin(const char *name)
{
	snprintf(tree_dir, sizeof(tree_dir), "/tmp/iscsiroot-%s.%u", name, (unsigned)getpid());
	snprintf(tree_sysfs, sizeof(tree_sysfs), "%s/sys", tree_dir);
	if (mkdir(tree_dir, 0755))
		perror(tree_dir);
	tree_note(tree_dir);
}

__attribute__((unused))
static void tree_end(void)
{
	while (tree_n) {
		char *path = tree_made[--tree_n];

		if (unlink(path))
			rmdir(path);
		free(path);
	}
}

#endif
