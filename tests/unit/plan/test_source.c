// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "plan/source.h"
#include "tap.h"

static struct source_buffers buffers;
static struct plan_input in;
static char dir[64];

static void make_dir(const char *path)
{
	char whole[128];

	snprintf(whole, sizeof(whole), "%s/%s", dir, path);
	mkdir(whole, 0700);
}

static void make_file(const char *path, const char *text, size_t n)
{
	char whole[128];
	int fd;

	snprintf(whole, sizeof(whole), "%s/%s", dir, path);
	fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	sys_write_all(fd, text, n);
	close(fd);
}

static int fetch(void)
{
	struct diag why = { 0 };

	memset(&buffers, 0, sizeof(buffers));
	return source_read(dir, &buffers, &in, &why);
}

static void test_files(void)
{
	static char huge[FILE_MAX + 1];

	ok(!fetch() && !in.cmdline.p && !in.file.p && !in.n_netconfs, "nothing is there");
	make_dir("proc");
	make_file("proc/cmdline", "root=dhcp\n", 10);
	ok(!fetch() && span_eq(in.cmdline, "root=dhcp"), "the command line without its newline");
	make_dir("run");
	make_dir("run/iscsiroot");
	make_file("run/iscsiroot/cmdline", "root=x", 6);
	ok(!fetch() && span_eq(in.cmdline, "root=x"), "the one of dracut's module takes precedence");
	make_dir("etc");
	make_dir("etc/iscsi");
	make_file("etc/iscsi/iscsi.initramfs", huge, FILE_MAX);
	ok(!fetch() && in.file.n == FILE_MAX, "the largest file");
	make_file("etc/iscsi/iscsi.initramfs", huge, FILE_MAX + 1);
	ok(fetch() == -E2BIG && in.file.p, "one byte more");
	make_file("etc/iscsi/iscsi.initramfs", "", 0);
}

static void test_leases(void)
{
	char path[64];
	unsigned i;

	make_file("run/net-eth1.conf", "b", 1);
	make_file("run/net-eth0.conf", "a", 1);
	make_file("run/net-.conf", "", 0);
	make_file("run/net-sixteencharslong.conf", "", 0);
	make_file("run/net-eth0.conf.bak", "", 0);
	ok(!fetch() && in.n_netconfs == 2 && !in.lost_leases, "two leases");
	is_str(in.netconf_devices[0], "eth0", "in the order of their names");
	ok(span_eq(in.netconfs[0], "a") && span_eq(in.netconfs[1], "b"), "with their text");
	for (i = 0; i < NETCONFS_MAX; i++) {
		snprintf(path, sizeof(path), "run/net-eth%u.conf", i);
		make_file(path, "", 0);
	}
	ok(!fetch() && in.n_netconfs == NETCONFS_MAX && !in.lost_leases, "64 leases");
	make_file("run/net-eth64.conf", "", 0);
	ok(!fetch() && !in.n_netconfs, "of 65 none is taken");
	is_str(in.lost_leases, "more than 64 leases", "the reason");
}

static void test_xenstore(void)
{
	make_dir("xenstore");
	make_dir("xenstore/vm-data");
	make_dir("xenstore/vm-data/iscsiroot");
	make_file("xenstore/vm-data/iscsiroot/lun", "7\n", 2);
	ok(!fetch() && in.xenstore.n == 7 && !memcmp(in.xenstore.p, "lun\0\1\0" "7", 7), "a key");
	make_dir("xenstore/vm-data/iscsiroot/target_ip");
	ok(fetch() < 0 && in.xenstore.n > 7, "a key that cannot be read asks for an iSCSI root, too");
}

int main(void)
{
	struct diag why = { 0 };
	char command[80];

	snprintf(dir, sizeof(dir), "/tmp/test_source.%d", (int)getpid());
	ok(source_read(dir, &buffers, &in, &why) == -ENOENT && why.reason, "no such root");
	mkdir(dir, 0700);
	test_files();
	test_leases();
	test_xenstore();
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ok(!system(command), "removed");
	return done_testing();
}
