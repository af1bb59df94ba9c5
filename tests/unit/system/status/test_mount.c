// SPDX-License-Identifier: GPL-2.0-or-later
/* The items mount, volume NAME and disk NAME. */
#include "system/machine.h"
#include "system/status/status.h"

#define ONE "iqn.2001-04.com.example:one"
#define MOUNT(options, super) "28 1 253:0 / / " options " - ext4 /dev/mapper/vg-root " super "\n"
#define ON " mount: / is ext4 on /dev/mapper/vg-root, "

static struct status st;

static void good_machine(void)
{
	machine_begin();
	machine_session(1, ONE);
	machine_disk(1, "sda", 0);
	machine_file("sys/class/block/sda/size", "16777216\n");
	machine_file("sys/class/block/sda/device/wwid", "naa.6001\n");
	machine_file("sys/class/block/sda/device/iodone_cnt", "0x10\n");
	machine_file("sys/class/block/sda/device/ioerr_cnt", "0x2\n");
	machine_file("sys/devices/virtual/block/dm-0/dev", "253:0\n");
	machine_file("sys/devices/virtual/block/dm-0/ro", "0\n");
	machine_file("sys/devices/virtual/block/dm-0/dm/name", "vg-root\n");
	machine_file("sys/devices/virtual/block/dm-0/dm/uuid", "LVM-abc\n");
	machine_file("sys/devices/virtual/block/dm-0/dm/suspended", "0\n");
	machine_link("sys/devices/virtual/block/dm-0/slaves/sda", "../../../../host1");
	machine_link("sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
	machine_file("proc/stat", "cpu 1\nbtime 1000\n");
	machine_file("proc/self/mountinfo", MOUNT("rw", "rw,errors=remount-ro"));
}

static void look(void)
{
	memset(&st, 0, sizeof(st));
	report_begin(&st.c.report, true);
	is_int(status_open(&st, machine_dir), 0, "the machine");
	report_begin(&st.c.report, true);
	status_mount(&st);
	close(st.c.root);
}

static const struct {
	const char *name, *mount, *errors, *last_error, *readonly, *item;
} mounts[] = {
	{ "read-write", MOUNT("rw", "rw"), "0", "0", "0", "ok" ON "read-write" },
	{ "mounted read-only", MOUNT("ro", "ro"), "0", "0", "0",
	  "warn" ON "read-only (mount -o remount,rw /, unless intended)" },
	{ "on a read-only device", MOUNT("ro", "ro"), "0", "0", "1", "ok" ON "read-only" },
	{ "read-only by itself", MOUNT("rw", "ro"), "1", "0", "0", "fail" ON "read-only because of an error, "
	  "1 error since the last fsck (fix the faults below, then reboot, which runs fsck)" },
	{ "as newer kernels show it", MOUNT("rw", "rw,emergency_ro"), "0", "0", "0", "fail" ON
	  "read-only because of an error (fix the faults below, then reboot, which runs fsck)" },
	{ "an error before this boot", MOUNT("rw", "rw,errors=remount-ro"), "2", "999", "0", "warn" ON
	  "read-write, 2 errors since the last fsck (boot once with fsck.mode=force on the kernel command line)" },
	{ "an error in this boot", MOUNT("rw", "rw,errors=remount-ro"), "2", "1000", "0", "fail" ON "read-only "
	  "because of an error, 2 errors since the last fsck (fix the faults below, then reboot, which runs fsck)" },
	{ "an error in this boot that changes nothing", MOUNT("rw", "rw,errors=continue"), "2", "1000", "0", "warn" ON
	  "read-write, 2 errors since the last fsck (boot once with fsck.mode=force on the kernel command line)" },
};

static void test_mount(void)
{
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		good_machine();
		machine_file("proc/self/mountinfo", mounts[i].mount);
		machine_file("sys/fs/ext4/dm-0/errors_count", mounts[i].errors);
		machine_file("sys/fs/ext4/dm-0/last_error_time", mounts[i].last_error);
		machine_file("sys/devices/virtual/block/dm-0/ro", mounts[i].readonly);
		look();
		has_item(&st.c.report, mounts[i].item, mounts[i].name);
	}
	machine_file("proc/self/mountinfo", "");
	look();
	has_item(&st.c.report, "warn mount: / is not in /proc/self/mountinfo (check that /proc is mounted)", "no mounts");
}

static void test_devices(void)
{
	good_machine();
	look();
	is_items(&st.c.report, "ok mount: / is ext4 on /dev/mapper/vg-root, read-write\n"
		 "ok volume dm-0: vg/root, active\n"
		 "ok disk sda: 8 GiB, LUN 1, naa.6001, running, 16 commands done, 2 failed\n", "a good machine");
	machine_file("sys/devices/virtual/block/dm-0/dm/suspended", "1\n");
	look();
	has_item(&st.c.report, "warn volume dm-0: vg/root, suspended, I/O is blocked (dmsetup resume vg-root)", "suspended");
	machine_file("sys/devices/virtual/block/dm-0/dm/uuid", "CRYPT-x\n");
	machine_file("sys/devices/virtual/block/dm-0/dm/suspended", "0\n");
	look();
	has_item(&st.c.report, "ok volume dm-0: device-mapper vg-root, active", "not LVM's");
	machine_file("sys/devices/virtual/block/dm-0/dm/uuid", "mpath-3600\n");
	look();
	has_item(&st.c.report, "ok volume dm-0: multipath vg-root, active", "a map");
	machine_file("sys/devices/virtual/block/dm-0/dm/uuid", "part1-mpath-3600\n");
	look();
	has_item(&st.c.report, "ok volume dm-0: multipath vg-root, active", "a partition of one");
	machine_file("sys/class/block/sda/device/state", "offline\n");
	look();
	has_item(&st.c.report, "fail disk sda: 8 GiB, LUN 1, naa.6001, offline, 16 commands done, 2 failed "
		 "(echo running >/sys/block/sda/device/state)", "a disk that is offline");
	machine_file("sys/class/iscsi_session/session1/state", "FAILED\n");
	machine_remove("sys/class/block/sda/device/state");
	look();
	has_item(&st.c.report, "fail disk sda: 8 GiB, LUN 1, naa.6001, state unknown, 16 commands done, 2 failed "
		 "(see session 1)", "its session failed");
	machine_remove("sys/devices/virtual/block/dm-0/slaves/sda");
	look();
	has_item(&st.c.report, "fail disk: the iSCSI disk below dm-0 is gone (iscsiadm -m session -P 3; dmesg)", "no disk");
	machine_file("proc/self/mountinfo", "28 1 0:40 / / rw - overlay overlay rw\n");
	look();
	has_item(&st.c.report, "warn disk: / is mounted from overlay, which is not a known disk (findmnt /; lsblk -s)",
		 "on no disk");
}

int main(void)
{
	test_mount();
	test_devices();
	machine_end();
	return done_testing();
}
