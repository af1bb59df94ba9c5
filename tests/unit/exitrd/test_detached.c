// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

#include "exitrd/detached.h"
#include "tree.h"

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif
#define MAY " a lazily unmounted file system on it may still be writable"

static char proc[96], claimed[64];

static bool is_claimed(const char *name)
{
	return span_listed(span_of(name), claimed);
}

static bool find(const char *dir, bool remounted)
{
	struct bounded b = { .start = sys_now() };
	bool found;

	log_begin();
	found = detached_find(&b, dir, remounted);
	log_end();
	return found;
}

static void test_found(void)
{
	tree_put("proc/self/mountinfo", "1 0 0:1 / / rw - ramfs exitrd rw\n2 1 8:1 / /x ro - ext4 /dev/sda1 ro\n");
	tree_put("proc/swaps", "Filename Type Size\n");
	tree_put("sys/class/block/sda/dev", "8:0\n");
	tree_put("sys/block/sda/sda1/partition", "1\n");
	tree_put("sys/class/block/sda1/dev", "8:1\n");
	tree_put("sys/class/block/sdb/dev", "8:16\n");
	tree_put("sys/class/block/sdb/holders/dm-0", "");
	tree_put("sys/class/block/dm-0/dev", "254:0\n");
	out_text(claimed, sizeof(claimed), "sda sda1 sdb");
	ok(!find(proc, false) && !*logged, "a mounted one, its disk, and one that another device lies on");
	out_text(claimed, sizeof(claimed), "sda sda1 sdb dm-0");
	ok(find(proc, false), "one that no mount accounts for");
	is_str(logged, "iscsiroot: shutdown: dm-0:" MAY "\n", "is logged");
	ok(!find(proc, true) && !*logged, "the kernel has remounted all: it is read-only");
	tree_put("proc/fs/ext4/dm-0/options", "rw\nbsddf\n");
	ok(find(proc, true), "ext4 tells that it is not");
	is_str(logged, "iscsiroot: shutdown: dm-0:" MAY " (fsck runs at the next boot)\n", "which is logged");
	tree_put("proc/fs/ext4/dm-0/options", "ro\nbsddf\n");
	ok(!find(proc, false), "ext4 tells that it is read-only");
	tree_unlink("proc/fs/ext4/dm-0/options");
}

/* A mount of a btrfs has device numbers of its own, and names one of its devices. */
static void test_btrfs(void)
{
	char line[160], numbers[32];
	struct stat st;

	tree_put("sys/fs/btrfs/0d3f/devices/dm-0", "");
	tree_put("sys/fs/btrfs/0d3f/devices/iscsiroot-1", "");
	tree_put("sys/fs/btrfs/features/raid1", "");
	ok(find(proc, true), "the emergency remount does not reach a btrfs");
	if (stat("/dev/loop0", &st)) {
		printf("# skipped: no block device to be named\n");
		return;
	}
	snprintf(numbers, sizeof(numbers), "%u:%u", (unsigned)major(st.st_rdev), (unsigned)minor(st.st_rdev));
	tree_put("sys/class/block/iscsiroot-1/dev", numbers);
	snprintf(line, sizeof(line), "2 1 0:41 / /x ro - btrfs /dev/loop0 ro\n3 1 8:1 / /y ro - ext4 /dev/sda1 ro\n");
	tree_put("proc/self/mountinfo", line);
	ok(!find(proc, false), "another device of it is mounted");
}

static int make_loop(const char *file, char dev[32])
{
	static struct spawn mkfs;
	const char *argv[] = { "mkfs.ext4", "-q", "-F", file, NULL };
	int control = open("/dev/loop-control", O_RDWR), fd = open(file, O_RDWR | O_CREAT, 0600), n, loop;

	if (control < 0 || fd < 0 || ftruncate(fd, 4 << 20) || spawn_start(&mkfs, argv))
		return -1;
	spawn_await(&mkfs, SYS_FOREVER);
	n = ioctl(control, LOOP_CTL_GET_FREE, NULL);
	snprintf(dev, 32, "/dev/loop%d", n);
	loop = n < 0 || !spawn_ok(&mkfs) ? -1 : open(dev, O_RDWR);
	if (loop >= 0 && ioctl(loop, LOOP_SET_FD, (void *)(intptr_t)fd))
		loop = -1;
	close(control);
	close(fd);
	return loop;
}

static bool is_logged(const char *dev)
{
	char want[128];

	snprintf(want, sizeof(want), "iscsiroot: shutdown: %s:" MAY "\n", dev + 5);
	return strstr(logged, want);
}

/* This machine's kernel: a file keeps the file system in use after `umount -l`. */
static void test_kernel(void)
{
	bool (*ask)(const char *name) = detached_claimed;
	char file[96], dir[96], dev[32];
	int loop, fd;

	snprintf(file, sizeof(file), "%s/image", tree);
	snprintf(dir, sizeof(dir), "%s/mnt", tree);
	mkdir(dir, 0700);
	loop = make_loop(file, dev);
	if (loop < 0 || mount(dev, dir, "ext4", 0, NULL)) {
		printf("# skipped: no loop device or ext4 here, or not root\n");
		return;
	}
	sysfs_root = "/sys";
	detached_claimed = ask;
	snprintf(file, sizeof(file), "%s/mnt/file", tree);
	fd = open(file, O_WRONLY | O_CREAT, 0600);
	find("/proc", false);
	ok(!is_logged(dev), "a file system that is mounted");
	ok(!umount2(dir, MNT_DETACH), "it is unmounted lazily");
	ok(find("/proc", false) && is_logged(dev), "and found");
	close(fd);
	find("/proc", false);
	ok(!is_logged(dev), "a file was all that kept it");
	ioctl(loop, LOOP_CLR_FD, NULL);
	close(loop);
	sysfs_root = tree_sys;
}

int main(void)
{
	tree_begin("detached");
	snprintf(proc, sizeof(proc), "%s/proc", tree);
	test_kernel();
	detached_claimed = is_claimed;
	test_found();
	test_btrfs();
	tree_end();
	return done_testing();
}
