// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/initiator.h"
#include "plan_case.h"

#define TEMPLATE(t) TARGET "ISCSI_INITIATOR=iqn.2001-04.com.example:" t

static const struct plan_nic nics[2] = {
	{ "eth0", { 0x52, 0x54, 0, 0, 0, 1 }, true }, { "eth1", { 0x52, 0x54, 0, 0, 0, 2 }, true },
};

static const char *expand(const char *cmdline, const char *lease, unsigned n_nics, bool done)
{
	struct plan_input in = input(cmdline, NULL);

	in.uuid = span_of("1b4e28ba-2fa1-11d2-883f-0016d3cca427");
	in.serial = span_of("ABC");
	memcpy(in.nics, nics, sizeof(nics));
	in.n_nics = n_nics;
	in.net_done = done;
	in.n_netconfs = lease != NULL;
	strcpy(in.netconf_devices[0], "eth1");
	if (lease)
		in.netconfs[0] = span_of(lease);
	if (plan_build(&in, &p, &why) != PLAN_OK)
		return why.reason;
	return p.initiator_pending ? "pending" : strrchr(p.initiator, ':') + 1;
}

static void test_expand(void)
{
	static const char lease[] = "PROTO='dhcp'\nIPV4ADDR='192.0.2.9'\nIPV4NETMASK='255.255.255.0'\n"
				    "HOSTNAME='guest'\n",
			  elsewhere[] = "PROTO='dhcp'\nIPV4ADDR='198.51.100.9'\n"
					"IPV4NETMASK='255.255.255.0'\nIPV4GATEWAY='198.51.100.1'\n";
	static const struct { const char *cmdline, *lease; unsigned n_nics; bool done; const char *want; }
	rows[] = {
		{ TEMPLATE("%u"), NULL, 0, false, "1b4e28ba-2fa1-11d2-883f-0016d3cca427" },
		{ TEMPLATE("%s-%%"), NULL, 0, false, "ABC-%" },
		{ TEMPLATE("%m"), NULL, 1, false, "525400000001" },
		{ TEMPLATE("%m"), NULL, 2, false, "pending" },
		{ TEMPLATE("%m"), lease, 2, false, "525400000002" },
		{ TEMPLATE("%m"), elsewhere, 2, false, "pending" },
		{ TEMPLATE("%m"), elsewhere, 2, true, "525400000002" },
		{ TEMPLATE("%m ip=eth1:dhcp"), NULL, 2, false, "525400000002" },
		{ TEMPLATE("%m BOOTIF=52-54-00-00-00-09"), NULL, 2, false, "525400000009" },
		{ TEMPLATE("%m"), NULL, 2, true, "no NIC is known to lead to the target, for %m" },
		{ TEMPLATE("%h ip=::::m1:eth0:dhcp"), NULL, 2, false, "m1" },
		{ TEMPLATE("%h"), lease, 2, false, "guest" },
		{ TEMPLATE("%h"), NULL, 2, false, "pending" },
		{ TEMPLATE("%h"), NULL, 2, true, "the machine has no host name, for %h" },
		{ TEMPLATE("%x"), NULL, 2, true, "unknown % sequence" },
		{ TEMPLATE("%"), NULL, 2, true, "unknown % sequence" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(expand(rows[i].cmdline, rows[i].lease, rows[i].n_nics, rows[i].done),
		       rows[i].want, rows[i].cmdline);
	ok(build(TEMPLATE("%u"), NULL) == PLAN_INVALID && strstr(why.reason, "no UUID"), "no UUID");
	ok(build(TEMPLATE("%s"), NULL) == PLAN_INVALID && strstr(why.reason, "no serial"), "no serial");
}

int main(void)
{
	test_expand();
	return done_testing();
}
