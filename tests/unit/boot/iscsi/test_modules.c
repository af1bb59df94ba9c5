// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/iscsi/modules.h"
#include "kernel/sysfs.h"
#include "disk_tree.h"
#include "tap.h"

int main(void)
{
	struct spawn modprobe = { .pid = 0 };

	tree_begin("modules");
	sysfs_root = tree_sysfs;
	is_str(modules_missing(), "iscsi_tcp", "nothing is loaded: the first one is named");
	modprobe.pid = 1;
	modules_load(&modprobe);
	is_int(modprobe.pid, 1, "modprobe runs already");
	tree_file("sys/class/iscsi_transport/tcp/handle", "1\n");
	is_str(modules_missing(), "sd_mod", "iscsi_tcp is there");
	tree_file("sys/bus/scsi/drivers/sd/uevent", "");
	ok(!modules_missing(), "all are there");
	modprobe.pid = 0;
	modules_load(&modprobe);
	is_int(modprobe.pid, 0, "no modprobe then");
	tree_end();
	return done_testing();
}
