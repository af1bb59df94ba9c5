// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `iscsiroot check`: which items there are and in which order, and what it returns. In a root of its own,
 * where scripts stand for lsinitramfs and sha256sum.
 */
#include <errno.h>

#include "base/codes.h"
#include "fake_root.h"
#include "system/cmd.h"
#include "system/machine.h"

#define ONE "iqn.2001-04.com.example:one"
#define NAME "iqn.2001-04.com.example:guest"
#define SHA "00000000000000000000000000000000000000000000000000000000000000ab"
/* nothing listens on port 1 */
#define CONFIG "ISCSI_TARGET_NAME=" ONE "\nISCSI_TARGET_IP=127.0.0.1:1\n"

static void good_machine(void)
{
	machine_begin();
	fake_program("lsinitramfs", "exec cat \"$2\"");
	fake_program("sha256sum", "echo " SHA);
	machine_session(1, ONE);
	machine_disk(1, "sda", 0);
	machine_file("proc/cmdline", "root=/dev/sda ip=192.0.2.50::192.0.2.1:255.255.255.0::ens3:none\n");
	machine_file("proc/self/mountinfo", "28 1 8:0 / / rw - ext4 /dev/sda rw\n");
	machine_file("etc/iscsi/iscsi.initramfs", CONFIG);
	chmod(machine_path("etc/iscsi/iscsi.initramfs"), 0600);
	machine_file("etc/iscsi/initiatorname.iscsi", "InitiatorName=" NAME "\n");
	machine_file("run/iscsiroot/keeper", "pid=312\n");
	machine_file("proc/312/cmdline", "@iscsiroot-keeper");
	machine_file("proc/345/cmdline", "@iscsid");
	machine_file("proc/312/root/status", "version=1\niscsid=345\nstarts=1\nguarded=1\nrestored=0\n");
	machine_file("boot/vmlinuz-6.1", "");
	machine_file("boot/initrd.img-6.1", "sbin/iscsiroot\nsbin/iscsistart\nsbin/iscsid\n"
		     "lib/iscsiroot/iscsiroot-keeper\nlib/iscsiroot/iscsiroot-shutdown\nscripts/local-top/iscsiroot\n"
		     "lib/modules/6.1/iscsi_tcp.ko\nlib/modules/6.1/sd_mod.ko\n"
		     "etc/iscsi/iscsi.initramfs.sha256-" SHA "\netc/iscsi/initiatorname.iscsi.sha256-" SHA "\n");
	chmod(machine_path("boot/initrd.img-6.1"), 0600);
}

static const char good[] =
	"ok config: valid: 127.0.0.1:1 " ONE "\n"
	"ok cmdline: no secret on the kernel command line\n"
	"ok image 6.1: complete, and made from the present configuration\n"
	"ok initiator: " NAME "\n"
	"fail portal 127.0.0.1:1: connection refused (";

static const char tables[] =
	"ok fstab: no device names that can change\n"
	"ok crypttab: no device names that can change\n"
	"ok resume: no device names that can change\n"
	"ok secrets: none in the configuration\n"
	"ok lease: all DHCP leases are being renewed\n"
	"ok network: no network manager changes the root's NICs\n";

static struct report r;

static int check(void)
{
	report_begin(&r, true);
	return cmd_check(machine_dir, &r);
}

static bool ends_so(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && !strcmp(text + n - k, end);
}

static void test_items(void)
{
	const char *items;

	good_machine();
	is_int(check(), 0, "a good machine, but for its portal");
	items = machine_items(&r);
	if (!ok(!strncmp(items, good, sizeof(good) - 1), "configuration, images and portals"))
		printf("# got: %s", items);
	if (!ok(ends_so(items, tables), "tables, secrets and network"))
		printf("# got: %s", items);
	ok(strstr(items, "\nok root: / is on sda, LUN 1 of " ONE "\nok recovery: "), "the root between them");
	is_int(r.worst, CHECK_FAIL, "the worst of them");
	ok(!r.overall, "which is the last word");
	machine_file("etc/iscsi/iscsi.initramfs", CONFIG "ISCSI_CLOCKSOURCE=hpet\n");
	machine_file("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
	machine_file("sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc\n");
	is_int(check(), 0, "with a clock source");
	ok(ends_so(machine_items(&r), "warn clock: ISCSI_CLOCKSOURCE is hpet, but the kernel has only tsc "
		   "(set ISCSI_CLOCKSOURCE to one of these)\n"), "it is the last item");
	machine_file("etc/iscsi/iscsi.initramfs", CONFIG "ISCSI_CLOCKSOURCE=hpet\nISCSI_LUN=x\n");
	is_int(check(), 0, "an invalid configuration");
	ok(!strncmp(machine_items(&r), "fail config: ", 13) && !strstr(machine_items(&r), "portal") &&
	   !strstr(machine_items(&r), "clock"), "what it says is not looked at");
	ok(strstr(machine_items(&r), "ok fstab: "), "the rest is");
}

static void test_not_asked(void)
{
	machine_begin();
	machine_file("proc/cmdline", "root=/dev/vda1\n");
	machine_file("boot/vmlinuz-6.1", "");
	is_int(check(), CODE_NOT_ASKED, "no iSCSI root");
	is_items(&r, "", "has no items");
	is_int(cmd_check("/nonexistent/iscsiroot", &r), -ENOENT, "no such directory");
	ok(strstr(cmd_check_help, "usage: iscsiroot check [-R DIR] [--json]\n") == cmd_check_help &&
	   strstr(cmd_check_help, "2 a failure, 10 no iSCSI root here"), "the help has the exit codes");
}

int main(void)
{
	alarm(120);	/* if one of them hangs */
	if (!ok(fake_root_begin("cmd_check"), "a root of its own (as root)"))
		return done_testing();
	test_items();
	test_not_asked();
	machine_end();
	fake_root_end();
	return done_testing();
}
