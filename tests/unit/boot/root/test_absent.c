// SPDX-License-Identifier: GPL-2.0-or-later
/* The root is not there: what the disks hold, and who has it. */
#include "boot/root/absent.h"
#include "boot/root/machine.h"

static void test_claim(void)
{
	int i;

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=xfs\nS:disk/by-uuid/1\n");
	local_disk("vda", 3, EXT4);
	settle_down();
	i = settle_claim(&s, DISK_LOCAL);
	ok(i >= 0 && !strcmp(s.blocks.b[i].name, "vda"), "the local disk has that UUID");
	is_int(settle_claim(&s, DISK_OURS), -1, "no disk of the target");
	end();
}

static void test_absent(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=xfs\nS:disk/by-uuid/1\n");
	disk("sdb", 1, 8, 1, EXT4);
	tree_file("sys/class/iscsi_session/session8/targetname", "iqn.2001-04.com.example:data\n");
	settle_down();
	is_cause(CODE_CONFIG, "UUID=4711-affe", "on sdb of target iqn.2001-04.com.example:data, which is not "
		 "configured (name it in ISCSI_TARGET)");
	tree_udev(DISK, 1, "");
	settle_down();
	is_cause(CODE_NO_DEVICE, "UUID=4711-affe", "not on the target's disks (they hold: sda xfs 1)");
	end();
}

static void test_blank(void)
{
	begin(ROOT_DEVICE, "/dev/mapper/cr", "/dev/mapper/cr");
	disk("sda", 0, 1, 1, "E:ID_PART_TABLE_TYPE=gpt\n");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda/sda1", DISK, 1);
	tree_udev(DISK, 1, EXT4);
	settle_down();
	is_cause(CODE_NO_DEVICE, "/dev/mapper/cr", "not on the target's disks (they hold: sda, sda1 ext4)");
	s.multipath = true;
	settle_down();
	is_cause(CODE_NO_DEVICE, "sda", "multipath has made no map of it yet (check multipath.conf, the wwids and the "
		 "bindings in the image: multipathd -d -v3)");
	end();
}

static void test_md(void)
{
	begin(ROOT_DEVICE, "/dev/md0", "/dev/md0");
	disk("sda", 0, 1, 1, "");
	settle_down();
	is_cause(CODE_NO_DEVICE, "/dev/md0", "no member of an md array on the target's disks (they hold: sda; map its "
		 "LUNs or correct root=)");
	end();
}

int main(void)
{
	test_claim();
	test_absent();
	test_blank();
	test_md();
	return done_testing();
}
