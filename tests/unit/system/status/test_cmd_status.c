// SPDX-License-Identifier: GPL-2.0-or-later
/* `iscsiroot status`: which items there are and in which order, and what it returns. */
#include <errno.h>

#include "base/codes.h"
#include "system/cmd.h"
#include "system/machine.h"

#define ONE "iqn.2001-04.com.example:one"

static void good_machine(void)
{
	machine_begin();
	machine_session(1, ONE);
	machine_disk(1, "sda", 0);
	machine_file("sys/class/block/sda/size", "16777216\n");
	machine_file("proc/self/mountinfo", "28 1 8:0 / / rw - ext4 /dev/sda rw\n");
	machine_file("proc/uptime", "11532.70 22000.01\n");
	machine_file("proc/net/route", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
		     "ens3\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
	machine_file("sys/class/net/ens3/ifindex", "2\n");
	machine_file("sys/class/net/ens3/operstate", "up\n");
	machine_file("sys/class/net/ens3/carrier", "1\n");
	machine_file("sys/class/net/ens3/address", "52:54:00:12:34:50\n");
	machine_file("run/iscsiroot/keeper", "pid=312\n");
	machine_file("proc/312/cmdline", "@iscsiroot-keeper");
	machine_file("proc/345/cmdline", "@iscsid");
	machine_file("proc/312/root/status", "version=1\niscsid=345\nstarts=1\nguarded=1\nrestored=0\n");
	machine_file("run/initramfs/shutdown", "");
	machine_file("run/iscsiroot/handoff", "version=1\nengine=iscsistart\n\nnetwork=ens3\nmethod=static\n"
		     "address=192.0.2.50/24\n\nsession=1\ntarget=" ONE "\nportal=192.0.2.10:3260\n\nroot=/dev/sda\n"
		     "device=sda\n");
}

static const char good[] =
	"ok mount: / is ext4 on /dev/sda, read-write\n"
	"ok disk sda: 8 GiB, LUN 1, running, 0 commands done, 0 failed\n"
	"ok session 1: " ONE ", LOGGED_IN, no recovery timeout\n"
	"ok portal 1: 192.0.2.10:3260, group 1, from 192.0.2.50, connection up\n"
	"ok nic ens3: up, carrier, 52:54:00:12:34:50\n"
	"ok keeper: running (pid 312), iscsid pid 345, started once; 1 NIC protected, 0 restores\n"
	"ok exitrd: /run/initramfs/shutdown is ready\n"
	"ok handoff: /dev/sda, 1 session\n"
	"ok manager ens3: no network manager found\n";

static void test_items(void)
{
	struct report r;

	good_machine();
	report_begin(&r, true);
	is_int(cmd_status(machine_dir, &r), 0, "a good machine");
	is_items(&r, good, "its items, from / to the NIC, then what keeps it available");
	is_int(r.worst, CHECK_OK, "the worst of them");
	is_int(r.width, 14, "names are padded");
	is_str(r.overall[r.worst], "healthy", "in one word");
	machine_file("sys/hypervisor/type", "xen\n");
	machine_file("sys/devices/system/clocksource/clocksource0/current_clocksource", "xen\n");
	report_begin(&r, true);
	is_int(cmd_status(machine_dir, &r), 0, "a Xen guest");
	has_item(&r, "ok clock: xen is in use", "has its clock as well");
	machine_remove("run/initramfs/shutdown");
	report_begin(&r, true);
	is_int(cmd_status(machine_dir, &r), 0, "no exitrd");
	is_str(r.overall[r.worst], "degraded", "a warning");
	machine_file("sys/class/iscsi_session/session1/state", "FAILED\n");
	report_begin(&r, true);
	is_int(cmd_status(machine_dir, &r), 0, "a session that failed");
	is_str(r.overall[r.worst], "broken", "a failure");
}

/* The same as lines, which are written as they are found. */
static void test_lines(void)
{
	static char text[4096];
	struct report r;
	ssize_t n;
	int fds[2], out, code;

	good_machine();
	if (pipe(fds))
		perror("pipe");
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	dup2(fds[1], STDOUT_FILENO);
	close(fds[1]);
	report_begin(&r, false);
	code = cmd_status(machine_dir, &r);
	dup2(out, STDOUT_FILENO);	/* the pipe's last end: what is read now ends */
	close(out);
	for (n = 0; n < (ssize_t)sizeof(text) - 1; n++)
		if (read(fds[0], text + n, 1) != 1)
			break;
	text[n] = '\0';
	close(fds[0]);
	is_int(code, 0, "as lines");
	ok(!strncmp(text, "ok   mount:        / is ext4 on /dev/sda, read-write\n"
		    "ok   disk sda:     8 GiB, LUN 1,", 84), "in columns");
	ok(!r.items.len, "and not as JSON");
}

static void test_not_asked(void)
{
	struct report r;

	machine_begin();
	report_begin(&r, true);
	is_int(cmd_status(machine_dir, &r), CODE_NOT_ASKED, "no iSCSI root");
	is_items(&r, "", "has no items");
	is_int(cmd_status("/nonexistent/iscsiroot", &r), -ENOENT, "no such directory");
	ok(strstr(cmd_status_help, "usage: iscsiroot status [-R DIR] [--json]\n") == cmd_status_help &&
	   strstr(cmd_status_help, "2 broken, 10 no iSCSI root here"), "the help has the exit codes");
}

int main(void)
{
	test_items();
	test_lines();
	test_not_asked();
	machine_end();
	return done_testing();
}
