// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/network.h"
#include "plan_case.h"

static void test_net(void)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

	ok(build(TARGET "ip=eth0:dhcp:1400:52-54-00-12-34-56", NULL) == PLAN_OK, "MTU and MAC");
	ok(p.nets[0].set_mac && !p.nets[0].has_mac && !memcmp(p.nets[0].new_mac, mac, 6) &&
	   p.nets[0].mtu == 1400, "the MAC of ip= is one to be given");
	ok(build(TARGET "ip=boot:dhcp ifname=boot:52:54:00:12:34:56", NULL) == PLAN_OK, "ifname=");
	ok(p.nets[0].has_mac && !p.nets[0].set_mac && !memcmp(p.nets[0].mac, mac, 6) &&
	   !strcmp(p.nets[0].device, "boot"), "its MAC says which NIC");
	ok(build(TARGET "BOOTIF=01-52-54-00-12-34-56", NULL) == PLAN_OK && p.n_nets == 1 &&
	   p.nets[0].has_mac && !*p.nets[0].device, "BOOTIF");
	ok(build(TARGET "ip=192.0.2.5:192.0.2.9/31::::eth0:none", NULL) == PLAN_OK &&
	   p.nets[0].peer.family == 4 && p.nets[0].prefix == 31 && !p.nets[0].server.family,
	   "dracut's peer");
	ok(build(TARGET "ip=192.0.2.5:192.0.2.9::24::eth0:none", NULL) == PLAN_OK &&
	   p.nets[0].server.family == 4 && !p.nets[0].peer.family, "the kernel's server");
}

static void test_six(void)
{
	ok(build(TARGET "ip=eth0:dhcp,dhcp6", NULL) == PLAN_OK && p.n_nets == 2 &&
	   p.nets[0].method == NET_DHCP && p.nets[1].method == NET_DHCP6 &&
	   !strcmp(p.nets[1].device, "eth0"), "two methods are two networks of one device");
	ok(build(TARGET "ip=off ip6=dhcp", NULL) == PLAN_OK && p.n_nets == 2 &&
	   p.nets[0].method == NET_OFF && p.nets[1].method == NET_DHCP6, "ip6=");
	ok(build("root=dhcp ip=off", NULL) == PLAN_INVALID &&
	   strstr(why.reason, "no NIC is to use it"), "DHCP's target, and no DHCP");
	ok(build("root=dhcp ip=192.0.2.5/24:::::eth0:none ip=eth1:dhcp", NULL) == PLAN_OK,
	   "one NIC with DHCP is enough");
}

/* Parameter by parameter: the reason of the rejection, or of the only warning, or NULL. */
static void test_parameters(void)
{
	static const struct { const char *cmdline, *rejected, *warned; } rows[] = {
		{ "ip=eth0:dhcp ip=eth0:dhcp", NULL, NULL },
		{ "ip=eth0:off ip=eth0:dhcp", NULL, "set twice for one device, using the last one" },
		{ "ip=192.0.2.5/24:::::eth0:none ip=[2001:db8::5/64]:::::eth0:none", NULL, NULL },
		{ "ip=eth0:off", NULL, "no NIC is configured, using the network that is there" },
		{ "ip=eth0:dhcp ip=eth0:auto6 ip6=off", NULL, NULL },
		{ "ip=dhcp,dhcp6", NULL, "DHCPv6 is not done yet" },
		{ "ip=::::m1:BOOTIF", NULL, "no BOOTIF= is given" },
		{ "ip=::::m1:bootif bootif=52-54-00-12-34-56", NULL, NULL },
		{ "ifname=boot", "not in the form NAME:MAC", NULL },
		{ "ifname=boot:52:54:00:12:34:56", NULL, "no ip= for this device, not renamed" },
		{ "ip=boot:dhcp:1400:52:54:00:12:34:57 ifname=boot:52:54:00:12:34:56",
		  "ip= sets another MAC address for this device", NULL },
		{ "nameserver=192.0.2.1 nameserver=192.0.2.1", NULL, NULL },
		{ "nameserver=ns", "not a valid name server address", NULL },
		{ "rd.route=10.0.0.0/8:192.0.2.1", NULL, NULL },
		{ "rd.route=10.0.0.1/8:192.0.2.1", NULL,
		  "host bits are set, using the network: 10.0.0.0/8" },
		{ "rd.route=10.0.0.0/8", "neither gateway nor device", NULL },
		{ "rd.route=10.0.0.0/8::eth0", NULL, NULL },
		{ "rd.route=x:192.0.2.1", "not a valid network", NULL },
		{ "rd.route=[2001:db8::]/32:192.0.2.1",
		  "gateway and network are of different families", NULL },
		{ "BOOTIF=x", "not a valid MAC address", NULL },
		{ "BOOTIF=x rd.bootif=0", NULL, NULL },
		{ "BOOTIF=x bootif=", NULL, NULL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char cmdline[512];

		snprintf(cmdline, sizeof(cmdline), TARGET "root=/dev/vg/lv %s", rows[i].cmdline);
		ok(build(cmdline, NULL) == (rows[i].rejected ? PLAN_INVALID : PLAN_OK), "%s",
		   rows[i].cmdline);
		if (rows[i].rejected)
			is_str(why.reason, rows[i].rejected, "its rejection");
		else if (rows[i].warned)
			ok(p.n_warnings == 1 && strstr(p.warnings[0], rows[i].warned), "its warning");
		else
			is_int(p.n_warnings, 0, "no warning");
	}
}

static void test_leases(void)
{
	struct plan_input in = input("root=dhcp ip=dhcp", NULL);

	in.n_netconfs = 1;
	strcpy(in.netconf_devices[0], "eth0");
	in.netconfs[0] = span_of("ROOTPATH='iscsi:192.0.2.1::::" NAME "'\nHOSTNAME='guest'\n"
				 "IPV4DNS0='192.0.2.7'\nIPV4ADDR='192.0.2.5'\n");
	ok(plan_build(&in, &p, &why) == PLAN_OK && p.n_nameservers == 1 && p.n_leased == 1,
	   "the lease's name server");
	is_str(p.nets[0].hostname, "guest", "its host name");
}

static void test_add_lease(void)
{
	struct lease l = { .n_dns = 2 };
	unsigned i;

	memset(&p, 0, sizeof(p));
	for (i = 0; i < NAMESERVERS_MAX; i++) {
		l.dns[0] = l.dns[1] = (struct addr){ 4, { 192, 0, 2, 2 * i + 1 } };
		l.dns[1].b[3]++;
		network_add_lease(&p, &l);
	}
	is_int(p.n_nameservers, NAMESERVERS_MAX, "name servers of many leases");
	is_int(p.nameservers[0].b[3], 1, "the first ones are kept");
}

int main(void)
{
	test_six();
	test_net();
	test_parameters();
	test_leases();
	test_add_lease();
	return done_testing();
}
