// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of a guest in its exitrd (Linux 6.1), that of a running system, and lines that no kernel writes. */
#include "formats/mountinfo.h"
#include "formats/proc.h"
#include "tap.h"

static const char exitrd[] =
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
	struct span rest = span_of(exitrd);
	struct mountinfo m;
	char path[64];
	unsigned n = 0, ours = 0;
	bool same = true;

	while (mountinfo_last(&rest, &m)) {
		if (mountinfo_is_ours(&m)) {
			ours++;
			continue;
		}
		same &= n < sizeof(want) / sizeof(*want) &&
			proc_path(m.point, path, sizeof(path)) && !strcmp(path, want[n]);
		n++;
	}
	ok(same && n == 12, "what is to be unmounted, the last first, the old root at the end");
	is_int(ours, 7, "our own root and what the kernel has below it stay");
}

/* The mount at @point. */
static struct mountinfo find(const char *point)
{
	struct span rest = span_of(exitrd);
	struct mountinfo m = { 0 };

	while (mountinfo_last(&rest, &m))
		if (span_eq(m.point, point))
			return m;
	ok(false, "%s is there", point);
	return m;
}

static void test_kinds(void)
{
	struct mountinfo m = find("/oldroot");

	ok(m.major == 254 && m.minor == 0 && m.writable && span_eq(m.type, "ext4") &&
	   span_eq(m.source, "/dev/mapper/system-root"), "all of a line");
	ok(mountinfo_is_stored(&m) && !mountinfo_is_remote(&m), "a root on a disk");
	m = find("/oldroot/mnt/image");
	ok(!m.writable && mountinfo_is_stored(&m), "a read-only image");
	m = find("/oldroot/over");
	ok(mountinfo_is_stored(&m), "an overlay keeps its content somewhere");
	m = find("/oldroot/pool");
	ok(mountinfo_is_stored(&m), "btrfs, by its source");
	m = find("/oldroot/run");
	ok(!mountinfo_is_stored(&m) && m.writable, "a tmpfs keeps nothing");
	m = find("/oldroot/nfs");
	ok(mountinfo_is_remote(&m), "NFS");
	m = find("/oldroot/fuse");
	ok(mountinfo_is_remote(&m), "a program's file system");
}

static unsigned count(const char *text)
{
	struct span rest = span_of(text);
	struct mountinfo m;
	unsigned n = 0;

	while (mountinfo_last(&rest, &m))
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

static void test_of(void)
{
	static const char table[] = "1 1 0:2 / / rw - rootfs rootfs rw\n"
		"28 1 253:0 / / rw,noatime shared:1 master:2 - ext4 /dev/mapper/a-b ro,errors=remount-ro\n"
		"29 28 8:1 / /srv rw - ext4 /dev/sda1 rw\n"
		"30 28 0:25 / /run rw,noexec - tmpfs tmpfs rw\n"
		"31 30 0:26 / /run/init rw - ramfs none rw\n"
		"32 30 0:27 / /run/initramfs rw - ramfs ramfs\n";
	struct mountinfo m = { .major = 0 };

	ok(mountinfo_of(span_of(table), "/", &m), "a mount table");
	ok(m.major == 253 && !m.minor, "the last that is on /: its number");
	ok(span_eq(m.source, "/dev/mapper/a-b"), "what it is mounted from");
	ok(span_eq(m.type, "ext4"), "its type");
	ok(span_eq(m.options, "rw,noatime"), "its own options");
	ok(span_eq(m.super, "ro,errors=remount-ro"), "those of the file system");
	ok(mountinfo_of(span_of(table), "/run/initramfs/shutdown", &m), "a path below others");
	ok(!m.major && m.minor == 27, "the deepest, by whole names");
	ok(span_eq(m.super, ""), "no options of the file system");
	ok(mountinfo_of(span_of(table), "/run/initramfs", &m), "a mount point itself");
	ok(m.minor == 27, "is its own mount");
	ok(mountinfo_of(span_of(table), "/runner", &m), "a name that begins like one");
	ok(m.major == 253, "is not in it");
	ok(!mountinfo_of(span_of("29 28 8:1 / /srv rw - ext4 /dev/sda1 rw\n"), "/", &m), "no root");
	ok(!mountinfo_of(span_of(""), "/", &m), "an empty table");
	ok(!mountinfo_of(span_of("1 1 0:2 / / rw rootfs rootfs rw\n"), "/", &m),
	   "without the mark before the type");
	ok(!mountinfo_of(span_of("1 1 0:2 / / rw - ext4\n1 1 0:2 /\n"), "/", &m), "cut short");
}

static void test_next(void)
{
	struct span rest = span_of("bad\n1 1 0:2 / /a rw - ramfs one rw\n2 1 0:3 / /b ro - ramfs two ro");
	struct mountinfo m;

	ok(mountinfo_next(&rest, &m) && span_eq(m.point, "/a") && m.writable, "the first");
	ok(mountinfo_next(&rest, &m) && span_eq(m.point, "/b") && !m.writable, "the last, without a newline");
	ok(!mountinfo_next(&rest, &m), "no more");
}

int main(void)
{
	test_order();
	test_kinds();
	test_bad_mounts();
	test_of();
	test_next();
	return done_testing();
}
