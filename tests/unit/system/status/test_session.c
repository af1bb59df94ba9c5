// SPDX-License-Identifier: GPL-2.0-or-later
/* The items session SID, portal SID and nic NAME. */
#include "system/machine.h"
#include "system/status/status.h"

#define ONE "iqn.2001-04.com.example:one"
#define RETRY " (check target, portal and network; the login is retried)"
#define CABLE "check cable and switch port, or the host's bridge)"

static struct status st;

static void keeper(const char *session)
{
	char text[256];

	snprintf(text, sizeof(text), "version=1\niscsid=345\nstarts=1\nguarded=1\nrestored=0\n\nsession=1\n%s", session);
	machine_file("proc/312/root/status", text);
}

/* / is on sda, of session 1, which goes through ens3. */
static void good_machine(void)
{
	machine_begin();
	machine_session(1, ONE);
	machine_disk(1, "sda", 0);
	machine_file("proc/self/mountinfo", "28 1 8:0 / / rw - ext4 /dev/sda rw\n");
	machine_file("proc/uptime", "11532.70 22000.01\n");
	machine_file("proc/net/route", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
		     "ens3\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
	machine_file("sys/class/net/ens3/ifindex", "2\n");
	machine_file("sys/class/net/ens3/operstate", "up\n");
	machine_file("sys/class/net/ens3/carrier", "1\n");
	machine_file("sys/class/net/ens3/carrier_down_count", "0\n");
	machine_file("sys/class/net/ens3/address", "52:54:00:12:34:50\n");
	machine_file("run/iscsiroot/timeline", "t=4.500000 step=login event=ok object=\"192.0.2.10:3260 " ONE
		     "\" code=0 text=\"logged in\"\n");
	machine_file("run/iscsiroot/keeper", "pid=312\n");
	machine_file("proc/312/cmdline", "@iscsiroot-keeper");
	machine_file("proc/345/cmdline", "@iscsid");
	keeper("errors=0\nrecoveries=0\nerror=0\n");
}

static void look(void)
{
	memset(&st, 0, sizeof(st));
	report_begin(&st.c.report, true);
	is_int(status_open(&st, machine_dir), 0, "the machine");
	report_begin(&st.c.report, true);
	status_sessions(&st);
	close(st.c.root);
}

static void test_session(void)
{
	good_machine();
	look();
	is_items(&st.c.report, "ok session 1: " ONE ", LOGGED_IN for 3 h 12 min, no recovery timeout, 0 errors, 0 recoveries\n"
		 "ok portal 1: 192.0.2.10:3260, group 1, from 192.0.2.50, connection up\n"
		 "ok nic ens3: up, carrier, 52:54:00:12:34:50\n", "a good machine");
	machine_file("sys/class/iscsi_session/session1/recovery_tmo", "2147483\n");
	look();
	has_item(&st.c.report, "ok session 1: " ONE ", LOGGED_IN for 3 h 12 min, no recovery timeout, 0 errors, 0 recoveries",
		 "never, as the keeper writes it");
	keeper("errors=1\nrecoveries=1\nerror=1022\nsince=11498.000000\n");
	machine_file("sys/class/iscsi_session/session1/recovery_tmo", "120\n");
	look();
	has_item(&st.c.report, "ok session 1: " ONE ", LOGGED_IN for 34 s, recovery timeout 120 s, 1 error, 1 recovery, "
		 "last error: no answer to a NOP-Out (1022)", "after a recovery");
	keeper("errors=1\nrecoveries=0\nerror=1020\nattempts=12\nwhy=\"connection refused (check)\"\n");
	look();
	has_item(&st.c.report, "ok session 1: " ONE ", LOGGED_IN, recovery timeout 120 s, 1 error, 0 recoveries, "
		 "12 attempts since: connection refused (check), last error: TCP connection closed (1020)",
		 "why the keeper cannot log in");
	keeper("errors=3\nrecoveries=2\nerror=1099\nsince=11498.000000\n");
	machine_file("sys/class/iscsi_session/session1/state", "FAILED\n");
	look();
	has_item(&st.c.report, "fail session 1: " ONE ", FAILED for 34 s, recovery timeout 120 s, 3 errors, 2 recoveries, "
		 "last error: 1099" RETRY, "a failed session");
	machine_remove("run/iscsiroot/keeper");
	machine_remove("proc/345/cmdline");
	look();
	has_item(&st.c.report, "fail session 1: " ONE ", FAILED, recovery timeout 120 s (nothing logs in again: see keeper)",
		 "neither keeper nor iscsid");
	machine_session(7, "iqn.2001-04.com.example:other");
	look();
	has_item(&st.c.report, "ok session 7: iqn.2001-04.com.example:other, LOGGED_IN, not used by the root",
		 "a session of something else");
}

static void test_network(void)
{
	good_machine();
	machine_file("sys/class/net/ens3/operstate", "down\n");
	machine_file("sys/class/net/ens3/carrier", "");
	machine_file("sys/class/net/ens3/carrier_down_count", "1\n");
	look();
	has_item(&st.c.report, "fail nic ens3: down, no carrier (lost 1 time), 52:54:00:12:34:50 (ip link set ens3 up; "
		 CABLE, "a link that is down");
	machine_file("sys/class/net/ens3/operstate", "lowerlayerdown\n");
	machine_file("sys/class/net/ens3/carrier_down_count", "3\n");
	look();
	has_item(&st.c.report, "fail nic ens3: lowerlayerdown, no carrier (lost 3 times), 52:54:00:12:34:50 (" CABLE,
		 "no carrier");
	machine_file("proc/net/route", "Iface\tDestination\n");
	look();
	has_item(&st.c.report, "warn portal 1: 192.0.2.10:3260, group 1, from 192.0.2.50, connection up, no route to it "
		 "(ip route get 192.0.2.10)", "no route");
	has_item(&st.c.report, "warn nic: no NIC found that leads to 192.0.2.10 of session 1 (ip route)", "no NIC");
}

int main(void)
{
	test_session();
	test_network();
	machine_end();
	return done_testing();
}
