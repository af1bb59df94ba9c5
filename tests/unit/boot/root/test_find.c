// SPDX-License-Identifier: GPL-2.0-or-later
/* Which block device is the root, and what is reported while there is none. */
#include "boot/root/machine.h"

static void test_lun(void)
{
	begin(ROOT_LUN, "iscsi:192.0.2.1::::" IQN, "");
	fake[0].first_login = true;
	settle_down();
	ok(!s.n_sessions && s.cause.id != CAUSE_NO_DISK, "a session that is only being logged in shows nothing yet");
	fake[0].first_login = false;
	is_int(settle_down(), GOES_ON, "no disk yet");
	is_cause(CODE_NO_DEVICE, IQN, "logged in, but the target shows no disk "
		 "(map the LUN to this initiator)");
	disk("sdb", 1, 1, 5, EXT4);
	disk("sda", 0, 1, 0, EXT4);
	is_int(settle_down(), GOES_ON, "not that LUN");
	is_int(s.cause.code, CODE_NO_DEVICE, "its code");
	ok(strstr(s.cause.text, "logged in, but the target shows no LUN 1 (it shows ") &&
	   strstr(s.cause.text, "; select one with ISCSI_LUN)"), "reports which there are: %s",
	   s.cause.text);
	disk("sdc", 2, 1, 1, NULL);
	is_int(settle_down(), GOES_ON, "udev has not finished");
	is_cause(CODE_DEADLINE, "sdc", "present, waiting for udev");
	tree_udev(DISK, 2, "");
	is_int(settle_down(), GOES_ON, "an empty LUN");
	is_cause(CODE_NO_DEVICE, "sdc, LUN 1", "holds nothing known to udev, not a file system "
		 "(name the root on it in another root= after this one)");
	tree_udev(DISK, 2, PHYS);
	settle_down();
	ok(strstr(s.cause.text, "holds an LVM physical volume, not"), "an LVM LUN");
	tree_udev(DISK, 2, EXT4);
	is_int(settle_down(), READY, "the file system is there");
	is_str(s.root, "/dev/sdc", "its node");
	is_int(s.cause.code, 0, "no cause is left");
	end();
}

static void test_lun_partitioned(void)
{
	begin(ROOT_LUN, "dhcp", "");
	disk("sda", 0, 1, 1, "E:ID_PART_TABLE_TYPE=gpt\n");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda/sda1", DISK, 1);
	tree_udev(DISK, 1, EXT4);
	is_int(settle_down(), GOES_ON, "a LUN with partitions");
	is_cause(CODE_NO_DEVICE, "sda, LUN 1", "holds partitions, not a file system "
		 "(name the root on it in another root= after this one)");
	end();
}

static void test_lun_flat(void)
{
	begin(ROOT_LUN, "dhcp", "");
	plan.targets[0].lun[0] = 256;
	disk("sda", 0, 1, 0x4100, EXT4);
	is_int(settle_down(), READY, "LUN 256 in flat addressing");
	is_str(s.root, "/dev/sda", "its node");
	end();
}

static void test_foreign_session(void)
{
	begin(ROOT_LUN, "dhcp", "");
	n_fake = 0;
	add_session(1, "iqn.2001-04.com.example:other", true);
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), GOES_ON, "another target's disk is not the root");
	is_int(s.found, -1, "nothing is found");
	n_fake = 0;
	add_session(1, "IQN.2001-04.com.Example:storage.lun1", true);
	is_int(settle_down(), READY, "a target's name has no case");
	end();
}

static void test_uuid(void)
{
	begin(ROOT_UUID, "UUID=4711-AFFE", "4711-AFFE");
	local_disk("vda", 3, EXT4);
	disk("sda", 0, 1, 1, "E:ID_PART_TABLE_TYPE=gpt\n");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda/sda1", DISK, 1);
	is_int(settle_down(), GOES_ON, "udev has not finished with a partition");
	is_cause(CODE_DEADLINE, "sda1", "present, waiting for udev");
	tree_udev(DISK, 1, "E:ID_FS_TYPE=xfs\nE:ID_FS_UUID=1234\nS:disk/by-uuid/1234\n");
	is_int(settle_down(), GOES_ON, "another UUID");
	is_cause(CODE_NO_DEVICE, "UUID=4711-AFFE", "not on the target's disks, only on the local "
		 "disk vda (the target's hold: sda1 xfs 1234; boot with iscsiroot=off or "
		 "ISCSI_BYPASS=yes to use the local one)");
	tree_udev(DISK, 1, EXT4);
	is_int(settle_down(), READY, "the target's, in upper or lower case");
	is_str(s.root, "/dev/sda1", "by its own node, which no copy can take");
	end();
}

static void test_label(void)
{
	begin(ROOT_LABEL, "LABEL=my root", "my root");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=ext4\nS:disk/by-label/my\\x20root\n");
	is_int(settle_down(), READY, "a label with a blank");
	is_str(s.root, "/dev/sda", "its node");
	end();
	begin(ROOT_LABEL, "LABEL=x", "x");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=ext4\nE:ID_FS_UUID=1\nS:disk/by-label/x\n");
	disk("sdb", 1, 1, 2, "E:ID_FS_TYPE=ext4\nE:ID_FS_UUID=1\nS:disk/by-label/x\n");
	is_int(settle_down(), GOES_ON, "one label on two LUNs");
	is_int(s.cause.code, CODE_CONFIG, "its code");
	ok(strstr(s.cause.text, "on two LUNs: sd") && strstr(s.cause.text, " (mask the copy, or "
	   "change its UUID and label)"), "its text: %s", s.cause.text);
	end();
	begin(ROOT_PARTUUID, "PARTUUID=9-1", "9-1");
	disk("sda", 0, 1, 1, "S:disk/by-partuuid/9-1\n");
	is_int(settle_down(), READY, "by PARTUUID");
	end();
	begin(ROOT_PARTLABEL, "PARTLABEL=root", "root");
	disk("sda", 0, 1, 1, "S:disk/by-partlabel/root\n");
	is_int(settle_down(), READY, "by PARTLABEL");
	end();
}

static void test_two_paths(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	add_session(2, IQN, true);
	disk("sda", 0, 1, 1, EXT4);
	disk("sdb", 1, 2, 1, EXT4);
	is_int(settle_down(), READY, "one LUN by two portals is no duplicate");
	end();
}

static void test_device(void)
{
	begin(ROOT_DEVICE, "/dev/sda1", "/dev/sda1");
	disk("sda", 0, 1, 1, "");
	is_int(settle_down(), GOES_ON, "no such device");
	is_cause(CODE_NO_DEVICE, "/dev/sda1", "not on the target's disks (they hold: sda)");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda/sda1", DISK, 1);
	tree_udev(DISK, 1, EXT4);
	is_int(settle_down(), READY, "there it is");
	is_str(s.root, "/dev/sda1", "as it was written");
	end();
	begin(ROOT_DEVICE, "/dev/vda", "/dev/vda");
	local_disk("vda", 3, EXT4);
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), FAILED, "a local disk is refused");
	is_cause(CODE_CONFIG, "/dev/vda", "on the local disk vda, not on the "
		 "target's: refused (detach that disk, or boot with iscsiroot=off or ISCSI_BYPASS=yes)");
	end();
	begin(ROOT_DEVICE, "/dev/disk/by-uuid/4711-affe", "/dev/disk/by-uuid/4711-affe");
	disk("sda", 0, 1, 1, EXT4);
	tree_link("dev/disk/by-uuid/4711-affe", "../../sda");
	is_int(settle_down(), READY, "by a link of udev's");
	is_str(s.root, "/dev/disk/by-uuid/4711-affe", "as it was written");
	local_disk("vda", 3, EXT4);
	tree_link("dev/disk/by-uuid/4711-affe", "../../vda");
	is_int(settle_down(), READY, "a local copy has the link");
	is_str(s.root, "/dev/sda", "the target's disk is taken all the same");
	end();
}

/* The root is on a local disk alone: said at once, also without any session. */
static void test_only_local(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=xfs\nE:ID_FS_UUID=1\nS:disk/by-uuid/1\n");
	tree_block("pci0000:00/0000:00:04.0/nvme/nvme0/nvme0n1", DISK, 3);
	tree_block("pci0000:00/0000:00:04.0/nvme/nvme0/nvme0n1/nvme0n1p1", DISK, 4);
	tree_udev(DISK, 3, "");
	tree_udev(DISK, 4, EXT4);
	is_int(settle_down(), GOES_ON, "the target's other disks may be on their way");
	is_str(s.cause.text, "not on the target's disks, only on the local disk nvme0n1p1 (the target's hold: "
	       "sda xfs 1; boot with iscsiroot=off or ISCSI_BYPASS=yes to use the local one)", "the cause");
	s.show_at = 0;
	s.more_paths = true;
	is_int(settle_down(), GOES_ON, "or on another target");
	s.more_paths = false;
	is_int(settle_down(), FAILED, "but not after a second");
	is_int(s.cause.code, CODE_NO_DEVICE, "its code");
	end();

	begin(ROOT_DEVICE, "/dev/nvme0n1p1", "/dev/nvme0n1p1");
	n_fake = 0;
	is_int(settle_down(), GOES_ON, "no session, no disk");
	ok(!settle_idle(&s), "a login is to come");
	tree_block("pci0000:00/0000:00:04.0/nvme/nvme0/nvme0n1", DISK, 3);
	tree_block("pci0000:00/0000:00:04.0/nvme/nvme0/nvme0n1/nvme0n1p1", DISK, 4);
	tree_udev(DISK, 4, EXT4);
	is_int(settle_down(), FAILED, "a device that is there without a session");
	is_cause(CODE_CONFIG, "/dev/nvme0n1p1", "on the local disk nvme0n1, not on the target's: refused "
		 "(detach that disk, or boot with iscsiroot=off or ISCSI_BYPASS=yes)");
	end();

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	n_fake = 0;
	local_disk("vda", 3, EXT4);
	is_int(settle_down(), GOES_ON, "a UUID: the target may have the original");
	s.tried = true;
	is_int(settle_down(), GOES_ON, "the next login may succeed");
	s.show_at = 0;
	is_int(settle_down(), FAILED, "it did not for a second");
	is_int(s.cause.code, CODE_CONFIG, "its code");
	end();
}

/* A disk of a session that is not the plan's is neither ours nor local. */
static void test_other_target(void)
{
	begin(ROOT_DEVICE, "/dev/sdb", "/dev/sdb");
	disk("sda", 0, 1, 1, "");
	disk("sdb", 1, 9, 1, EXT4);
	tree_file("sys/class/iscsi_session/session9/targetname", "iqn.2001-04.com.example:other\n");
	is_int(settle_down(), GOES_ON, "the root is a disk of another target");
	is_cause(CODE_CONFIG, "/dev/sdb", "on sdb of target iqn.2001-04.com.example:other, which is not "
		 "configured (name it in ISCSI_TARGET)");
	end();
}

/* What others look for: ready with the disks; a device path is waited for. */
static void test_other_kinds(void)
{
	begin(ROOT_OTHER, "ZFS=rpool/root", "ZFS=rpool/root");
	is_int(settle_down(), GOES_ON, "no disk yet");
	is_int(s.cause.code, CODE_NO_DEVICE, "the cause");
	s.scanning = true;
	disk("sda", 0, 1, 1, NULL);
	is_int(settle_down(), GOES_ON, "udev has not finished");
	tree_udev(DISK, 0, "E:ID_FS_TYPE=zfs_member\n");
	is_int(settle_down(), GOES_ON, "more LUNs may come");
	s.scanning = false;
	is_int(settle_down(), READY, "the disk is there");
	is_str(s.root, "ZFS=rpool/root", "the root is what root= says");
	is_int(s.found, -1, "and no device");
	end();
	begin(ROOT_OTHER, "/dev/mapper/crypt", "/dev/mapper/crypt");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=crypto_LUKS\nE:ID_FS_UUID=1\n");
	tree_dm(0, "crypt", "sda");
	tree_udev(253, 0, "");
	unlink(tree_path("dev/mapper/crypt"));
	is_int(settle_down(), GOES_ON, "LUKS was opened a moment ago");
	is_cause(CODE_DEADLINE, "dm-0", "present, waiting for udev");
	end();
	begin(ROOT_OTHER, "block:/dev/md0", "/dev/md0");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=linux_raid_member\nE:ID_FS_UUID=a-b\nE:ID_FS_UUID_SUB=1\n");
	is_int(settle_down(), GOES_ON, "a device path: it is not there");
	ok(settle_waits_for_others(&s) && settle_idle(&s), "others have to act");
	stack_md("md0", 3, "sda", "raid1", "clean", EXT4);
	is_int(settle_down(), READY, "assembled by others");
	is_str(s.root, "/dev/md0", "its node");
	end();
}

static void test_idle(void)
{
	begin(ROOT_LUN, "dhcp", "");
	s.scanning = true;
	settle_down();
	ok(!settle_idle(&s), "the kernel scans");
	s.scanning = false;
	settle_down();
	ok(!settle_idle(&s), "the disk may be on its way");
	s.show_at = 0;
	settle_down();
	ok(!settle_idle(&s), "the scan of the login may go on");
	s.scanned = true;
	settle_down();
	ok(settle_idle(&s) && !settle_waits_for_others(&s), "it does not come");
	disk("sda", 0, 1, 1, NULL);
	settle_down();
	ok(!settle_idle(&s), "udev works");
	tree_udev(DISK, 0, EXT4);
	is_int(settle_down(), READY, "the root");
	ok(!settle_idle(&s), "is there");
	end();
}

static void test_unreadable(void)
{
	begin(ROOT_DEVICE, "/dev/sda", "/dev/sda");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda", 4095, 9);
	tree_udev(4095, 9, EXT4);
	is_int(settle_down(), GOES_ON, "a node without a device behind it");
	is_int(s.cause.code, CODE_SYSTEM, "its code");
	ok(!strncmp(s.cause.text, "present, but cannot be read: ", 29), "its text: %s", s.cause.text);
	end();
	begin(ROOT_DEVICE, "/dev/sda", "/dev/sda");
	fake[0].logged_in = false;
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), GOES_ON, "its session is lost");
	is_cause(CODE_UNAVAILABLE, IQN, "session lost, the kernel waits for its recovery");
	end();
}

int main(void)
{
	test_lun();
	test_lun_partitioned();
	test_lun_flat();
	test_foreign_session();
	test_uuid();
	test_label();
	test_two_paths();
	test_device();
	test_only_local();
	test_other_target();
	test_other_kinds();
	test_idle();
	test_unreadable();
	return done_testing();
}
