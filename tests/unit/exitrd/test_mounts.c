// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sys/mount.h>

#include "exitrd/bounded.h"
#include "exitrd/bounds.h"
#include "exitrd/detached.h"
#include "exitrd/mounts.h"
#include "kernel/sysrq.h"
#include "tree.h"

#define SLOW "/nonexistent/iscsiroot/slow"

static struct bounded bounded;

static void take_down(struct mounts *m)
{
	m->bounded = &bounded;
	log_begin();
	mounts_take_down(m);
	log_end();
}

static bool is_ours(const char *name)
{
	return !strcmp(name, "iscsiroot-1");
}

static bool is_nobodys(const char *name)
{
	(void)name;
	return false;
}

static void test_left(void)
{
	struct mounts m = { 0 };

	bounded = (struct bounded){ .start = sys_now() };
	tree_put("proc/swaps", "Filename Type Size\n/nonexistent/iscsiroot/swap file 1 0 -2\n");
	tree_put("proc/self/mountinfo",
		 "1 0 0:1 / / rw - ramfs exitrd rw\n"
		 "2 1 8:1 / /nonexistent/iscsiroot/disk rw - ext4 /dev/sda1 rw\n"
		 "3 1 8:2 / /nonexistent/iscsiroot/\\033[1m rw - ext4 /dev/sda2 ro\n"
		 "4 1 0:9 / /nonexistent/iscsiroot/tmp rw - tmpfs tmpfs rw\n"
		 "5 1 0:9 / /nonexistent/iscsiroot/nfs rw - nfs server:/x rw\n");
	take_down(&m);
	is_str(logged,
	       "iscsiroot: shutdown: /nonexistent/iscsiroot/swap: swapoff failed: "
	       "No such file or directory\n"
	       "iscsiroot: shutdown: /nonexistent/iscsiroot/\\x1b[1m: not unmounted: "
	       "No such file or directory; it is read-only\n"
	       "iscsiroot: shutdown: /nonexistent/iscsiroot/disk: neither unmounted nor remounted read-only: "
	       "No such file or directory (fsck runs at the next boot)\n"
	       "iscsiroot: shutdown: file systems: emergency remount (sysrq u) failed: No such file or directory\n",
	       "what could not be taken down is logged, except where nothing is stored");
	ok(m.writable, "something may still be written to");
	tree_put("proc/swaps", "Filename Type Size\n");
	tree_put("proc/self/mountinfo", "1 0 0:1 / / rw - ramfs exitrd rw\n");
	m.writable = false;
	take_down(&m);
	ok(!logged[0] && !m.writable, "nothing to take down: nothing is logged");
}

/* The kernel's log is a pipe with a name, in which it has already told of the end. */
static void test_sysrq(void)
{
	struct mounts m = { 0 };
	char log[96];
	int fd;

	snprintf(log, sizeof(log), "%s/kmsg", tree);
	kmsg_file = log;
	fd = mkfifo(log, 0600) ? -1 : open(log, O_RDWR);
	sys_write_all(fd, "4,9,9,-;Emergency Remount complete\n", 35);
	tree_put("proc/sysrq-trigger", "");
	tree_put("proc/swaps", "Filename Type Size\n");
	tree_put("proc/self/mountinfo", "2 1 8:1 / /nonexistent/iscsiroot/disk rw - ext4 /dev/sda1 rw\n");
	bounded = (struct bounded){ .start = sys_now() };
	take_down(&m);
	is_str(tree_content("proc/sysrq-trigger"), "u", "what cannot be remounted is remounted by the kernel");
	ok(m.writable, "and counts as writable where it stays so");

	tree_put("proc/self/mountinfo", "1 0 0:1 / / rw - ramfs exitrd rw\n");
	tree_put("sys/class/block/iscsiroot-1/dev", "8:16\n");
	sys_write_all(fd, "4,9,9,-;Emergency Remount complete\n", 35);
	detached_claimed = is_ours;
	m.writable = false;
	take_down(&m);
	is_str(logged, "iscsiroot: shutdown: iscsiroot-1: a lazily unmounted file system on it may still be "
	       "writable\niscsiroot: shutdown: file systems: remounted read-only by the emergency remount "
	       "(sysrq u)\n", "one that is mounted nowhere any more is remounted");
	ok(!m.writable, "and is not written to any more");
	tree_unlink("proc/sysrq-trigger");
	take_down(&m);
	ok(m.writable, "where that is not possible it counts as writable");
	detached_claimed = is_nobodys;
	kmsg_file = "/dev/null";
	close(fd);
}

/* In the kernel's place: a umount(2) that blocks has removed the mount from mountinfo before. */
int umount2(const char *path, int flags)
{
	if (!strcmp(path, SLOW)) {
		tree_put("proc/self/mountinfo", "1 0 0:1 / / rw - ramfs exitrd rw\n");
		bounded_pause(20000000);
	}
	(void)flags;
	errno = ENOENT;
	return -1;
}

/*
 * Return: was an abandoned call logged, and nothing else? Tried again where it was logged twice: a child
 * that this machine did not run within its half second has not changed mountinfo yet.
 */
static bool abandon(struct mounts *m, const char *mount)
{
	static const char want[] = "iscsiroot: shutdown: " SLOW ": unmounting: abandoned after ";
	const char *end = logged;
	unsigned i;

	for (i = 0; i < 5; i++) {
		*m = (struct mounts){ 0 };
		bounded = (struct bounded){ .start = sys_now() - DEAD_US, .brief = true,
			     .brief_since = sys_now() - DEAD_US };
		tree_put("proc/self/mountinfo", mount);
		take_down(m);
		end = strchr(logged, '\n');
		if (strncmp(logged, want, sizeof(want) - 1) || !end || !end[1])
			break;
	}
	return !strncmp(logged, want, sizeof(want) - 1) && end && !end[1];
}

static void test_abandoned(void)
{
	struct mounts m;

	ok(abandon(&m, "2 1 8:1 / " SLOW " rw - ext4 /dev/sda1 rw\n") && m.writable,
	   "an abandoned umount may still be writing");
	ok(abandon(&m, "2 1 8:1 / " SLOW " rw - ext4 /dev/sda1 ro\n") && !m.writable,
	   "but not to a read-only file system");
	ok(abandon(&m, "2 1 0:9 / " SLOW " rw - nfs server:/x rw\n") && !m.writable,
	   "nor to a disk of ours where it is on another host");
}

int main(void)
{
	char proc[96], trigger[112];

	tree_begin("mounts");
	snprintf(proc, sizeof(proc), "%s/proc", tree);
	mounts_proc = proc;
	snprintf(trigger, sizeof(trigger), "%s/sysrq-trigger", proc);
	sysrq_file = trigger;	/* never this machine's */
	test_left();
	test_sysrq();
	test_abandoned();
	tree_end();
	return done_testing();
}
