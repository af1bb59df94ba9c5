// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Steps of the exitrd over a /proc and a sysfs of files, and what they say. Nothing that they name is
 * there on this machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/spawn.h"
#include "base/sys.h"
#include "exitrd/parts.h"
#include "exitrd/shutdown.h"
#include "kernel/dm.h"
#include "tap.h"

static char root[64], proc_dir[96], sys_dir[96], said[8192];

static void make_dirs(char *path)
{
	char *at;

	for (at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
}

static void put(const char *name, const char *content)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	make_dirs(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || sys_write_all(fd, content, strlen(content)))
		printf("# cannot write %s\n", path);
	close(fd);
}

static void put_link(const char *name, const char *to)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	make_dirs(path);
	if (symlink(to, path))
		printf("# cannot link %s\n", path);
}

/* What @step says goes to a file, and from there to said[]. */
static void listen(void (*step)(struct down *d), struct down *d)
{
	char path[96];
	int out = dup(STDOUT_FILENO), fd;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/said", root);
	fflush(stdout);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0644);
	dup2(fd, STDOUT_FILENO);
	step(d);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(fd);
	n = sys_read(AT_FDCWD, path, said, sizeof(said));
	said[n > 0 ? n : 0] = '\0';
}

static void test_mounts(void)
{
	struct down d = { .start = sys_now() };

	put("proc/swaps", "Filename Type Size\n/nonexistent/iscsiroot/swap file 1 0 -2\n");
	put("proc/self/mountinfo",
	    "1 0 0:1 / / rw - ramfs exitrd rw\n"
	    "2 1 8:1 / /nonexistent/iscsiroot/disk rw - ext4 /dev/sda1 rw\n"
	    "3 1 8:2 / /nonexistent/iscsiroot/\\033[1m rw - ext4 /dev/sda2 ro\n"
	    "4 1 0:9 / /nonexistent/iscsiroot/tmp rw - tmpfs tmpfs rw\n"
	    "5 1 0:9 / /nonexistent/iscsiroot/nfs rw - nfs server:/x rw\n");
	listen(mounts_take_down, &d);
	is_str(said,
	       "iscsiroot: shutdown: /nonexistent/iscsiroot/swap: swap not turned off: "
	       "No such file or directory\n"
	       "iscsiroot: shutdown: /nonexistent/iscsiroot/\\x1b[1m: not unmounted: "
	       "No such file or directory; it is read-only\n"
	       "iscsiroot: shutdown: /nonexistent/iscsiroot/disk: neither unmounted nor made read-only: "
	       "No such file or directory (the next boot checks it)\n",
	       "what stays is said, but for what keeps nothing");
	ok(d.writable, "and that something can still be written to");
	put("proc/swaps", "Filename Type Size\n");
	put("proc/self/mountinfo", "1 0 0:1 / / rw - ramfs exitrd rw\n");
	d.writable = false;
	listen(mounts_take_down, &d);
	ok(!said[0] && !d.writable, "nothing is there, nothing is said");
}

#define SLOW "/nonexistent/iscsiroot/slow"

/* The kernel's: an unmounting that hangs is not listed any more. */
int umount2(const char *path, int flags)
{
	if (!strcmp(path, SLOW)) {
		put("proc/self/mountinfo", "1 0 0:1 / / rw - ramfs exitrd rw\n");
		down_pause(20000000);
	}
	(void)flags;
	errno = ENOENT;
	return -1;
}

/*
 * Return: did it say "left behind", and nothing else? Once more where it was said again: of a child
 * that the machine did not run within its half second the mount is listed still.
 */
static bool leave_behind(struct down *d, const char *mount)
{
	static const char want[] = "iscsiroot: shutdown: " SLOW ": unmounting does not end, left behind\n";
	unsigned i;

	for (i = 0; i < 5; i++) {
		*d = (struct down){ .start = sys_now() - DEAD_US, .hopeless = true };
		put("proc/self/mountinfo", mount);
		listen(mounts_take_down, d);
		if (strncmp(said, want, sizeof(want) - 1) || !said[sizeof(want) - 1])
			break;
	}
	return !strcmp(said, want);
}

static void test_left_behind(void)
{
	struct down d;

	ok(leave_behind(&d, "2 1 8:1 / " SLOW " rw - ext4 /dev/sda1 rw\n") && d.writable,
	   "an unmounting that is left behind may be writing");
	ok(leave_behind(&d, "2 1 8:1 / " SLOW " rw - ext4 /dev/sda1 ro\n") && !d.writable,
	   "but not to a file system that is read-only");
	ok(leave_behind(&d, "2 1 0:9 / " SLOW " rw - nfs server:/x rw\n") && !d.writable,
	   "nor to a disk where it is another host's");
}

static int no_dm(unsigned long what, struct dm_ioctl *arg)
{
	(void)what;
	(void)arg;
	return -EACCES;
}

static void test_dm(void)
{
	struct down d = { .start = sys_now() };

	put("sys/block/dm-0/dev", "254:0\n");
	put("sys/block/loop0/dev", "7:0\n");
	dm_ioctl = no_dm;
	listen(mounts_take_down, &d);
	is_str(said, "iscsiroot: shutdown: device-mapper: 1 devices not removed: Permission denied\n",
	       "devices that cannot be listed are said to stay");
}

#define SESSION "devices/platform/host3/session7/"

static void test_sessions(void)
{
	static struct down d;

	put("sys/" SESSION "iscsi_session/session7/targetname", "iqn.2001-04.com.example:lun1\n");
	put_link("sys/class/iscsi_session/session7", "../../" SESSION "iscsi_session/session7");
	put_link("sys/block/nonexistent-iscsiroot",
		 "../" SESSION "target3:0:0/3:0:0:1/block/nonexistent-iscsiroot");
	d.start = sys_now();
	listen(sessions_look, &d);
	is_str(said,
	       "iscsiroot: shutdown: iqn.2001-04.com.example:lun1: the target does not answer: its session "
	       "is ended without a Logout, and its file systems are not unmounted cleanly (the next boot "
	       "checks them)\n"
	       "iscsiroot: shutdown: iqn.2001-04.com.example:lun1: its session cannot be ended: "
	       "No such device\n", "a dead session, and a kernel that does not end it");
	ok(d.n == 1 && d.fate[0] == FATE_DEAD, "it is dead");
	ok(down_patience(&d, d.start) == d.start + BRIEF_US, "nobody waits for long any more");
	ok(down_patience(&d, d.start + DEAD_US) < d.start + 15000000, "least of all at the end");
	ok(!sessions_give_up(&d), "nothing is left to be given up");

	d.fate[0] = FATE_ALIVE;
	ok(down_patience(&d, d.start) == d.start + PATIENCE_US, "for a living one they do");
	d.hopeless = true;
	ok(down_patience(&d, d.start) == d.start + BRIEF_US, "until that was of no use");
	listen(sessions_flush, &d);
	is_str(said,
	       "iscsiroot: shutdown: nonexistent-iscsiroot: cache not flushed: No such file or directory\n"
	       "iscsiroot: shutdown: nonexistent-iscsiroot: not taken out: No such file or directory\n",
	       "a disk that went by itself");
	listen(sessions_logout, &d);
	ok(!strncmp(said, "iscsiroot: shutdown: iqn.2001-04.com.example:lun1: no Logout, the kernel does "
		    "not send one: ", 91) &&
	   strstr(said, " (is the connection lost?)\n") &&
	   strstr(said, "lun1: its session cannot be ended: No such device\n"),
	   "a Logout that the kernel does not send");
	put_link("sys/class/iscsi_session/session8", "../../devices/nothing");
	sys_dir[strlen(sys_dir) - 1] = 'x';
	listen(sessions_look, &d);
	ok(!said[0] && !d.n, "no iSCSI, no sessions");
	sys_dir[strlen(sys_dir) - 1] = 's';
}

enum disk { ANSWERS, OFFLINE, NO_NODE, LOST, HANGS };
static enum disk disks[2];	/* what /dev/iscsiroot-0 and -1 would do */

static int ask_disk(const char *disk, unsigned timeout_ms)
{
	static const int says[] = { 0, -ENXIO, -ENOENT, -EAGAIN, -EIO };
	enum disk does = disks[strcmp(disk, "iscsiroot-0") ? 1 : 0];

	if (does == HANGS)
		down_pause(timeout_ms * 10000LL);
	return says[does];
}

static void test_alive(void)
{
	static const struct {
		enum disk first, second;
		const char *state;
		bool alive;
		const char *name;
	} cases[] = {
		{ ANSWERS, ANSWERS, "LOGGED_IN", true, "both disks answer" },
		{ ANSWERS, OFFLINE, "FAILED", true, "one is offline, the other one answers" },
		{ ANSWERS, NO_NODE, "FAILED", true, "one has no node, the other one answers" },
		{ ANSWERS, HANGS, "LOGGED_IN", true, "one hangs, the other one answers" },
		{ OFFLINE, OFFLINE, "LOGGED_IN", true, "both are offline, the session is there" },
		{ OFFLINE, NO_NODE, "LOGGED_IN", true, "neither opens, the session is there" },
		{ OFFLINE, OFFLINE, "FAILED", false, "both are offline, the session is not there" },
		{ NO_NODE, NO_NODE, "FREE", false, "both have no node, the session is not there" },
		{ OFFLINE, HANGS, "LOGGED_IN", false, "one is offline, the other one hangs" },
		{ OFFLINE, LOST, "LOGGED_IN", false, "one is offline, the other one is lost" },
		{ HANGS, HANGS, "LOGGED_IN", false, "both hang" },
	};
	const struct session s = { .sid = 9 };
	unsigned i, turn;
	int64_t begin;
	bool alive;

	disks_ask = ask_disk;
	put_link("sys/block/iscsiroot-0",
		 "../devices/host4/session9/target4:0:0/4:0:0:1/block/iscsiroot-0");
	put_link("sys/block/iscsiroot-1",
		 "../devices/host4/session9/target4:0:0/4:0:0:2/block/iscsiroot-1");
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		put("sys/class/iscsi_session/session9/state", cases[i].state);
		/* either may be the one that is listed first */
		for (turn = 0; turn < 2; turn++) {
			disks[turn] = cases[i].first;
			disks[!turn] = cases[i].second;
			begin = sys_now();
			/* one that answers may take its time, and is not waited for beyond that */
			alive = !disks_alive(&s, begin + (cases[i].alive ? 25000000 : 600000));
			ok(alive == cases[i].alive && sys_now() - begin < 20000000, "%s: %s",
			   cases[i].name, cases[i].alive ? "alive" : "dead");
		}
	}
}

static void test_verbs(void)
{
	is_int(shutdown_verb("poweroff"), VERB_POWEROFF, "poweroff");
	is_int(shutdown_verb("reboot"), VERB_REBOOT, "reboot");
	is_int(shutdown_verb("halt"), VERB_HALT, "halt");
	is_int(shutdown_verb("kexec"), VERB_KEXEC, "kexec");
	is_int(shutdown_verb("exit"), -1, "what systemd has for containers is none");
	is_int(shutdown_verb(""), -1, "nothing is none");
}

static int hang(void *arg)
{
	down_pause(20000000);
	return arg ? 1 : 0;
}

static void call_hanging(struct down *d)
{
	ok(down_call(d, "/mnt", "unmounting", hang, NULL) == -ETIMEDOUT, "a call that hangs");
}

static void test_call(void)
{
	struct down d = { .start = sys_now() - DEAD_US, .hopeless = true };
	int64_t begin = sys_now();

	listen(call_hanging, &d);
	ok(sys_now() - begin < 15000000, "is waited for briefly where nothing else helps");
	ok(strstr(said, "iscsiroot: shutdown: /mnt: unmounting does not end, left behind\n") != NULL,
	   "and that is said");
}

static void remove_tree(void)
{
	static struct spawn rm;
	const char *argv[] = { "rm", "-rf", root, NULL };

	if (!spawn_start(&rm, argv))
		spawn_await(&rm, SYS_FOREVER);
}

int main(void)
{
	snprintf(root, sizeof(root), "/tmp/iscsiroot-shutdown-%06u", (unsigned)getpid() % 1000000);
	snprintf(proc_dir, sizeof(proc_dir), "%s/proc", root);
	snprintf(sys_dir, sizeof(sys_dir), "%s/sys", root);
	down_proc = proc_dir;
	down_kmsg = "/dev/null";
	session_sysfs = sys_dir;
	child_init();
	test_mounts();
	test_left_behind();
	test_dm();
	test_sessions();
	test_alive();
	test_verbs();
	test_call();
	remove_tree();
	return done_testing();
}
