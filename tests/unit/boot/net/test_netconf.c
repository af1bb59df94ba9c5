// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written of the plan into the files that other packages' scripts source, and name servers. */
#include <string.h>

#include "boot/net/netconf.h"
#include "plan/network.h"
#include "tap.h"

static char text[NETCONF_MAX];
static struct lease lease;
static struct plan plan;

/* Leases that come one after the other, the same one twice among them. */
static void test_add_lease(void)
{
	static const char *const confs[] = {
		"IPV4ADDR='192.0.3.5'\n",
		"IPV4ADDR='192.0.2.5'\nIPV4DNS0='192.0.2.7'\nIPV4DNS1='192.0.2.8'\nDNSDOMAIN='a'\n",
		"IPV4ADDR='192.0.4.5'\nIPV4DNS0='192.0.2.8'\nIPV4DNS1='192.0.4.8'\nDNSDOMAIN='b'\n",
		"IPV4ADDR='192.0.2.5'\nIPV4DNS0='192.0.2.7'\nIPV4DNS1='192.0.2.8'\nDNSDOMAIN='a'\n",
		"IPV4ADDR='192.0.5.5'\nIPV4DNS0='192.0.5.7'\nIPV4DNS1='192.0.5.8'\n",
	};
	static const unsigned servers[] = { 0, 2, 3, 3, 5 };
	struct addr servers_now[RESOLV_SERVERS];
	unsigned i;

	memset(&plan, 0, sizeof(plan));
	for (i = 0; i < 5; i++) {
		netconf_parse(span_of(confs[i]), &lease);
		network_add_lease(&plan, &lease);
		is_int(plan.n_nameservers, servers[i], "name servers so far");
	}
	ok(plan.nameservers[0].b[3] == 7 && plan.nameservers[3].b[2] == 5, "the first come first");
	is_str(plan.search, "a", "the first search list stays");
	plan.n_nets = plan.nets[0].n_dns = 1;
	scan_addr(span_of("192.0.6.7"), &plan.nets[0].dns[0]);
	is_int(netconf_servers(&plan, servers_now), RESOLV_SERVERS, "with one of ip=");
	ok(servers_now[0].b[2] == 6 && servers_now[1].b[3] == 7, "which goes before those of leases");
	scan_addr(span_of("192.0.7.7"), &plan.nameservers[0]);
	plan.n_leased--;
	netconf_servers(&plan, servers_now);
	ok(servers_now[0].b[2] == 7 && servers_now[1].b[2] == 6 && servers_now[2].b[3] == 8,
	   "and that of nameserver= before both");
	memset(&plan, 0, sizeof(plan));
}

static void set_net(struct plan_net *c, const char *address, uint8_t prefix, const char *gateway,
		    const char *dns)
{
	c->method = NET_STATIC;
	scan_addr(span_of(address), &c->address);
	scan_addr(span_of(gateway), &c->gateway);
	c->prefix = prefix;
	c->n_dns = scan_addr(span_of(dns), &c->dns[0]);
}

static void test_static(void)
{
	bool nets[NETS_MAX] = { true, true };
	struct out o;

	plan.n_nets = 2;
	set_net(&plan.nets[0], "192.0.2.70", 26, "192.0.2.65", "192.0.2.7");
	memcpy(plan.nets[0].hostname, "guest", 6);
	set_net(&plan.nets[1], "2001:db8::5", 64, "fe80::1", "2001:db8::7");
	out_init(&o, text, sizeof(text));
	netconf_static(&plan, nets, "eth0", false, &o);
	is_str(text, "DEVICE='eth0'\nPROTO='none'\nIPV4ADDR='192.0.2.70'\nIPV4BROADCAST='192.0.2.127'\n"
	       "IPV4NETMASK='255.255.255.192'\nIPV4GATEWAY='192.0.2.65'\nIPV4DNS0='192.0.2.7'\n"
	       "IPV4DNS1='0.0.0.0'\nHOSTNAME='guest'\nDNSDOMAIN=''\nNISDOMAIN=''\n"
	       "ROOTSERVER='0.0.0.0'\nROOTPATH=''\nfilename=''\nDHCPLEASETIME='0'\nDOMAINSEARCH=''\n"
	       "IPV6PROTO='none'\nIPV6ADDR='2001:db8::5'\nIPV6NETMASK='64'\nIPV6GATEWAY='fe80::1'\n"
	       "IPV6DNS0='2001:db8::7'\n", "both families on one interface");
	ok(netconf_parse(span_of(text), &lease) && lease.prefix == 26 && !lease.dhcp,
	   "what is made can be read");
	out_init(&o, text, sizeof(text));
	nets[0] = false;
	netconf_static(&plan, nets, "eth0", true, &o);
	ok(!memcmp(text, "IPV6PROTO='none'\n", 17), "IPv6 behind a lease");
	out_init(&o, text, sizeof(text));
	nets[1] = false;
	netconf_static(&plan, nets, "eth0", false, &o);
	is_str(text, "", "nothing for an interface that is none of ours");
}

int main(void)
{
	test_add_lease();
	test_static();
	return done_testing();
}
