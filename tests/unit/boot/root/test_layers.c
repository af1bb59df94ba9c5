// SPDX-License-Identifier: GPL-2.0-or-later
/* What others open, assemble or import: the cause names it, and what they bring is taken. */
#include "boot/root/layers.h"
#include "boot/root/machine.h"

#define MEMBER(sub) "E:ID_FS_TYPE=linux_raid_member\nE:ID_FS_UUID=array\nE:ID_FS_UUID_SUB=" sub "\n"
#define BTRFS(sub, ready) "E:ID_FS_TYPE=btrfs\nE:ID_FS_UUID=4711-affe\nE:ID_FS_UUID_SUB=" sub "\n" \
	"E:ID_BTRFS_READY=" ready "\nS:disk/by-uuid/4711-affe\n"
#define LUKS "E:ID_FS_TYPE=crypto_LUKS\nE:ID_FS_UUID=1-2\n"
#define CAUSE_LUKS "has not been opened (give its passphrase; cryptsetup and its line of crypttab must be in " \
	"the image)"

static void waits_for(int code, const char *object, const char *text)
{
	is_int(settle_down(), GOES_ON, object);
	is_cause(code, object, text);
	ok(settle_waits_for_others(&s) && settle_idle(&s), "others have to act");
}

static void test_luks(void)
{
	static const struct { enum root_kind kind; const char *spec, *value; } roots[] = {
		{ ROOT_UUID, "UUID=4711-affe", "4711-affe" },
		{ ROOT_LV, "/dev/mapper/system-root", "root" },
		{ ROOT_DEVICE, "/dev/mapper/cr", "/dev/mapper/cr" },
		{ ROOT_OTHER, "/dev/mapper/cr", "/dev/mapper/cr" },
	};
	unsigned i;

	for (i = 0; i < sizeof(roots) / sizeof(*roots); i++) {
		begin(roots[i].kind, roots[i].spec, roots[i].value);
		disk("sda", 0, 1, 1, LUKS);
		waits_for(CODE_NO_DEVICE, "LUKS on sda", CAUSE_LUKS);
		if (roots[i].kind != ROOT_LV) {
			stack_dm("dm-0", 2, "cr", "CRYPT-LUKS2-1-cr", "sda", EXT4);
			is_int(settle_down(), READY, "opened");
			is_str(s.root, "/dev/mapper/cr", "its node");
		}
		end();
	}
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, LUKS);
	stack_dm("dm-0", 2, "cr", "CRYPT-LUKS2-1-cr", "sda", PHYS);
	fake_lvm("exit 0");
	settle_down();
	ok(strstr(calls(), "--devices /dev/dm-0 system"), "lvm gets what was opened: %s", calls());
	end();
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, PHYS);
	stack_dm("dm-0", 2, "vg-crypt", "LVM-abc", "sda", LUKS);
	fake_lvm("case $1 in vgs) echo '  vg|0|crypt';; esac");
	settle_down();
	settle_down();
	is_str(s.cause.object, "LUKS on vg-crypt", "LUKS on a volume");
	end();
	begin(ROOT_LUN, "dhcp", "");
	disk("sda", 0, 1, 1, LUKS);
	settle_down();
	is_cause(CODE_NO_DEVICE, "sda, LUN 1", "holds a LUKS container, not a file system (name the root on it "
		 "in another root= after this one)");
	end();
	begin(ROOT_DEVICE, "/dev/sda", "/dev/sda");
	disk("sda", 0, 1, 1, LUKS);
	settle_down();
	is_cause(CODE_NO_DEVICE, "sda", "holds a LUKS container, not a file system (name what lies on it in "
		 "root=)");
	end();
	begin(ROOT_DEVICE, "/dev/mapper/cr", "/dev/mapper/cr");
	disk("sda", 0, 1, 1, "");
	settle_down();
	is_cause(CODE_NO_DEVICE, "sda", "carries no known signature (restore its LUKS header or partition table, "
		 "or correct root=)");
	end();
}

static void test_md(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, MEMBER("1"));
	waits_for(CODE_NO_DEVICE, "md array of sda", "not assembled: members present: 1 (map the LUNs of the "
		  "others; mdadm must be in the image)");
	stack_md("md127", 3, "sda", "raid1", "inactive", "E:MD_DEVICES=2\n");
	waits_for(CODE_NO_DEVICE, "md array of sda", "not assembled: 1 of 2 members present (map the LUNs of the "
		  "others; mdadm must be in the image)");
	disk("sdb", 1, 1, 2, MEMBER("2"));
	settle_down();
	ok(!strncmp(s.cause.object, "md array of sd", 14) && strstr(s.cause.object, ", sd") &&
	   !strncmp(s.cause.text, "not assembled: 2 of 2", 21), "both: %s", s.cause.object);
	stack_md("md127", 3, "sda sdb", "raid1", "clean", EXT4);
	tree_attr("md127", "md/raid_disks", "2\n");
	tree_attr("md127", "md/degraded", "0\n");
	capture_stderr();
	is_int(settle_down(), READY, "assembled");
	ok(!strstr(captured(), "degraded"), "whole");
	end();

	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, MEMBER("1"));
	disk("sdb", 1, 1, 2, MEMBER("2"));
	stack_md("md0", 3, "sda sdb", "raid0", "clean", PHYS);
	fake_lvm("exit 0");
	settle_down();
	ok(strstr(calls(), "--devices /dev/md0 system"), "lvm gets the array: %s", calls());
	end();

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, MEMBER("1"));
	stack_md("md0", 3, "sda", "raid1", "clean", PHYS);
	tree_attr("md0", "md/raid_disks", "2\n");
	tree_attr("md0", "md/degraded", "1\n");
	stack_dm("dm-0", 4, "system-root", "LVM-abc", "md0", EXT4);
	capture_stderr();
	is_int(settle_down(), READY, "started with one of two");
	ok(strstr(captured(), "iscsiroot: settle: md0: is degraded: 1 of 2 members (see mdadm --detail)\n"),
	   "which is told");
	end();
}

/* Members of one file system have one UUID; they are no copies. */
static void test_btrfs(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, BTRFS("1", "0"));
	waits_for(CODE_NO_DEVICE, "btrfs 4711-affe", "members missing (1 found; map the LUNs of the others)");
	disk("sdb", 1, 1, 2, BTRFS("2", "1"));
	is_int(settle_down(), READY, "the last member has come");
	is_int(s.cause.code, 0, "no cause is left");
	end();
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, BTRFS("1", "0"));
	disk("sdb", 1, 1, 2, BTRFS("2", "0"));
	waits_for(CODE_NO_DEVICE, "btrfs 4711-affe", "members missing (2 found; map the LUNs of the others)");
	end();
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, BTRFS("1", "1"));
	disk("sdb", 1, 1, 2, BTRFS("1", "1"));
	is_int(settle_down(), GOES_ON, "one member twice");
	is_int(s.cause.id, CAUSE_ROOT_DUPLICATE, "is a copy");
	end();
}

/* Without udev's rule the superblock's number of devices counts. */
static void test_btrfs_number(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=btrfs\nE:ID_FS_UUID=4711-affe\nE:ID_FS_UUID_SUB=1\n"
	     "S:disk/by-uuid/4711-affe\n");
	is_int(settle_down(), READY, "no number: nothing is missing");
	ok(!settle_btrfs_missing(&s, &s.blocks.b[0], 1), "one of one");
	ok(settle_btrfs_missing(&s, &s.blocks.b[0], 2), "one of two");
	is_cause(CODE_NO_DEVICE, "btrfs 4711-affe", "members missing (1 found; map the LUNs of the others)");
	end();
}

static void test_others(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=bcache\n");
	waits_for(CODE_NO_DEVICE, "bcache on sda", "has not been started (bcache-tools must be in the image)");
	local_disk("nvme0n1", 6, "E:ID_FS_TYPE=bcache\n");
	stack("bcache0", 2, "sda nvme0n1", EXT4);
	is_int(settle_down(), READY, "also with a cache on a local disk");
	end();
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=zfs_member\n");
	waits_for(CODE_NO_DEVICE, "ZFS on sda", "has not been imported (name it as root=ZFS=POOL/DATASET; ZFS must "
		  "be in the image)");
	end();
}

int main(void)
{
	test_luks();
	test_md();
	test_btrfs();
	test_btrfs_number();
	test_others();
	return done_testing();
}
