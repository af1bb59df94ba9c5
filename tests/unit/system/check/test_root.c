// SPDX-License-Identifier: GPL-2.0-or-later
/* The items root and recovery: is / on the configured target, and does its session survive an outage? */
#include "system/check/check.h"
#include "system/machine.h"

#define ONE "iqn.2001-04.com.example:one"
#define TWO "iqn.2001-04.com.example:two"
#define FIX " (correct ISCSI_TARGET_NAME, or boot from the target it names)"

static struct check c;

/* / is on a logical volume on sda, of session 1, whose keeper runs. */
static void good_machine(void)
{
	machine_begin();
	machine_session(1, ONE);
	machine_disk(1, "sda", 0);
	machine_file("sys/devices/virtual/block/dm-0/dev", "253:0\n");
	machine_file("sys/devices/virtual/block/dm-0/dm/name", "system-root\n");
	machine_file("sys/devices/virtual/block/dm-0/dm/uuid", "LVM-abc\n");
	machine_link("sys/devices/virtual/block/dm-0/slaves/sda", "../../../../host1");
	machine_link("sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
	machine_file("proc/self/mountinfo", "28 1 253:0 / / rw - ext4 /dev/mapper/system-root rw\n");
	machine_file("run/iscsiroot/keeper", "pid=312\n");
	machine_file("proc/312/root/status", "version=1\niscsid=0\n");
	machine_file("proc/312/cmdline", "@iscsiroot-keeper");
}

static void look(const char *target, int timeout)
{
	memset(&c, 0, sizeof(c));
	report_begin(&c.report, true);
	is_int(check_open(&c, machine_dir), 0, "the machine");
	c.valid = true;
	c.plan.n_targets = 1;
	c.plan.replacement_timeout = timeout;
	snprintf(c.plan.targets[0].name, sizeof(c.plan.targets[0].name), "%s", target);
	check_root(&c);
	close(c.root);
}

static void test_place(void)
{
	good_machine();
	look(ONE, 0);
	is_items(&c.report, "ok root: / is on dm-0, LUN 1 of " ONE "\n"
		 "ok recovery: lost sessions are re-established, without a time limit\n", "a good machine");
	look("IQN.2001-04.com.example:ONE", 0);
	has_item(&c.report, "ok root: / is on dm-0, LUN 1 of " ONE, "names are compared without case");
	look(TWO, 0);
	has_item(&c.report, "fail root: / is on dm-0 of target " ONE ", not of " TWO FIX, "another target");
	machine_file("sys/class/iscsi_session/session1/state", "FAILED\n");
	look(ONE, 0);
	has_item(&c.report, "fail root: / is on dm-0, but session 1 to " ONE " is not logged in (check the target; "
		 "iscsiadm -m session -P 1 shows the session)", "a session that is not logged in");
	machine_file("proc/self/mountinfo", "28 1 0:40 / / rw - overlay overlay rw\n");
	look(ONE, 0);
	has_item(&c.report, "fail root: / is mounted from overlay, not from a disk of " ONE FIX, "on no disk");
	machine_file("sys/devices/pci/vda/dev", "254:0\n");
	machine_link("sys/class/block/vda", "../../devices/pci/vda");
	machine_file("proc/self/mountinfo", "28 1 254:0 / / rw - ext4 /dev/vda rw\n");
	look(ONE, 0);
	has_item(&c.report, "fail root: / is on the local disk vda, not on " ONE FIX, "on a local disk");
}

static void test_several_disks(void)
{
	good_machine();
	machine_session(2, TWO);
	machine_disk(2, "sdb", 16);
	machine_link("sys/devices/virtual/block/dm-0/slaves/sdb", "../../../../host2");
	look(ONE, 0);
	has_item(&c.report, "fail root: / is on dm-0 of target " TWO ", not of " ONE FIX, "a volume needs all its disks");
	machine_file("sys/devices/virtual/block/dm-0/dm/uuid", "mpath-3600\n");
	look(ONE, 0);
	has_item(&c.report, "ok root: / is on dm-0, LUN 1 of " ONE, "of a multipath device one path is enough");
	has_item(&c.report, "ok recovery: multipath: I/O moves to another path", "and recovery may give up");
}

static void test_recovery(void)
{
	good_machine();
	machine_file("sys/class/iscsi_session/session1/recovery_tmo", "120\n");
	look(ONE, 0);
	has_item(&c.report, "warn recovery: recovery_tmo of session 1 is 120: once the target is unreachable for longer, "
		 "/ fails with I/O errors (echo off >/sys/class/iscsi_session/session1/recovery_tmo)", "a time limit");
	look(ONE, 90);
	has_item(&c.report, "warn recovery: recovery_tmo of session 1 is 120, but ISCSI_REPLACEMENT_TIMEOUT is 90 "
		 "(echo 90 >/sys/class/iscsi_session/session1/recovery_tmo)", "another one than configured");
	look(ONE, 120);
	has_item(&c.report, "ok recovery: lost sessions are re-established within 120 s, as configured", "the configured one");
	machine_file("sys/class/iscsi_session/session1/recovery_tmo", "2147483\n");
	look(ONE, 0);
	has_item(&c.report, "ok recovery: lost sessions are re-established, without a time limit",
		 "never, as the keeper writes it");
	look(ONE, 90);
	has_item(&c.report, "warn recovery: recovery_tmo of session 1 is 2147483, but ISCSI_REPLACEMENT_TIMEOUT is 90 "
		 "(echo 90 >/sys/class/iscsi_session/session1/recovery_tmo)", "never, where a limit is configured");
	machine_file("sys/class/iscsi_session/session1/recovery_tmo", "off\n");
	machine_file("proc/312/cmdline", "bash");
	look(ONE, 0);
	has_item(&c.report, "warn recovery: the keeper has exited: no reconnect while iscsid is not running "
		 "(reboot; the initramfs starts it)", "another process has the keeper's number");
	machine_remove("run/iscsiroot/keeper");
	look(ONE, 0);
	has_item(&c.report, "warn recovery: the keeper was not started at boot: no reconnect while iscsid is not running "
		 "(update-initramfs -u -k all, then reboot)", "no keeper");
}

int main(void)
{
	test_place();
	test_several_disks();
	test_recovery();
	machine_end();
	return done_testing();
}
