// SPDX-License-Identifier: GPL-2.0-or-later
/* What a DHCP server can put into a file that other packages' scripts source as shell. */
#include <string.h>

#include "formats/netconf.h"
#include "tap.h"

static char text[NETCONF_MAX];
static struct lease lease;

static const char whole[] =
	"DEVICE='eth0'\nPROTO='dhcp'\nIPV4ADDR='192.0.2.50'\nIPV4BROADCAST='192.0.2.255'\n"
	"IPV4NETMASK='255.255.255.0'\nIPV4GATEWAY='192.0.2.1'\nIPV4DNS0='192.0.2.7'\n"
	"IPV4DNS1='0.0.0.0'\nHOSTNAME='guest'\nDNSDOMAIN='example.com'\nNISDOMAIN=''\n"
	"ROOTSERVER='192.0.2.1'\nROOTPATH='iscsi:192.0.2.1::::iqn.2026-11.com.example:lun'\n"
	"filename=''\nUPTIME='12'\nDHCPLEASETIME='3600'\nDOMAINSEARCH='a.example. b.example.'\n";

/* What comes in, what goes out, and the key that is named. */
static const struct { const char *name, *in, *out, *refused; } cleaned[] = {
	{ "a harmless file stays as it is", whole, whole, "" },
	{ "a quote stays a quote", "ROOTPATH='it'\\''s'\n", "ROOTPATH='it'\\''s'\n", "" },
	{ "what ipconfig escapes besides is plain", "ROOTPATH='a'\\!'b'\n", "ROOTPATH='a!b'\n", "" },
	{ "shell's own characters are only text", "ROOTPATH='$(id) `id` ; & | \" \\ * ~'\n",
	  "ROOTPATH='$(id) `id` ; & | \" \\ * ~'\n", "" },
	{ "a newline in a value", "ROOTPATH='a\nid #'\nUPTIME='1'\n", "ROOTPATH=''\nUPTIME='1'\n",
	  "ROOTPATH" },
	{ "a newline behind a quote", "ROOTPATH='a'\\''\nid #'\n", "ROOTPATH=''\n", "ROOTPATH" },
	{ "an escape character", "filename='\033[2J'\n", "filename=''\n", "filename" },
	{ "bytes beyond ASCII", "NISDOMAIN='\303\274'\n", "NISDOMAIN=''\n", "NISDOMAIN" },
	{ "a hostname with a command", "HOSTNAME='a;reboot'\n", "HOSTNAME=''\n", "HOSTNAME" },
	{ "a hostname that looks like an option", "HOSTNAME='-rf'\n", "HOSTNAME=''\n", "HOSTNAME" },
	{ "a domain with a blank", "DNSDOMAIN='a b'\n", "DNSDOMAIN=''\n", "DNSDOMAIN" },
	{ "a search list has blanks", "DOMAINSEARCH='a. b.'\n", "DOMAINSEARCH='a. b.'\n", "" },
	{ "an address that is none", "IPV4ADDR='1.2.3'\n", "IPV4ADDR=''\n", "IPV4ADDR" },
	{ "a number that is none", "UPTIME='1;id'\n", "UPTIME=''\n", "UPTIME" },
	{ "a device that is a path", "DEVICE='../../etc'\n", "DEVICE=''\n", "DEVICE" },
	{ "a protocol that cloud-init does not take", "PROTO='bootp'\n", "PROTO=''\n", "PROTO" },
	{ "routes", "IPV4ROUTE0SUBNET='10.0.0.0/8'\nIPV4ROUTE0GATEWAY='192.0.2.9'\n",
	  "IPV4ROUTE0SUBNET='10.0.0.0/8'\nIPV4ROUTE0GATEWAY='192.0.2.9'\n", "" },
	{ "a route that is none", "IPV4ROUTE0SUBNET='10.0.0.0/33'\n", "IPV4ROUTE0SUBNET=''\n",
	  "IPV4ROUTE0SUBNET" },
	{ "keys that ipconfig does not write", "PATH='/tmp'\nIPV4ROUTEXSUBNET='a'\nIFS='x'\nUPTIME='1'\n",
	  "UPTIME='1'\n", "" },
	{ "words that are no assignment", "reboot\n\nUPTIME='1'\n", "UPTIME='1'\n", "" },
	{ "no quotes at all", "UPTIME=1\n", "UPTIME='1'\n", "" },
	{ "the first of two is named", "HOSTNAME='a b'\nDNSDOMAIN='a b'\n", "HOSTNAME=''\nDNSDOMAIN=''\n",
	  "HOSTNAME" },
	{ "nothing", "", "", "" },
};

static void test_clean(void)
{
	char refused[24];
	struct out o;
	size_t i;

	for (i = 0; i < sizeof(cleaned) / sizeof(*cleaned); i++) {
		out_init(&o, text, sizeof(text));
		ok(netconf_clean(span_of(cleaned[i].in), &o, refused), "%s: is taken", cleaned[i].name);
		is_str(text, cleaned[i].out, cleaned[i].name);
		is_str(refused, cleaned[i].refused, "  and the key is named");
	}
	out_init(&o, text, sizeof(text));
	ok(!netconf_clean(span_of("ROOTPATH='never ends\n"), &o, refused), "a quote that does not end");
	out_init(&o, text, 16);
	ok(!netconf_clean(span_of(whole), &o, refused), "more than there is room for");
	out_init(&o, text, sizeof(text));
	ok(netconf_clean((struct span){ "ROOTPATH='a\0b'\n", 15 }, &o, refused), "a NUL");
	is_str(text, "ROOTPATH=''\n", "  is refused");
}

static void test_long(void)
{
	static char in[2048];
	char refused[24];
	struct out o;

	memset(in, 'a', sizeof(in));
	memcpy(in, "ROOTPATH='", 10);
	memcpy(in + sizeof(in) - 12, "'\nUPTIME='1'", 12);
	out_init(&o, text, sizeof(text));
	ok(netconf_clean((struct span){ in, sizeof(in) }, &o, refused), "a value that is too long");
	is_str(text, "ROOTPATH=''\nUPTIME='1'\n", "  is left out, not cut");
	is_str(refused, "ROOTPATH", "  and named");
}

static void test_parse(void)
{
	struct addr want;

	ok(netconf_parse(span_of(whole), &lease), "a lease is read");
	scan_ipv4(span_of("192.0.2.50"), &want);
	ok(lease.dhcp && !memcmp(&lease.address, &want, sizeof(want)) && lease.prefix == 24,
	   "address and prefix length");
	ok(lease.n_dns == 1 && lease.dns[0].b[3] == 7, "0.0.0.0 is no name server");
	is_str(lease.hostname, "guest", "hostname");
	is_str(lease.search, "a.example. b.example.", "the search list beats the domain");
	ok(!netconf_parse(span_of("PROTO='dhcp'\nIPV4ADDR='0.0.0.0'\n"), &lease),
	   "0.0.0.0 is no address: ipconfig writes that for an MTU below 364");
	ok(!netconf_parse(span_of("IPV4ADDR='192.0.2.5"), &lease), "a file cut off");
	ok(netconf_parse(span_of("IPV4ADDR='192.0.2.5'\nIPV4DNS1='192.0.2.7'\nHOSTNAME='a b'\n"
				 "IPV4ROUTE0SUBNET='10.0.0.0/8'\nIPV4ROUTE0GATEWAY='192.0.2.9'\n"
				 "IPV4ROUTE1SUBNET='0.0.0.0/0'\nIPV4ROUTE1GATEWAY='0.0.0.0'\n"
				 "IPV4ROUTE99SUBNET='11.0.0.0/8'\n"), &lease), "another");
	ok(lease.n_dns == 1 && lease.dns[0].b[3] == 7 && !lease.hostname[0] && !lease.dhcp,
	   "a second name server alone, and no hostname from a bad one");
	ok(lease.n_routes == 2 && lease.routes[0].prefix == 8 && lease.routes[0].via.b[3] == 9 &&
	   !lease.routes[1].prefix && !lease.routes[1].via.family, "routes, with and without gateway");
	ok(lease.routes_cut, "more than there is room for");
	ok(netconf_parse(span_of("IPV4ADDR='192.0.2.5'\nIPV4ROUTE0SUBNET='10.0.0.0/8'\n"
				 "IPV4ROUTE0SUBNET='::/0'\n"), &lease) && lease.n_routes == 1 &&
	   lease.routes[0].to.family == 4 && lease.routes[0].prefix == 8,
	   "what is no route leaves the one before it alone");
	ok(!lease.routes_cut, "all of them");
}

static void test_get(void)
{
	static const char conf[] = "DEVICE='eth0'\nPROTO=dhcp\nHOSTNAME=\"guest\"\nEMPTY=''\n"
				   "ODD='it'\\''s'\nTWO='a\nROOTPATH=b'\nROOTPATH='c'\nOPEN='x\n";
	static const struct { const char *key, *want; } rows[] = {
		{ "DEVICE", "eth0" }, { "PROTO", "dhcp" }, { "HOSTNAME", "guest" }, { "EMPTY", "" },
		{ "ODD", "it's" }, { "TWO", "a\nROOTPATH=b" }, { "ROOTPATH", "c" }, { "OPEN", NULL },
		{ "EVICE", NULL }, { "DEVICES", NULL },
	};
	char v[64], small[8];
	bool bad;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool got = netconf_get(span_of(conf), rows[i].key, v, sizeof(v), &bad);

		ok(got == (rows[i].want != NULL) && bad == !got && (!got || !strcmp(v, rows[i].want)),
		   "net-DEV.conf: %s", rows[i].key);
	}
	ok(netconf_get(span_of(conf), "TWO", small, sizeof(small), &bad) && bad && !*small,
	   "a value that is too long");
	ok(!netconf_get(span_of("A='b'\n"), "C", v, sizeof(v), &bad) && !bad, "an absent key");
}

int main(void)
{
	test_clean();
	test_long();
	test_parse();
	test_get();
	return done_testing();
}
