// SPDX-License-Identifier: GPL-2.0-or-later
/* What status's items are given: the devices below /, the paths to its disks, and their sessions and NICs. */
#include <errno.h>

#include "system/machine.h"
#include "system/status/status.h"

#define ONE "iqn.2001-04.com.example:one"
#define MOUNT(number) "28 1 " number " / / rw - ext4 /dev/root rw\n"
#define ROUTES "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define ROUTE(nic) ROUTES nic "\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"

static struct status st;

static void look(void)
{
	memset(&st, 0, sizeof(st));
	is_int(status_open(&st, machine_dir), 0, "the machine");
	close(st.c.root);
}

static void add_nic(const char *name, const char *operstate, const char *carrier)
{
	char path[64];

	snprintf(path, sizeof(path), "sys/class/net/%s/ifindex", name);
	machine_file(path, "2\n");
	snprintf(path, sizeof(path), "sys/class/net/%s/operstate", name);
	machine_file(path, operstate);
	snprintf(path, sizeof(path), "sys/class/net/%s/carrier", name);
	machine_file(path, carrier);
}

static void add_volume(const char *name, const char *number, const char *slaves)
{
	char path[128], to[96];
	size_t n;

	snprintf(path, sizeof(path), "sys/devices/virtual/block/%s/dev", name);
	machine_file(path, number);
	snprintf(path, sizeof(path), "sys/class/block/%s", name);
	snprintf(to, sizeof(to), "../../devices/virtual/block/%s", name);
	machine_link(path, to);
	for (; *slaves; slaves += n + (slaves[n] == ' ')) {
		n = strcspn(slaves, " ");
		snprintf(path, sizeof(path), "sys/devices/virtual/block/%s/slaves/%.*s", name, (int)n, slaves);
		machine_file(path, "");
	}
}

/* A logical volume on a multipath map of three disks, and a disk of something else. */
static void good_machine(void)
{
	machine_begin();
	machine_session(1, ONE);
	machine_session(2, ONE);
	machine_session(3, "iqn.2001-04.com.example:other");
	machine_disk(1, "sdaa", 0);
	machine_disk(1, "sdb", 16);
	machine_disk(2, "sdc", 32);
	machine_disk(3, "sdd", 48);
	add_volume("dm-0", "253:0\n", "sdaa sdc sdb");
	add_volume("dm-1", "253:1\n", "dm-0");
	machine_file("proc/self/mountinfo", MOUNT("253:1"));
	machine_file("proc/net/route", ROUTE("ens3"));
	machine_file("proc/uptime", "100.50 1.00\n");
	machine_file("run/iscsiroot/timeline", "t=1.000000\n");
	add_nic("ens3", "up\n", "1\n");
}

/* sda of session 1 and sdb of session 2 are two ways to one LUN. */
static void two_paths(void)
{
	machine_begin();
	machine_session(1, ONE);
	machine_session(2, ONE);
	machine_disk(1, "sda", 0);
	machine_disk(2, "sdb", 16);
	add_volume("dm-0", "253:0\n", "sda sdb");
	machine_file("proc/self/mountinfo", MOUNT("253:0"));
	machine_file("sys/class/iscsi_host/host2/ipaddress", "192.0.2.51\n");
	machine_file("run/iscsiroot/handoff", "version=1\nengine=iscsistart\n\nnetwork=ens3\nmethod=static\n"
		     "address=192.0.2.50/24\n\nnetwork=ens4\nmethod=static\naddress=192.0.2.51/24\n\nsession=1\n"
		     "target=" ONE "\nportal=192.0.2.10:3260\n\nroot=/dev/dm-0\n");
	add_nic("ens3", "up\n", "1\n");
	add_nic("ens4", "up\n", "1\n");
}

static const char *chain(void)
{
	static char text[256];
	unsigned i;

	text[0] = '\0';
	for (i = 0; i < st.n_chain; i++) {
		strcat(text, st.c.blocks.b[st.chain[i]].name);
		strcat(text, " ");
	}
	return text;
}

/* The NIC of a session, by index. */
static const char *nic_of(unsigned i)
{
	return st.sessions[i].nic < 0 ? "(none)" : st.nics[st.sessions[i].nic].name;
}

static void test_chain(void)
{
	good_machine();
	look();
	is_str(chain(), "dm-1 dm-0 sdb sdc sdaa ", "level by level, disks in the order of their names");
	ok(!st.chain_cut, "all of it");
	ok(st.n_paths == 3 && st.paths[0].session == 0 && st.paths[1].session == 1 && st.paths[2].session == 0,
	   "a path for each disk, with its session");
	ok(st.sessions[0].carries && st.sessions[1].carries && !st.sessions[2].carries, "which carry the root");
	is_str(st.sessions[0].state, "LOGGED_IN", "the state of a session");
	is_int(st.uptime, 100, "the time since boot");
	ok(span_eq(st.mounts, MOUNT("253:1")) && span_eq(st.timeline, "t=1.000000\n"), "mounts and timeline");
	ok(status_asked(&st), "/ is on iSCSI");
	machine_file("proc/self/mountinfo", MOUNT("8:32"));
	look();
	is_str(chain(), "sdc ", "/ is on a disk itself");
	ok(st.n_paths == 1 && !st.sessions[0].carries && st.sessions[1].carries, "of that session alone");
}

static void test_asked(void)
{
	machine_begin();
	is_int(status_open(&st, "/nonexistent/iscsiroot"), -ENOENT, "no such directory");
	machine_file("sys/devices/pci0/block/vda/dev", "254:0\n");
	machine_link("sys/class/block/vda", "../../devices/pci0/block/vda");
	machine_file("proc/self/mountinfo", MOUNT("254:0"));
	look();
	is_str(chain(), "vda ", "a local disk");
	ok(!st.n_paths && !status_asked(&st), "is no path to a target");
	machine_file("run/iscsiroot/handoff", "version=1\nengine=iscsistart\n\nroot=/dev/vda\n");
	look();
	ok(!status_asked(&st), "nor was it one at boot");
	machine_file("run/iscsiroot/handoff", "version=1\nengine=iscsistart\n\nsession=1\ntarget=" ONE "\n"
		     "portal=192.0.2.10:3260\n\nroot=/dev/sda\n");
	look();
	ok(status_asked(&st), "at boot there was a session: its disk is gone");
}

static const struct {
	const char *name, *address, *netdev, *handoff, *routes, *nic;
	bool lost;
} ways[] = {
	{ "by the route", "192.0.2.50", "", "", ROUTE("ens3"), "ens3", false },
	{ "by the address that the boot gave it", "192.0.2.50", "", "ens4", ROUTE("ens3"), "ens4", false },
	{ "by the session's own", "192.0.2.50", "ens5", "ens4", ROUTE("ens3"), "ens5", false },
	{ "default is no name", "192.0.2.50", "default", "", ROUTE("ens3"), "ens3", false },
	{ "one that exists, before one that does not", "192.0.2.50", "", "gone", ROUTE("ens3"), "ens3", false },
	{ "none that exists: the one of the boot", "192.0.2.50", "", "gone", ROUTE("away"), "gone", false },
	{ "none that exists: the one of the route", "192.0.2.50", "", "", ROUTE("away"), "away", false },
	{ "no route", "192.0.2.50", "", "", ROUTES, "(none)", true },
	{ "no route, by the boot's address", "192.0.2.50", "", "ens4", ROUTES, "ens4", true },
	{ "no table of routes", "192.0.2.50", "", "", "", "(none)", false },
	{ "another address than the boot's", "192.0.2.51", "", "ens4", ROUTE("ens3"), "ens3", false },
	{ "no address", "", "", "ens4", ROUTE("ens3"), "ens3", false },
};

static void test_nic(void)
{
	char handoff[256];
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		good_machine();
		add_nic("ens4", "up\n", "1\n");
		add_nic("ens5", "up\n", "1\n");
		machine_file("sys/class/iscsi_host/host1/ipaddress", ways[i].address);
		machine_file("sys/class/iscsi_host/host1/netdev", ways[i].netdev);
		machine_file("proc/net/route", ways[i].routes);
		snprintf(handoff, sizeof(handoff), "version=1\nengine=iscsistart\n\nnetwork=%s\nmethod=static\n"
			 "address=192.0.2.50/24\n\nroot=/dev/sda\n", ways[i].handoff);
		if (*ways[i].handoff)
			machine_file("run/iscsiroot/handoff", handoff);
		look();
		is_str(nic_of(0), ways[i].nic, ways[i].name);
		is_int(st.sessions[0].lost_route, ways[i].lost, "is a route missing?");
	}
	is_str(nic_of(2), "(none)", "of a session that carries nothing it is not asked");
}

static const struct { const char *operstate, *carrier, *state; bool good; } links[] = {
	{ "up\n", "1\n", "up", true },
	{ "unknown\n", "1\n", "unknown", true },
	{ "", "1\n", "unknown", true },
	{ "up\n", "0\n", "up", false },
	{ "down\n", "", "down", false },
	{ "lowerlayerdown\n", "1\n", "lowerlayerdown", false },
	{ "dormant\n", "1\n", "dormant", false },
};

static void test_links(void)
{
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(*links); i++) {
		good_machine();
		add_nic("ens3", links[i].operstate, links[i].carrier);
		look();
		is_str(st.nics[0].state, links[i].state, "the state of a NIC");
		is_int(st.nics[0].good, links[i].good, "is it good?");
		is_int(st.paths[0].good, links[i].good, "so is a path through it");
	}
	is_int(st.n_nics, 1, "one NIC for two sessions");
}

static bool is_path(unsigned i, bool good, bool spare)
{
	return st.paths[i].good == good && st.paths[i].spare == spare;
}

static void test_paths(void)
{
	two_paths();
	look();
	is_str(nic_of(0), "ens3", "the NIC of the first path");
	is_str(nic_of(1), "ens4", "that of the second");
	ok(st.n_paths == 2 && is_path(0, true, true) && is_path(1, true, true), "two good paths to one LUN");
	machine_file("sys/class/net/ens3/carrier", "0\n");
	look();
	ok(is_path(0, false, true) && is_path(1, true, false), "a cable: the other path is left");
	is_int(status_of_session(&st, 0), CHECK_WARN, "its session's faults are warnings");
	is_int(status_of_session(&st, 1), CHECK_FAIL, "but there is no path beside the last one");
	machine_file("sys/class/iscsi_session/session2/state", "FAILED\n");
	look();
	ok(is_path(0, false, false) && is_path(1, false, false), "no path is left");
	is_int(status_of_session(&st, 0), CHECK_FAIL, "now it is a failure");
	two_paths();
	machine_file("sys/class/block/sdb/device/state", "offline\n");
	look();
	ok(is_path(0, true, false) && is_path(1, false, true), "a disk that is offline");
	is_int(status_grade(&st.paths[0]), CHECK_FAIL, "a fault of the other would be a failure");
	is_int(status_grade(&st.paths[1]), CHECK_WARN, "this one is a warning");
	two_paths();
	machine_file("sys/class/iscsi_session/session2/targetname", "iqn.2001-04.com.example:two\n");
	look();
	ok(is_path(0, true, false) && is_path(1, true, false), "disks of two targets are no paths to one LUN");
	machine_file("sys/class/block/sda/device/wwid", "naa.6001\n");
	machine_file("sys/class/block/sdb/device/wwid", "naa.6001\n");
	look();
	ok(is_path(0, true, true) && is_path(1, true, true), "unless their identity says so");
	is_int(status_of_session(&st, 7), CHECK_OK, "a session without a path has no fault");
}

/* One disk more below / than there is room for. */
static void test_ceiling(void)
{
	char name[16], slave[96];
	unsigned i;

	machine_begin();
	machine_session(1, ONE);
	add_volume("dm-0", "253:0\n", "");
	machine_file("proc/self/mountinfo", MOUNT("253:0"));
	for (i = 1; i <= CHAIN_MAX; i++) {
		snprintf(name, sizeof(name), "sd%u", i);
		machine_disk(1, name, i);
		snprintf(slave, sizeof(slave), "sys/devices/virtual/block/dm-0/slaves/%s", name);
		machine_file(slave, "");
		if (i < CHAIN_MAX - 1)
			continue;
		look();
		ok(st.n_chain == CHAIN_MAX && st.chain_cut == (i == CHAIN_MAX), "%u disks: %s", i,
		   i < CHAIN_MAX ? "all of them" : "one more than fits is noted");
	}
}

static void test_attr(void)
{
	char text[8];

	machine_begin();
	machine_file("sys/class/net/ens3/mtu", "1500\n");
	look();
	status_attr("net/ens3/mtu", text, sizeof(text));
	is_str(text, "1500", "an attribute, without its newline");
	status_attr("net/ens4/mtu", text, sizeof(text));
	is_str(text, "", "empty where there is none");
}

int main(void)
{
	test_chain();
	test_asked();
	test_nic();
	test_links();
	test_paths();
	test_ceiling();
	test_attr();
	machine_end();
	return done_testing();
}
