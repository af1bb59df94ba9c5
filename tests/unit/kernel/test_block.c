// SPDX-License-Identifier: GPL-2.0-or-later
/* Block devices in a sysfs of files: whose they are, also where there are more than can be listed. */
#include "kernel/block.h"
#include "kernel/sysfs.h"
#include "tap.h"
#include "disk_tree.h"

#define DISK 8

static struct session list[SESSIONS_MAX];
static struct blocks all;
static int root;

static void begin(void)
{
	tree_begin("block");
	sysfs_root = tree_sysfs;
	root = open(tree_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void end(void)
{
	close(root);
	tree_end();
}

static void disk(const char *name, unsigned minor, unsigned sid, unsigned lun)
{
	char place[128];

	snprintf(place, sizeof(place), "platform/host2/session%u/target2:0:0/2:0:0:%u/block/%s", sid, lun,
		 name);
	tree_block(place, DISK, minor);
}

static const struct block *by_name(const char *name)
{
	static const struct block none = { .session = -2 };
	unsigned i;

	for (i = 0; i < all.n; i++)
		if (!strcmp(all.b[i].name, name))
			return &all.b[i];
	return &none;
}

static void test_owners(void)
{
	begin();
	list[0].sid = 7;
	disk("sda", 0, 7, 3);
	tree_block("platform/host2/session7/target2:0:0/2:0:0:3/block/sda/sda1", DISK, 1);
	disk("sdb", 16, 8, 3);
	tree_block("pci0000:00/0000:00:05.0/virtio2/block/vda", 254, 0);
	tree_dm(0, "system-root", "sda1");
	tree_dm(1, "mixed-root", "sda1 vda");
	tree_dm(2, "unknown-root", "sda1 sdz");
	is_int(disk_look(root, list, 1, NULL, false, &all), 0, "a look");
	is_int(all.n, 7, "all devices");
	ok(!all.cut, "nothing is missing");
	ok(by_name("sda")->owner == DISK_OURS && by_name("sda")->session == 0 && by_name("sda")->lun == 3,
	   "a disk of the session");
	ok(by_name("sda1")->owner == DISK_OURS && by_name("sda1")->partition &&
	   !strcmp(by_name("sda1")->disk, "sda"), "a partition of it");
	ok(by_name("sdb")->owner == DISK_OTHER && by_name("sdb")->unlisted,
	   "a disk of another session is not ours");
	ok(by_name("vda")->owner == DISK_LOCAL && !by_name("vda")->unlisted, "a local disk");
	ok(by_name("dm-0")->owner == DISK_OURS && !strcmp(by_name("dm-0")->dm_name, "system-root"),
	   "a volume on ours alone");
	ok(by_name("dm-1")->owner == DISK_MIXED, "a volume that is partly on a local disk");
	ok(by_name("dm-2")->owner == DISK_UNKNOWN, "a volume on a device that is not in the list");
	end();
}

/* Whose a disk is depends on where it stands in sysfs, however many sessions there are. */
static void test_sessions_full(void)
{
	unsigned i;

	begin();
	for (i = 0; i <= SESSIONS_MAX; i++) {
		char place[64];

		snprintf(place, sizeof(place), "sys/class/iscsi_session/session%u/state", 100 + i);
		tree_file(place, "LOGGED_IN\n");
		if (i < SESSIONS_MAX)
			list[i].sid = 100 + i;
	}
	disk("sda", 0, 100 + SESSIONS_MAX - 1, 1);
	disk("sdb", 16, 100 + SESSIONS_MAX, 1);
	tree_dm(0, "system-root", "sdb");
	tree_dm(1, "both-root", "sda sdb");
	tree_block("pci0000:00/0000:00:05.0/virtio2/block/vda", 254, 0);
	disk_look(root, list, SESSIONS_MAX, NULL, false, &all);
	ok(by_name("sda")->owner == DISK_OURS, "the last session of a full list");
	is_int(by_name("sdb")->owner, DISK_OTHER, "one beyond it is not called local");
	is_int(by_name("sdb")->sid, 100 + SESSIONS_MAX, "it has its number");
	is_int(by_name("dm-0")->owner, DISK_OTHER, "nor is what lies on it");
	is_int(by_name("dm-1")->owner, DISK_MIXED, "what lies on both is mixed");
	is_int(by_name("vda")->owner, DISK_LOCAL, "a local disk still is one");
	end();
}

/* NVMe disks have no folder "block" above them. */
static void test_nvme(void)
{
	begin();
	tree_block("pci0000:00/0000:00:04.0/nvme/nvme0/nvme0n1", 259, 0);
	tree_block("pci0000:00/0000:00:04.0/nvme/nvme0/nvme0n1/nvme0n1p2", 259, 2);
	tree_attr("nvme0n1p2", "partition", "2\n");
	tree_dm(0, "system-root", "nvme0n1p2");
	disk_look(root, list, 0, NULL, false, &all);
	ok(!by_name("nvme0n1")->partition && by_name("nvme0n1")->owner == DISK_LOCAL, "a local disk");
	ok(by_name("nvme0n1p2")->partition && by_name("nvme0n1p2")->part == 2 &&
	   !strcmp(by_name("nvme0n1p2")->disk, "nvme0n1") && by_name("nvme0n1p2")->owner == DISK_LOCAL,
	   "its partition");
	ok(by_name("dm-0")->owner == DISK_LOCAL && all.b[by_name("dm-0")->base].name[0] == 'n',
	   "a volume on it");
	end();
}

/* dm, md, LUKS, bcache: what they are made of, and whether it can be used. */
static void test_stacks(void)
{
	begin();
	list[0] = (struct session){ .sid = 7, .logged_in = true };
	list[1] = (struct session){ .sid = 8 };
	disk("sda", 0, 7, 1);
	disk("sdb", 16, 8, 1);
	tree_dm(0, "mpatha", "sdb sda");
	tree_attr("dm-0", "dm/uuid", "mpath-3600\n");
	tree_dm(1, "mpatha-part3", "dm-0");
	tree_attr("dm-1", "dm/uuid", "part3-mpath-3600\n");
	tree_dm(2, "vg-lv", "sda sdb");
	tree_block("virtual/block/md127", 9, 127);
	tree_attr("md127", "md/array_state", "inactive\n");
	tree_attr("md127", "md/level", "raid1\n");
	tree_slaves("md127", "sda sdb");
	tree_block("virtual/block/md126", 9, 126);
	tree_attr("md126", "md/array_state", "clean\n");
	tree_attr("md126", "md/level", "raid0\n");
	tree_slaves("md126", "sda sdb");
	tree_dm(4, "gone", "");
	tree_attr("dm-4", "dm/uuid", "mpath-3601\n");
	disk_look(root, list, 2, NULL, false, &all);
	ok(by_name("sda")->alive && !by_name("sdb")->alive, "a session is up, one is not");
	ok(by_name("dm-0")->layer == LAYER_MAP && by_name("dm-0")->alive && !by_name("dm-0")->part,
	   "a map lives with one path");
	is_str(all.b[by_name("dm-0")->base].name, "sda", "the live one");
	is_int(by_name("dm-1")->part, 3, "a partition of a map");
	ok(by_name("dm-1")->layer == LAYER_MAP && by_name("dm-1")->alive, "which is a map itself");
	ok(by_name("sda")->map >= 0 && !strcmp(all.b[by_name("sda")->map].name, "dm-0"), "the path's map");
	ok(by_name("dm-2")->layer == LAYER_LVM && !by_name("dm-2")->alive, "a volume needs all disks");
	ok(by_name("md127")->layer == LAYER_MD && by_name("md127")->suspended && by_name("md127")->alive,
	   "an array that is not started");
	ok(!by_name("md126")->suspended && !by_name("md126")->alive, "RAID 0 needs all members");
	ok(by_name("dm-4")->owner == DISK_UNKNOWN && !by_name("dm-4")->alive, "a map without paths is not local");
	end();
}

static void test_too_many(void)
{
	char place[64], slave[16];
	unsigned i, unknown = 0;

	begin();
	for (i = 0; i < BLOCKS_MAX; i++) {
		snprintf(place, sizeof(place), "virtual/block/ram%u", i);
		tree_block(place, 1, i);
	}
	is_int(disk_look(root, list, 0, NULL, false, &all), 0, "as many devices as fit");
	ok(all.n == BLOCKS_MAX && !all.cut, "all are listed");
	for (i = 0; i < 40; i++) {
		snprintf(slave, sizeof(slave), "ram%u", 25 * i);
		snprintf(place, sizeof(place), "vg-lv%u", i);
		tree_dm(i, place, slave);
	}
	is_int(disk_look(root, list, 0, NULL, false, &all), 0, "more than fit is no error");
	ok(all.n == BLOCKS_MAX && all.cut, "the list says that it was cut");
	for (i = 0; i < all.n; i++)
		unknown += all.b[i].owner == DISK_OURS;
	is_int(unknown, 0, "nothing is taken for ours");
	is_int(disk_look(root, list, 0, NULL, false, &all), 0, "a second look");
	ok(all.n == BLOCKS_MAX && all.cut, "finds the same");
	end();
}

static void test_encode(void)
{
	char text[64];
	struct out o;

	out_init(&o, text, sizeof(text));
	disk_encode(&o, "a b/c\\d-\xc3\xa4");
	is_str(text, "a\\x20b\\x2fc\\x5cd-\xc3\xa4", "a label as udev writes it in a link");
}

int main(void)
{
	test_owners();
	test_sessions_full();
	test_nvme();
	test_stacks();
	test_too_many();
	test_encode();
	return done_testing();
}
