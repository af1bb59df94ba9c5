// SPDX-License-Identifier: GPL-2.0-or-later
/* The reader of attributes, in a sysfs of files. */
#include "kernel/sysfs.h"
#include "tap.h"
#include "disk_tree.h"

static bool join(void *arg, const char *name)
{
	strcat(arg, name);
	return true;
}

static void test_read(void)
{
	char buf[16];

	tree_file("class/net/eth0/operstate", "up\n");
	tree_file("class/net/eth0/empty", "");
	tree_file("class/net/eth0/blanks", "a b  \n");
	tree_file("class/net/eth0/unset", "(null)\n");
	tree_file("class/net/eth0/long", "0123456789abcdef\n");
	is_int(sysfs_read(buf, sizeof(buf), "class/net/%s/operstate", "eth0").n, 2, "without the newline");
	is_str(buf, "up", "and with a NUL");
	is_int(sysfs_read(buf, sizeof(buf), "class/net/eth0/empty").n, 0, "an empty attribute");
	sysfs_read(buf, sizeof(buf), "class/net/eth0/blanks");
	is_str(buf, "a b", "without blanks at the end");
	sysfs_read(buf, sizeof(buf), "class/net/eth0/unset");
	is_str(buf, "", "(null) is a string that was never set");
	tree_file("class/net/eth0/exact", "enx001122334455\n");
	is_int(sysfs_read(buf, sizeof(buf), "class/net/eth0/exact").n, 15, "the newline needs no place");
	is_str(buf, "enx001122334455", "in the buffer");
	is_int(sysfs_read(buf, sizeof(buf), "class/net/eth0/long").n, 0, "a text that does not fit is not cut");
	is_int(sysfs_read(buf, sizeof(buf), "class/net/eth1/operstate").n, 0, "no such attribute");
	is_str(buf, "", "is empty");
}

static void test_number(void)
{
	tree_file("size", "4096\n");
	tree_file("text", "4096x\n");
	is_int(sysfs_number(4096, "size"), 4096, "a number");
	is_int(sysfs_number(4095, "size"), 0, "one that cannot be");
	is_int(sysfs_number(9999, "text"), 0, "what is no number");
	is_int(sysfs_number(9999, "none"), 0, "no such attribute");
}

static void test_paths(void)
{
	char buf[64], names[64] = "", large[600];

	tree_link("class/net/eth2", "../../devices/eth2");
	ok(span_eq(sysfs_link(buf, sizeof(buf), "class/net/eth%u", 2), "../../devices/eth2"), "a link");
	is_int(sysfs_link(buf, 18, "class/net/eth2").n, 0, "one that does not fit is not cut");
	is_int(sysfs_link(buf, sizeof(buf), "size").n, 0, "what is no link");
	is_int(sysfs_list(join, names, "class/net/eth0/none"), -ENOENT, "no such directory");
	is_int(sysfs_list(join, names, "class"), 0, "a directory");
	is_str(names, "net", "its names");
	ok(sysfs_exists("class/%s", "net") && !sysfs_exists("class/block"), "what exists");
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	ok(!sysfs_exists("%s", large), "a path that is too long does not");
	is_int(sysfs_write("1", "%s", large), -ENOENT, "and cannot be written");
}

static void test_write(void)
{
	char buf[16];

	tree_file("class/net/eth0/mtu", "");
	is_int(sysfs_write("9000", "class/net/%s/mtu", "eth0"), 0, "a value");
	is_int(sysfs_number(9999, "class/net/eth0/mtu"), 9000, "is written");
	is_int(sysfs_write("1", "class/net/eth1/mtu"), -ENOENT, "no such attribute");
	is_int(sysfs_read(buf, sizeof(buf), "class/net/eth1/mtu").n, 0, "is not made");
}

int main(void)
{
	is_str(sysfs_root, "/sys", "where it is");
	tree_begin("sysfs");
	sysfs_root = tree_dir;
	test_read();
	test_number();
	test_paths();
	test_write();
	tree_end();
	return done_testing();
}
