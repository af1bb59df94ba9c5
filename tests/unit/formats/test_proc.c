// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc of a guest in its exitrd (Linux 6.1), and lines that no kernel writes. */
#include "formats/proc.h"
#include "tap.h"

static const char mountinfo[] =
	"24 1 0:24 / / rw,relatime - ramfs exitrd rw\n"
	"21 24 254:0 / /oldroot rw,relatime shared:1 - ext4 /dev/mapper/system-root rw,errors=continue\n"
	"22 21 0:21 / /oldroot/proc rw,nosuid - proc proc rw\n"
	"25 21 0:22 / /oldroot/run rw,nosuid - tmpfs tmpfs rw,size=100k\n"
	"26 25 0:24 / /oldroot/run/initramfs rw,relatime - ramfs exitrd rw\n"
	"30 24 0:21 / /proc rw - proc proc rw\n"
	"31 24 0:5 / /dev rw master:2 propagate_from:3 - devtmpfs udev rw\n"
	"32 31 0:23 / /dev/pts rw - devpts devpts rw\n"
	"33 24 0:20 / /sys rw - sysfs sysfs rw\n"
	"34 33 0:6 / /sys/kernel/security rw - securityfs securityfs rw\n"
	"35 24 0:22 / /run rw - tmpfs tmpfs rw\n"
	"36 35 0:40 / /run/a\\040b rw - tmpfs tmpfs rw\n"
	"40 21 254:0 /srv /oldroot/mnt rw - ext4 /dev/mapper/system-root rw\n"
	"41 40 7:0 / /oldroot/mnt/image ro - squashfs /dev/loop0 ro\n"
	"42 21 0:50 / /oldroot/over rw - overlay overlay rw,lowerdir=/a,upperdir=/b\n"
	"43 21 0:51 / /oldroot/pool rw - btrfs /dev/sdb rw,ssd\n"
	"44 21 0:52 / /oldroot/nfs rw - nfs4 server:/export rw\n"
	"45 21 0:53 / /oldroot/fuse rw - fuse.sshfs me@there: rw\n"
	"46 31 8:1 / /dev/odd rw - ext4 /dev/sda1 rw\n";

static void test_order(void)
{
	static const char *const want[] = {
		"/dev/odd", "/oldroot/fuse", "/oldroot/nfs", "/oldroot/pool", "/oldroot/over",
		"/oldroot/mnt/image", "/oldroot/mnt", "/run/a b", "/oldroot/run/initramfs",
		"/oldroot/run", "/oldroot/proc", "/oldroot",
	};
	struct span rest = span_of(mountinfo);
	struct proc_mount m;
	char path[64];
	unsigned n = 0, ours = 0;
	bool same = true;

	while (proc_text_mount(&rest, &m)) {
		if (proc_text_ours(&m)) {
			ours++;
			continue;
		}
		same &= n < sizeof(want) / sizeof(*want) &&
			proc_text_path(m.point, path, sizeof(path)) && !strcmp(path, want[n]);
		n++;
	}
	ok(same && n == 12, "what is to be unmounted, the last first, the old root at the end");
	is_int(ours, 7, "our own root and what the kernel has below it stay");
}

/* The mount at @point. */
static struct proc_mount find(const char *point)
{
	struct span rest = span_of(mountinfo);
	struct proc_mount m = { 0 };

	while (proc_text_mount(&rest, &m))
		if (span_eq(m.point, point))
			return m;
	ok(false, "%s is there", point);
	return m;
}

static void test_kinds(void)
{
	struct proc_mount m = find("/oldroot");

	ok(m.major == 254 && m.minor == 0 && m.writable && span_eq(m.type, "ext4") &&
	   span_eq(m.source, "/dev/mapper/system-root"), "all of a line");
	ok(proc_text_stored(&m) && !proc_text_remote(&m), "a root on a disk");
	m = find("/oldroot/mnt/image");
	ok(!m.writable && proc_text_stored(&m), "a read-only image");
	m = find("/oldroot/over");
	ok(proc_text_stored(&m), "an overlay keeps its content somewhere");
	m = find("/oldroot/pool");
	ok(proc_text_stored(&m), "btrfs, by its source");
	m = find("/oldroot/run");
	ok(!proc_text_stored(&m) && m.writable, "a tmpfs keeps nothing");
	m = find("/oldroot/nfs");
	ok(proc_text_remote(&m), "NFS");
	m = find("/oldroot/fuse");
	ok(proc_text_remote(&m), "a program's file system");
}

static unsigned count(const char *text)
{
	struct span rest = span_of(text);
	struct proc_mount m;
	unsigned n = 0;

	while (proc_text_mount(&rest, &m))
		n++;
	return n;
}

static void test_bad_mounts(void)
{
	is_int(count(""), 0, "nothing");
	is_int(count("1 2 3:4 / /a rw - ext4 /dev/sda rw"), 0, "a line without an end");
	is_int(count("1 2 3:4 / /a rw - ext4 /dev/sda rw\n1 2 3:4 / /b rw - ext4 /dev"), 1,
	       "the whole one before it is taken");
	is_int(count("1 2 3:4 / /a rw ext4 /dev/sda rw\n"), 0, "no hyphen");
	is_int(count("1 2 3:4 / a rw - ext4 /dev/sda rw\n"), 0, "no path");
	is_int(count("1 2 3 / /a rw - ext4 /dev/sda rw\n"), 0, "no device number");
	is_int(count("1 2 3:x / /a rw - ext4 /dev/sda rw\n"), 0, "a device number that is none");
	is_int(count("x 2 3:4 / /a rw - ext4 /dev/sda rw\n"), 0, "no number");
	is_int(count("1 2 3:4 / /a rw - ext4\n"), 0, "nothing behind the type");
	is_int(count("1 2 3:4 /\n"), 0, "nothing behind the root");
	is_int(count("1 2 3:4 / /a rw -  none rw\n1 2 3:4 / /a rw - t  rw\n"), 2, "empty names");
}

static void test_path(void)
{
	char path[16] = "old";

	ok(proc_text_path(span_of("/a\\040b\\134\\012c"), path, sizeof(path)), "escapes");
	is_str(path, "/a b\\\nc", "undone");
	ok(!proc_text_path(span_of("/a\\04"), path, sizeof(path)), "one cut off");
	ok(!proc_text_path(span_of("/a\\09x"), path, sizeof(path)), "one that is not octal");
	ok(!proc_text_path(span_of("/a\\400"), path, sizeof(path)), "one beyond a byte");
	ok(!proc_text_path(span_of("/a\\000"), path, sizeof(path)), "a NUL");
	ok(!proc_text_path(span_of(""), path, sizeof(path)), "no path");
	ok(!proc_text_path(span_of("/234567890123456"), path, sizeof(path)), "one that is too long");
	ok(proc_text_path(span_of("/23456789012345"), path, sizeof(path)), "the longest");
}

static void test_swaps(void)
{
	struct span rest = span_of("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
				   "/dev/dm-1                               partition\t1048572\t\t0\t\t-2\n"
				   "/oldroot/swap\\040file file 2048 0 -3\n"
				   "/dev/cut");
	struct span path;

	ok(proc_text_swap(&rest, &path) && span_eq(path, "/dev/dm-1"), "a device");
	ok(proc_text_swap(&rest, &path) && span_eq(path, "/oldroot/swap\\040file"), "a file");
	ok(!proc_text_swap(&rest, &path), "what is cut off is none");
	rest = span_of("Filename\n");
	ok(!proc_text_swap(&rest, &path), "no swap");
}

static bool stat_of(const char *text, struct proc_stat *st)
{
	return proc_text_stat(span_of(text), st);
}

static void test_stat(void)
{
	struct proc_stat st = { 0 };

	ok(stat_of("712 (@iscsid) S 700 712 1 0 -1 4194560 1 2 3\n", &st), "a program");
	ok(st.pid == 712 && st.parent == 700 && st.group == 712 && st.state == 'S' && !st.kernel,
	   "its numbers");
	ok(stat_of("2 (kthreadd) S 0 0 0 0 -1 2129984 0\n", &st) && st.kernel, "the kernel's own");
	ok(stat_of("9 (a) Z 1 (b)) Z 3 4 5 0 -1 64 0\n", &st) && st.parent == 3 && st.state == 'Z',
	   "a name with brackets");
	ok(!stat_of("", &st) && !stat_of("9", &st) && !stat_of("9 (a", &st), "cut off");
	ok(!stat_of("9 (a) S 1 2 3 0 -1\n", &st), "without flags");
	ok(!stat_of("9 (a) S x 2 3 0 -1 64 0\n", &st), "a parent that is none");
	ok(!stat_of("9 a) S 1 2 3 0 -1 64 0\n", &st) && !stat_of("9 (a)S 1 2 3 0 -1 64 0\n", &st),
	   "another form");
	ok(!stat_of("9 (a) SS 1 2 3 0 -1 64 0\n", &st), "a state of two letters");
}

int main(void)
{
	test_order();
	test_kinds();
	test_bad_mounts();
	test_path();
	test_swaps();
	test_stat();
	return done_testing();
}
