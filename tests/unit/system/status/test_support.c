// SPDX-License-Identifier: GPL-2.0-or-later
/* The items keeper, exitrd and handoff. */
#include "system/machine.h"
#include "system/status/status.h"

#define REMAKE " (update-initramfs -u -k all, then reboot)"
#define EFFECT "power-off leaves / mounted and the session open"

static struct status st;

static void good_machine(void)
{
	machine_begin();
	machine_file("proc/self/mountinfo", "29 1 0:25 / /run rw,noexec - tmpfs tmpfs rw\n"
		     "30 29 0:30 / /run/initramfs rw - ramfs ramfs rw\n");
	machine_file("run/iscsiroot/keeper", "pid=312\n");
	machine_file("proc/312/cmdline", "@iscsiroot-keeper");
	machine_file("proc/345/cmdline", "@iscsid");
	machine_file("proc/312/root/status", "version=1\niscsid=345\nstarts=1\nguarded=1\nrestored=0\n");
	machine_file("run/initramfs/shutdown", "");
	machine_file("run/iscsiroot/handoff", "version=1\nengine=iscsistart\n\nsession=1\n"
		     "target=iqn.2001-04.com.example:one\nportal=192.0.2.10:3260\n\nroot=/dev/sda\ndevice=sda\n");
}

static void look(void)
{
	memset(&st, 0, sizeof(st));
	report_begin(&st.c.report, true);
	is_int(status_open(&st, machine_dir), 0, "the machine");
	report_begin(&st.c.report, true);
	status_support(&st);
	close(st.c.root);
}

static void test_keeper(void)
{
	good_machine();
	look();
	is_items(&st.c.report, "ok keeper: running (pid 312), iscsid pid 345, started once; 1 NIC protected, 0 restores\n"
		 "ok exitrd: /run/initramfs/shutdown is ready\n"
		 "ok handoff: /dev/sda, 1 session\n", "a good machine");
	machine_file("proc/312/root/status", "version=1\niscsid=345\nstarts=3\nguarded=2\nrestored=1\n");
	look();
	has_item(&st.c.report, "ok keeper: running (pid 312), iscsid pid 345, started 3 times; 2 NICs protected, 1 restore",
		 "plurals");
	machine_file("proc/312/root/status", "version=2\n");
	look();
	has_item(&st.c.report, "warn keeper: running (pid 312), its status cannot be read (if its version differs: "
		 "update-initramfs -u -k all, then reboot)", "a keeper of another version");
	machine_file("proc/312/root/status", "version=1\nengine=native\niscsid=0\nstarts=0\nguarded=1\nrestored=0\n");
	look();
	has_item(&st.c.report, "ok keeper: running (pid 312), logs in by itself; 1 NIC protected, 0 restores",
		 "one with an engine of its own");
	machine_file("proc/312/root/status", "version=1\niscsid=0\n");
	machine_remove("proc/345/cmdline");
	look();
	has_item(&st.c.report, "warn keeper: running (pid 312), iscsid is not running until a connection drops "
		 "(systemctl restart iscsid)", "no iscsid");
	machine_remove("proc/312/cmdline");
	look();
	has_item(&st.c.report, "warn keeper: exited (was pid 312): no reconnect, iscsid is not running either "
		 "(reboot; the initramfs starts it)", "a keeper that has exited");
	machine_file("proc/346/cmdline", "iscsid");
	machine_file("proc/346/comm", "iscsid\n");
	machine_remove("run/iscsiroot/keeper");
	look();
	has_item(&st.c.report, "warn keeper: not started at boot: no reconnect while iscsid is not running" REMAKE, "no keeper");
}

static void test_exitrd(void)
{
	good_machine();
	chmod(machine_path("run/initramfs/shutdown"), 0644);
	look();
	has_item(&st.c.report, "warn exitrd: /run/initramfs/shutdown is not executable: " EFFECT
		 " (chmod 700 /run/initramfs/shutdown)", "not executable");
	machine_remove("run/initramfs/shutdown");
	look();
	has_item(&st.c.report, "warn exitrd: /run/initramfs/shutdown is missing: " EFFECT REMAKE, "missing");
	machine_file("run/initramfs/shutdown", "");
	machine_file("proc/self/mountinfo", "29 1 0:25 / /run rw,noexec - tmpfs tmpfs rw\n");
	look();
	has_item(&st.c.report, "warn exitrd: /run/initramfs/shutdown is on /run, mounted noexec: " EFFECT REMAKE,
		 "on a mount that is noexec");
	machine_file("proc/self/mountinfo", "30 29 0:30 / /run/initramfs rw,noexec - ramfs ramfs rw\n");
	look();
	has_item(&st.c.report, "warn exitrd: /run/initramfs/shutdown is on /run/initramfs, mounted noexec: " EFFECT
		 " (mount -o remount,exec /run/initramfs)", "on its own mount, which is noexec");
}

static void test_handoff(void)
{
	good_machine();
	machine_remove("run/iscsiroot/handoff");
	look();
	has_item(&st.c.report, "warn handoff: /run/iscsiroot/handoff is missing: this boot did not use iscsiroot "
		 "(run iscsiroot check, then reboot)", "missing");
}

int main(void)
{
	test_keeper();
	test_exitrd();
	test_handoff();
	machine_end();
	return done_testing();
}
