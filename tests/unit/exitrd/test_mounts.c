// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sys/mount.h>

#include "exitrd/bounded.h"
#include "exitrd/bounds.h"
#include "exitrd/mounts.h"
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
	       "No such file or directory (fsck runs at the next boot)\n",
	       "what could not be taken down is logged, except where nothing is stored");
	ok(m.writable, "something may still be written to");
	tree_put("proc/swaps", "Filename Type Size\n");
	tree_put("proc/self/mountinfo", "1 0 0:1 / / rw - ramfs exitrd rw\n");
	m.writable = false;
	take_down(&m);
	ok(!logged[0] && !m.writable, "nothing to take down: nothing is logged");
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
		bounded = (struct bounded){ .start = sys_now() - DEAD_US, .brief = true };
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
	char proc[96];

	tree_begin("mounts");
	snprintf(proc, sizeof(proc), "%s/proc", tree);
	mounts_proc = proc;
	test_left();
	test_abandoned();
	tree_end();
	return done_testing();
}
