// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/sys.h"
#include "exitrd/detached.h"
#include "exitrd/log.h"
#include "formats/mountinfo.h"
#include "formats/proc.h"
#include "kernel/sysfs.h"

#define MOUNTS_MAX 262144	/* of what is beyond it a device counts as detached: remounted once more */

/* O_EXCL: the kernel refuses it where a mount, swap or stacked device has the device. */
static bool ask_kernel(const char *name)
{
	char dev[64];
	int fd;

	if (!out_text(dev, sizeof(dev), "/dev/%s", name))
		return false;
	fd = open(dev, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EBUSY;
}

bool (*detached_claimed)(const char *name) = ask_kernel;

struct search {
	const char *proc;
	bool remounted, found;
	struct span mounts, swaps;
};

struct known {
	const struct search *s;
	const char *name;	/* of a device */
	bool yes;
};

static bool stop_at_first(void *arg, const char *name)
{
	(void)name;
	*(bool *)arg = true;
	return false;
}

static bool has_holder(const char *name)
{
	bool any = false;

	sysfs_list(stop_at_first, &any, "class/block/%s/holders", name);
	return any;
}

static bool find_partition(void *arg, const char *name)
{
	struct known *k = arg;

	k->yes = sysfs_exists("block/%s/%s/partition", k->name, name);
	return !k->yes;
}

/* The kernel refuses to claim a disk of which a partition is claimed: that partition is looked at. */
static bool has_partition(const char *name)
{
	struct known k = { .name = name };

	sysfs_list(find_partition, &k, "block/%s", name);
	return k.yes;
}

/* Does the node at an escaped path of /proc have these numbers? */
static bool is_node(struct span escaped, const char *numbers)
{
	char path[512], text[32];
	struct stat st;

	return proc_path(escaped, path, sizeof(path)) && !stat(path, &st) && S_ISBLK(st.st_mode) &&
	       out_text(text, sizeof(text), "%u:%u", (unsigned)major(st.st_rdev), (unsigned)minor(st.st_rdev)) &&
	       !strcmp(text, numbers);
}

static bool is_mounted(const struct search *s, const char *name)
{
	struct span mounts = s->mounts, swaps = s->swaps, path;
	char numbers[32], text[32];
	struct mountinfo m;

	if (!sysfs_read(numbers, sizeof(numbers), "class/block/%s/dev", name).n)
		return false;
	while (mountinfo_next(&mounts, &m)) {
		out_text(text, sizeof(text), "%u:%u", m.major, m.minor);
		if (!strcmp(text, numbers) || (!m.major && is_node(m.source, numbers)))
			return true;
	}
	while (proc_swap(&swaps, &path))
		if (is_node(path, numbers))
			return true;
	return false;
}

static bool find_mounted(void *arg, const char *name)
{
	struct known *k = arg;

	k->yes |= is_mounted(k->s, name);
	return !k->yes;
}

static bool find_member(void *arg, const char *fsid)
{
	struct known *k = arg;

	if (sysfs_exists("fs/btrfs/%s/devices/%s", fsid, k->name))
		sysfs_list(find_mounted, k, "fs/btrfs/%s/devices", fsid);
	return !k->yes;
}

/* A btrfs has several devices, and a mount names one of them. */
static bool is_member_of_mounted(const struct search *s, const char *name)
{
	struct known k = { .s = s, .name = name };

	sysfs_list(find_member, &k, "fs/btrfs");
	return k.yes;
}

static bool find_btrfs(void *arg, const char *fsid)
{
	struct known *k = arg;

	k->yes = sysfs_exists("fs/btrfs/%s/devices/%s", fsid, k->name);
	return !k->yes;
}

/* Only ext4 tells. Others are taken to be writable until all have been remounted, btrfs also after that. */
static bool may_write(const struct search *s, const char *name)
{
	struct known k = { .s = s, .name = name };
	char path[128], text[4096];
	ssize_t n = -1;

	if (out_text(path, sizeof(path), "%s/fs/ext4/%s/options", s->proc, name))
		n = sys_read(AT_FDCWD, path, text, sizeof(text));
	if (n >= 2)
		return strncmp(text, "ro", 2);
	sysfs_list(find_btrfs, &k, "fs/btrfs");
	return !s->remounted || k.yes;
}

static bool look_at(void *arg, const char *name)
{
	struct search *s = arg;

	if (has_holder(name) || has_partition(name) || !detached_claimed(name) || is_mounted(s, name) ||
	    is_member_of_mounted(s, name) || !may_write(s, name))
		return true;
	s->found = true;
	log_line(name, "a lazily unmounted file system on it may still be writable%s",
		 s->remounted ? " (fsck runs at the next boot)" : "");
	return true;
}

static struct span read_text(const char *proc, const char *file, char *buf, size_t size)
{
	char path[128];
	ssize_t n = -ENAMETOOLONG;

	if (out_text(path, sizeof(path), "%s/%s", proc, file))
		n = sys_read(AT_FDCWD, path, buf, size);
	if (n == -E2BIG)
		n = size;
	return (struct span){ buf, n > 0 ? n : 0 };
}

static int find(void *arg)
{
	static char mounts[MOUNTS_MAX], swaps[8192];
	struct search *s = arg;

	s->mounts = read_text(s->proc, "self/mountinfo", mounts, sizeof(mounts));
	s->swaps = read_text(s->proc, "swaps", swaps, sizeof(swaps));
	sysfs_list(look_at, s, "class/block");
	return s->found ? -EBUSY : 0;
}

bool detached_find(struct bounded *b, const char *proc, bool remounted)
{
	struct search s = { .proc = proc, .remounted = remounted };

	/* in a child: the open(2) of a dead disk may block */
	return bounded_call(b, "file systems", "looking for writable ones", find, &s) == -EBUSY;
}
