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
	ok(!all.cut && !all.sessions_full, "nothing is missing");
	ok(by_name("sda")->owner == DISK_OURS && by_name("sda")->session == 0 && by_name("sda")->lun == 3,
	   "a disk of the session");
	ok(by_name("sda1")->owner == DISK_OURS && by_name("sda1")->partition &&
	   !strcmp(by_name("sda1")->disk, "sda"), "a partition of it");
	ok(by_name("sdb")->owner == DISK_LOCAL && by_name("sdb")->unlisted,
	   "a disk of another session is not ours");
	ok(by_name("vda")->owner == DISK_LOCAL && !by_name("vda")->unlisted, "a local disk");
	ok(by_name("dm-0")->owner == DISK_OURS && !strcmp(by_name("dm-0")->dm_name, "system-root"),
	   "a volume on ours alone");
	ok(by_name("dm-1")->owner == DISK_LOCAL, "a volume that is partly on a local disk");
	ok(by_name("dm-2")->owner == DISK_UNKNOWN, "a volume on a device that is not in the list");
	end();
}

/* The list of sessions is full: a disk of one that is not in it may well be ours. */
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
	tree_block("pci0000:00/0000:00:05.0/virtio2/block/vda", 254, 0);
	disk_look(root, list, SESSIONS_MAX, NULL, false, &all);
	ok(by_name("sda")->owner == DISK_OURS, "the last session of a full list");
	is_int(by_name("sdb")->owner, DISK_UNKNOWN, "one beyond it is not called local");
	is_int(by_name("dm-0")->owner, DISK_UNKNOWN, "nor is what lies on it");
	is_int(by_name("vda")->owner, DISK_LOCAL, "a local disk still is one");
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
	test_too_many();
	test_encode();
	return done_testing();
}
