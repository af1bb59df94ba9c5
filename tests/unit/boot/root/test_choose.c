// SPDX-License-Identifier: GPL-2.0-or-later
/* Paths, maps and their partitions: which is used, and when none is. */
#include "boot/root/choose.h"
#include "boot/root/machine.h"

#define PART1 "platform/host2/session1/target2:0:0/2:0:0:1/block/sda/sda2"
#define PART2 "platform/host3/session2/target3:0:0/3:0:0:1/block/sdb/sdb2"
#define CLAIMED "E:DM_MULTIPATH_DEVICE_PATH=1\n"

static int index_of(const char *name)
{
	unsigned i;

	for (i = 0; i < s.blocks.n; i++)
		if (!strcmp(s.blocks.b[i].name, name))
			return (int)i;
	return -1;
}

static void two_paths(enum root_kind kind, const char *spec, const char *value, const char *udev)
{
	begin(kind, spec, value);
	s.multipath = false;
	add_session(2, IQN, true);
	disk("sda", 0, 1, 1, udev);
	disk("sdb", 1, 2, 1, udev);
}

/* The session of one path is lost: each chooser takes the other. */
static void test_dead_path(void)
{
	unsigned i;

	for (i = 0; i < 2; i++) {
		two_paths(ROOT_UUID, "UUID=4711-affe", "4711-affe", EXT4);
		fake[i].logged_in = false;
		is_int(settle_down(), READY, "by UUID");
		is_str(s.root, i ? "/dev/sda" : "/dev/sdb", "on the live path");
		end();
		two_paths(ROOT_LUN, "dhcp", "", EXT4);
		fake[i].logged_in = false;
		is_int(settle_down(), READY, "by LUN");
		is_str(s.root, i ? "/dev/sda" : "/dev/sdb", "on the live path");
		end();
		two_paths(ROOT_DEVICE, "/dev/disk/by-uuid/4711-affe", "/dev/disk/by-uuid/4711-affe", EXT4);
		tree_attr(i ? "sdb" : "sda", "device/state", "offline\n");
		is_int(settle_down(), READY, "by a link");
		is_str(s.root, i ? "/dev/sda" : "/dev/sdb", "on the path that is not offline");
		end();
		two_paths(ROOT_LV, "/dev/mapper/system-root", "root", PHYS);
		fake[i].logged_in = false;
		fake_lvm("exit 0");
		settle_down();
		ok(strstr(calls(), i ? "--devices /dev/sda system" : "--devices /dev/sdb system"),
		   "lvm gets the live path: %s", calls());
		end();
	}
	two_paths(ROOT_UUID, "UUID=4711-affe", "4711-affe", EXT4);
	fake[0].logged_in = fake[1].logged_in = false;
	is_int(settle_down(), GOES_ON, "both lost");
	is_int(s.cause.id, CAUSE_SESSION_LOST, "the cause");
	end();
	two_paths(ROOT_LV, "/dev/mapper/system-root", "root", PHYS);
	fake[0].logged_in = fake[1].logged_in = false;
	fake_lvm("exit 0");
	settle_down();
	is_str(calls(), "", "lvm gets no dead path");
	is_int(s.cause.id, CAUSE_SESSION_LOST, "the cause");
	end();
}

/* While multipath claims a LUN, no bare path is used. */
static void test_claimed(void)
{
	two_paths(ROOT_UUID, "UUID=4711-affe", "4711-affe", EXT4);
	tree_udev(DISK, 1, EXT4 CLAIMED);
	is_int(settle_down(), GOES_ON, "one path is claimed, so is the LUN");
	ok(s.cause.id == CAUSE_MAP_NOT_MADE && settle_waits_for_others(&s) && settle_idle(&s),
	   "others shall make the map");
	is_str(s.cause.text, "multipath has made no map of it yet (check multipath.conf, the wwids and the bindings "
	       "in the image: multipathd -d -v3)", "the cause");
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "sda sdb", EXT4);
	is_int(settle_down(), READY, "there it is");
	is_str(s.root, "/dev/mapper/mpatha", "the root is on it");
	end();

	two_paths(ROOT_LV, "/dev/mapper/system-root", "root", PHYS CLAIMED);
	fake_lvm("exit 0");
	settle_down();
	is_str(calls(), "", "lvm gets no bare path");
	is_int(s.cause.id, CAUSE_MAP_NOT_MADE, "the cause");
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "sda sdb", PHYS);
	settle_down();
	ok(strstr(calls(), "--devices /dev/dm-0 system"), "lvm gets the map: %s", calls());
	end();

	two_paths(ROOT_LUN, "dhcp", "", EXT4);
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "sda sdb", EXT4);
	is_int(settle_down(), READY, "a LUN");
	is_str(s.root, "/dev/mapper/mpatha", "by its map");
	end();
}

/* Multipath is in the image and does not know the LUN: a path that is on its way may change that. */
static void test_unknown(void)
{
	two_paths(ROOT_UUID, "UUID=4711-affe", "4711-affe", EXT4);
	s.multipath = s.maps.asked = true;
	unlink(tree_path("run/udev/data/b7:1"));
	is_int(settle_down(), GOES_ON, "udev has not looked at the second path");
	is_int(s.cause.id, CAUSE_MAP_NOT_MADE, "the cause");
	tree_udev(DISK, 1, EXT4);
	is_int(settle_down(), READY, "it is not claimed");
	is_str(s.root, "/dev/sda", "one path");
	end();

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	s.multipath = s.maps.asked = true;
	add_session(2, IQN, true);
	disk("sda", 0, 1, 1, EXT4);
	s.scanning = true;
	is_int(settle_down(), GOES_ON, "the second session scans");
	s.scanning = false;
	tree_file("sys/bus/scsi/devices/3:0:0:1/type", "0\n");
	is_int(settle_down(), GOES_ON, "the kernel has found the LUN, and its disk is still to come");
	unlink(tree_path("sys/bus/scsi/devices/3:0:0:1/type"));
	rmdir(tree_path("sys/bus/scsi/devices/3:0:0:1"));
	is_int(settle_down(), READY, "that session does not show it");
	end();
}

static void test_partition(void)
{
	two_paths(ROOT_UUID, "UUID=4711-affe", "4711-affe", "");
	tree_block(PART1, DISK, 2);
	tree_block(PART2, DISK, 3);
	tree_attr("sda2", "partition", "2\n");
	tree_attr("sdb2", "partition", "2\n");
	tree_udev(DISK, 2, EXT4);
	tree_udev(DISK, 3, EXT4);
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "sda sdb", "");
	is_int(settle_down(), GOES_ON, "the map has no partitions yet");
	is_int(s.cause.id, CAUSE_MAP_NOT_MADE, "the cause");
	stack_dm("dm-1", 5, "mpatha-part1", "part1-mpath-3600", "dm-0", "");
	stack_dm("dm-2", 6, "mpatha-part2", "part2-mpath-3600", "dm-0", EXT4);
	is_int(settle_down(), READY, "now it has");
	is_str(s.root, "/dev/mapper/mpatha-part2", "the partition of the map");
	ok(settle_same_data(&s, &s.blocks.b[index_of("sda2")], &s.blocks.b[index_of("dm-2")]),
	   "it is the path's");
	ok(!settle_same_data(&s, &s.blocks.b[index_of("sda2")], &s.blocks.b[index_of("dm-1")]) &&
	   !settle_same_data(&s, &s.blocks.b[index_of("sda2")], &s.blocks.b[index_of("dm-0")]),
	   "the others are not");
	end();
	two_paths(ROOT_LV, "/dev/mapper/mpatha-part2", "part2", "");
	snprintf(plan.root_vg, sizeof(plan.root_vg), "mpatha");
	tree_udev(DISK, 0, CLAIMED);
	settle_down();
	is_int(s.cause.id, CAUSE_MAP_NOT_MADE, "by the map's name: there is none");
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "sda sdb", "");
	stack_dm("dm-2", 6, "mpatha-part2", "part2-mpath-3600", "dm-0", EXT4);
	is_int(settle_down(), READY, "there is");
	is_str(s.root, "/dev/mapper/mpatha-part2", "its node");
	end();
}

static void test_dead_map(void)
{
	two_paths(ROOT_UUID, "UUID=4711-affe", "4711-affe", "");
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "sda sdb", EXT4);
	fake[0].logged_in = false;
	is_int(settle_down(), READY, "one path of a map is enough");
	end();
	two_paths(ROOT_UUID, "UUID=4711-affe", "4711-affe", "");
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "sda sdb", EXT4);
	fake[0].logged_in = fake[1].logged_in = false;
	is_int(settle_down(), GOES_ON, "no path is");
	is_cause(CODE_UNAVAILABLE, "multipath map mpatha", "has no live path (see the portals' causes)");
	end();
	begin(ROOT_DEVICE, "/dev/mapper/mpatha", "/dev/mapper/mpatha");
	disk("sda", 0, 1, 2, "");
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "", EXT4);
	is_int(settle_down(), GOES_ON, "a map whose paths are all gone is not called local");
	is_cause(CODE_UNAVAILABLE, "multipath map mpatha", "has no live path (see the portals' causes)");
	end();
}

/* The image has multipath, and another path may come: then it would make a map. */
static void test_more_paths(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	plan.targets[0].n_portals = 2;
	s.multipath = s.maps.asked = s.more_paths = true;
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), GOES_ON, "the other portal's login is under way");
	is_int(s.cause.id, CAUSE_MAP_NOT_MADE, "the cause");
	ok(!settle_idle(&s), "which is ours to wait for");
	add_session(2, IQN, true);
	disk("sdb", 1, 2, 1, EXT4);
	is_int(settle_down(), READY, "there are two paths, and multipath wants none");
	end();
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	plan.targets[0].n_portals = 2;
	s.multipath = s.maps.asked = true;
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), READY, "the other portal has failed");
	end();
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	plan.targets[0].n_portals = 1;
	s.multipath = s.maps.asked = s.more_paths = true;
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), READY, "the other portal is another target's");
	end();
}

int main(void)
{
	test_dead_path();
	test_claimed();
	test_unknown();
	test_partition();
	test_dead_map();
	test_more_paths();
	return done_testing();
}
