// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/ip.h"
#include "plan_case.h"

/* As DEVICE METHOD ADDRESS/PREFIX GATEWAY MTU, or the reason of the rejection. */
static void test_forms(void)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "dhcp", "* dhcp /0  0" }, { "on", "* dhcp /0  0" }, { "", "* dhcp /0  0" },
		{ "off", "* off /0  0" }, { "eth0", "eth0 dhcp /0  0" }, { "eth0:dhcp", "eth0 dhcp /0  0" },
		{ "eth0:dhcp:1400", "eth0 dhcp /0  1400" }, { ":::::eth0:dhcp", "eth0 dhcp /0  0" },
		{ "192.0.2.5::192.0.2.1:255.255.255.0::eth0:none", "eth0 static 192.0.2.5/24 192.0.2.1 0" },
		{ "192.0.2.5/24", "* static 192.0.2.5/24  0" },
		{ "[2001:db8::5/64]::[2001:db8::1]:::eth0:none:1280",
		  "eth0 static 2001:db8::5/64 2001:db8::1 1280" },
		{ "2001:db8::5/64", "* static 2001:db8::5/64  0" },
		{ "10.0.0.2:::::eth0:none", "eth0 static 10.0.0.2/8  0" },
		{ "0.0.0.0::::h:eth0:dhcp", "eth0 dhcp /0  0" },
		{ "52-54-00-12-34-56:dhcp", " dhcp /0  0" },
		{ "bootp", "* dhcp /0  0" }, { "eth0:auto6", "eth0 auto6 /0  0" },
		{ "rarp", "* dhcp /0  0" }, { "all", "* dhcp /0  0" }, { "eth0:ibft", "eth0 dhcp /0  0" },
		{ "dhcp,dhcp6", "* dhcp /0  0 dhcp6" }, { "eth0:dhcp6,dhcp", "eth0 dhcp /0  0 dhcp6" },
		{ "either6", "* auto6 /0  0" }, { "eth0:link6", "eth0 link6 /0  0" },
		{ "dhcp,1,52540012ab", "* dhcp /0  0" }, { "eth0:dhcp,1,ab:1400", "eth0 dhcp /0  1400" },
		{ "::::m1:BOOTIF", "* dhcp /0  0" }, { "bootif:dhcp", "* dhcp /0  0" },
		{ "192.0.2.5/24:::::eth0:dhcp,auto6", "eth0 static 192.0.2.5/24  0 auto6" },
		{ "dhcp,what", "unknown autoconfiguration method" },
		{ "eth0:static", "a static configuration needs an address" },
		{ ":::::eth0:manual", "unknown autoconfiguration method" },
		{ "192.0.2.300::::::", "not a valid address" },
		{ "224.0.0.1/4", "not a unicast address" },
		{ "192.0.2.5/0", "prefix length 0 is not allowed" },
		{ "192.0.2.5:::255.0.255.0::eth0:none", "not a valid netmask" },
		{ "192.0.2.5/24:::255.255.0.0::eth0:none",
		  "netmask and prefix length of the address differ" },
		{ "[2001:db8::5]:::::eth0:none", "IPv6 address without a prefix length" },
		{ "192.0.2.5/24::[2001:db8::1]:::eth0:none",
		  "gateway and address are of different families" },
		{ "192.0.2.5/24:192.0.3.9/33::::eth0:none", "not a valid peer address" },
		{ "192.0.2.5/24::gw:::eth0:none", "not a valid gateway address" },
		{ "192.0.2.5/24:::::eth0:none:ns", "not a valid name server address" },
		{ "192.0.2.5/24:::::eth0:none:192.0.2.1:192.0.2.2:192.0.2.3:x", "too many fields" },
		{ "eth0:dhcp:67", "not a valid MTU" }, { "[2001:db8::5/64]:::::eth0:none:1279", "not a valid MTU" },
		{ "[2001:db8::5", "too many fields, or a missing closing bracket" },
		{ "a:a:a:a:a:a:a:a:a:a:a:a:a:a:a", "too many fields, or a missing closing bracket" },
		{ "192.0.2.5/24::::-h:eth0:none", "not a valid host name" },
	};
	char got[128];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ip_entry e;
		bool good = ip_parse(work_for("ip"), span_of(rows[i].text), &e);
		const struct plan_net *n = &e.net;

		if (good)
			out_text(got, sizeof(got), "%s %s %pI/%u %pI %u%s%s", n->device,
				 plan_method_name(n->method), &n->address, n->prefix, &n->gateway,
				 n->mtu, e.also6 ? " " : "",
				 e.also6 ? plan_method_name(e.method6) : "");
		ok(good == !!strchr(rows[i].want, '/'), "ip=%s", rows[i].text);
		is_str(good ? got : why.reason, rows[i].want, "what it is");
	}
}

static void test_ip6(void)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "dhcp", "* dhcp6" }, { "on", "* dhcp6" }, { "eth0", "eth0 dhcp6" }, { "auto6", "* auto6" },
		{ "off", "* off" }, { "none", "* off" }, { "", "* off" },
		{ "a/b", "not a valid network device name" },
	};
	char got[128];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ip_entry e;

		if (ip6_parse(work_for("ip6"), span_of(rows[i].text), &e))
			out_text(got, sizeof(got), "%s %s", e.net.device, plan_method_name(e.net.method));
		else
			out_text(got, sizeof(got), "%s", why.reason);
		is_str(got, rows[i].want, "ip6=");
	}
	ok(ip_asks_firmware(span_of("eth0:ibft")) && ip_asks_firmware(span_of("ibft,dhcp")) &&
	   !ip_asks_firmware(span_of("ibft0:dhcp")), "which ip= asks for the firmware's");
}

int main(void)
{
	test_ip6();
	test_forms();
	return done_testing();
}
