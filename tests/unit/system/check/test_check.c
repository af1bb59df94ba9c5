// SPDX-License-Identifier: GPL-2.0-or-later
/* What check's items are given: sessions, NICs and the disk of / of a machine, and its files. */
#include <errno.h>
#include <sys/sysmacros.h>

#include "kernel/sysfs.h"
#include "system/check/check.h"
#include "system/machine.h"

#define ONE "iqn.2001-04.com.example:one"
#define HANDOFF_OF(nics) "version=1\nengine=iscsistart\n" nics "\nroot=/dev/sda\n"

static struct check c;

static void look(void)
{
	memset(&c, 0, sizeof(c));
	is_int(check_open(&c, machine_dir), 0, "the machine");
	close(c.root);
}

static void test_directory(void)
{
	char path[768] = "";
	size_t n;

	machine_begin();
	machine_file("file", "");
	is_int(check_open(&c, "/nonexistent/iscsiroot"), -ENOENT, "no such directory");
	is_int(check_open(&c, machine_path("file")), -ENOTDIR, "a file");
	n = snprintf(path, sizeof(path), "%s", machine_dir);
	while (n < 600)
		n += snprintf(path + n, sizeof(path) - n, "/.");
	is_int(check_open(&c, path), -ENAMETOOLONG, "a path that is too long for those below it");
	close(c.root);
	look();
	is_int(c.handoff_error, -ENOENT, "there is no hand-off");
	ok(!c.n_sessions && !c.n_nics && !c.n_kernels && !check_root_block(&c), "nor anything else");
}

static void test_paths(void)
{
	char path[64], text[8];
	struct span s;

	machine_begin();
	memset(&c, 0, sizeof(c));
	c.dir = "/";
	ok(check_path(&c, "etc/fstab", path, sizeof(path)), "a path of this machine");
	is_str(path, "/etc/fstab", "is absolute");
	c.dir = "/mnt";
	ok(check_path(&c, "etc/fstab", path, sizeof(path)), "of another one");
	is_str(path, "/mnt/etc/fstab", "is below its directory");
	ok(!check_path(&c, "etc/fstab", path, 14), "one that does not fit");
	machine_file("etc/a", "1234567");
	machine_file("etc/b", "12345678");
	look();
	c.root = open(machine_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok(check_exists(&c, "etc/a") && check_exists(&c, "etc") && !check_exists(&c, "etc/none"), "what exists");
	s = check_read(&c, "etc/a", text, sizeof(text));
	ok(span_eq(s, "1234567"), "a file that just fits");
	s = check_read(&c, "etc/none", text, sizeof(text));
	is_int(s.n, 0, "no file is empty");
	s = check_read(&c, "etc", text, sizeof(text));
	is_int(s.n, 0, "so is a directory");
	close(c.root);
}

static void test_uptime(void)
{
	static const struct { const char *text; uint64_t want; } rows[] = {
		{ "11532.70 22000.01\n", 11532 }, { "0.99 0.00\n", 0 }, { "", 0 }, { "x.1\n", 0 }, { "-5.00 1.0\n", 0 },
		{ "99999999999999999999.00 1.0\n", 0 },
	};
	unsigned i;

	machine_begin();
	c.root = open(machine_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	is_int(check_uptime(&c), 0, "no uptime");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		machine_file("proc/uptime", rows[i].text);
		is_int(check_uptime(&c), rows[i].want, "whole seconds");
	}
	close(c.root);
}

static void test_sessions(void)
{
	unsigned i;

	machine_begin();
	machine_session(10, ONE);
	machine_session(9, ONE);
	machine_session(2, ONE);
	machine_session(100, ONE);
	look();
	ok(c.n_sessions == 4 && c.sessions[0].sid == 2 && c.sessions[1].sid == 9 && c.sessions[2].sid == 10 &&
	   c.sessions[3].sid == 100, "sessions in the order of their numbers");
	ok(!c.sessions_cut, "all of them");
	machine_begin();
	for (i = 1; i <= SESSIONS_MAX; i++)
		machine_session(i, ONE);
	look();
	ok(c.n_sessions == SESSIONS_MAX && !c.sessions_cut, "as many as there may be");
	machine_session(i, ONE);
	look();
	ok(c.n_sessions == SESSIONS_MAX && c.sessions_cut, "one more is noted");
}

static const char *nics(void)
{
	static char text[128];
	unsigned i;

	text[0] = '\0';
	for (i = 0; i < c.n_nics && i < 6; i++) {
		strcat(text, c.nics[i]);
		strcat(text, " ");
	}
	return text;
}

static void test_nics(void)
{
	char path[64];
	unsigned i;

	machine_begin();
	machine_file("sys/class/net/ens4/device/x", "");
	machine_file("sys/class/net/lo/ifindex", "1\n");
	look();
	is_str(nics(), "ens4 ", "nobody tells: each NIC with a device");
	machine_file("run/iscsiroot/handoff", HANDOFF_OF("\nnetwork=ens3\nmethod=dhcp\n\nnetwork=ens5\nmethod=dhcp\n"));
	look();
	is_str(nics(), "ens3 ens5 ", "those of the hand-off");
	is_int(c.handoff_error, 0, "it was read");
	machine_file("run/initramfs/open-iscsi.interface", "ens5\n");
	look();
	is_str(nics(), "ens5 ens3 ", "the root's first, each once");
	machine_file("run/initramfs/open-iscsi.interface", "\n");
	machine_file("run/iscsiroot/handoff", "version=2\n");
	look();
	is_str(nics(), "ens4 ", "neither can be read");
	is_int(c.handoff_error, -EBADMSG, "and the hand-off's fault is kept");
	machine_begin();
	for (i = 0; i <= NICS_MAX; i++) {
		snprintf(path, sizeof(path), "sys/class/net/eth%u/device/x", i);
		machine_file(path, "");
		if (i < NICS_MAX - 1)
			continue;
		look();
		ok(c.n_nics == NICS_MAX && c.nics_cut == (i == NICS_MAX), "%u NICs: %s", i + 1,
		   i < NICS_MAX ? "all of them" : "one more than fits is noted");
	}
}

static void node(const char *path, unsigned minor)
{
	if (mknod(machine_path(path), S_IFBLK | 0600, makedev(8, minor)))
		perror(path);
}

static void is_root(const char *mounts, const char *block, const char *source, const char *name)
{
	machine_file("proc/self/mountinfo", mounts);
	look();
	is_str(check_root_block(&c) ? check_root_block(&c)->name : "(none)", block, name);
	is_str(c.source, source, "the device as it was mounted");
}

static void test_disk_of_root(void)
{
	char mounts[512], name[300];

	machine_begin();
	machine_session(1, ONE);
	machine_disk(1, "sda", 0);
	machine_disk(1, "sdb", 16);
	node("dev/sda", 0);
	node("dev/sdb", 16);
	is_root("", "(none)", "", "no mounts");
	is_root("28 1 8:16 / / rw - ext4 /dev/sda rw\n29 28 8:0 / /x rw - ext4 /dev/sda rw\n", "sdb", "/dev/sda",
		"by the number of the device");
	is_root("1 1 8:0 / / rw - ext4 /dev/sda rw\n28 1 8:16 / / rw - ext4 /dev/sdb rw\n", "sdb", "/dev/sdb",
		"the last mount counts");
	is_root("28 1 0:31 /@ / rw - btrfs /dev/sdb rw\n", "sdb", "/dev/sdb", "btrfs: by the node");
	is_root("28 1 0:31 / / rw - overlay overlay rw\n", "(none)", "overlay", "no device at all");
	is_root("28 1 0:31 / / rw - btrfs /dev/none rw\n", "(none)", "/dev/none", "a node that does not exist");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(mounts, sizeof(mounts), "28 1 8:0 / / rw - ext4 %s rw\n", name);
	is_root(mounts, "sda", "", "a source that is too long");
	c.disk = (int)c.blocks.n;
	ok(!check_root_block(&c), "a device that is not in the list");
}

static bool note_name(void *arg, const char *name)
{
	strcat(arg, name);
	strcat(arg, " ");
	return true;
}

/* dm-0 on sda1, sdb and sda1's disk; a slave that is not shown. */
static void test_below(void)
{
	char names[64] = "";
	short list[4] = { 0 }, dm, sda1;
	unsigned n = 0;

	machine_begin();
	machine_session(1, ONE);
	machine_disk(1, "sda", 0);
	machine_disk(1, "sdb", 16);
	machine_file("sys/devices/host1/session1/target1:0:0/1:0:0:1/block/sda/sda1/dev", "8:1\n");
	machine_link("sys/class/block/sda1", "../../devices/host1/session1/target1:0:0/1:0:0:1/block/sda/sda1");
	machine_file("sys/devices/virtual/block/dm-0/dev", "253:0\n");
	machine_file("sys/devices/virtual/block/dm-0/slaves/sda1", "");
	machine_file("sys/devices/virtual/block/dm-0/slaves/sdb", "");
	machine_file("sys/devices/virtual/block/dm-0/slaves/sdz", "");
	machine_link("sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
	look();
	dm = check_block(&c, "dm-0");
	sda1 = check_block(&c, "sda1");
	ok(dm >= 0 && sda1 >= 0 && check_block(&c, "sd") < 0, "devices by their whole names");
	if (dm < 0 || sda1 < 0)
		return;
	check_each_slave(&c.blocks.b[sda1], note_name, names);
	is_str(names, "sda ", "below a partition is its disk");
	ok(check_add_below(&c, dm, list, &n, 4), "below a volume");
	ok(n == 2 && list[0] != list[1] && list[0] >= 0 && list[1] >= 0 &&
	   (list[0] == sda1 || list[1] == sda1), "are its devices that are shown");
	ok(check_add_below(&c, dm, list, &n, 4) && n == 2, "each once");
	ok(check_add_below(&c, sda1, list, &n, 3) && n == 3 && list[2] == check_block(&c, "sda"), "the last that fits");
	n = 1;
	list[0] = dm;
	ok(!check_add_below(&c, dm, list, &n, 2) && n == 2, "one more does not fit");
}

int main(void)
{
	test_directory();
	test_paths();
	test_uptime();
	test_sessions();
	test_nics();
	test_disk_of_root();
	test_below();
	machine_end();
	return done_testing();
}
