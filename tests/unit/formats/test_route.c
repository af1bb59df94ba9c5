// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats/route.h"
#include "tap.h"

/* An address as /proc/net/route shows it: a number of this machine. */
static void put_hex(struct out *o, const char *address)
{
	struct addr a;
	uint32_t v;
	int i;

	scan_addr(span_of(address), &a);
	memcpy(&v, a.b, sizeof(v));
	for (i = 24; i >= 0; i -= 8)
		out_byte(o, "", (uint8_t)(v >> i));
}

struct line {
	const char *device, *to, *flags, *metric, *mask;
};

static void put_table(struct out *o, const struct line *lines, unsigned n)
{
	out_str(o, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n");
	for (; n--; lines++) {
		out_fmt(o, "%s\t", lines->device);
		put_hex(o, lines->to);
		out_fmt(o, "\t00000000\t%s\t0\t0\t%s\t", lines->flags, lines->metric);
		put_hex(o, lines->mask);
		out_str(o, "\t0\t0\t0   \n");
	}
}

static void expect(const char *table, const char *to, const char *want, const char *name)
{
	char device[DEVNAME_MAX + 1] = "";
	struct addr a = { 0 };
	bool found;

	scan_addr(span_of(to), &a);
	found = route_device(span_of(table), &a, device);
	is_str(found ? device : "none", want, name);
}

static void test_ipv4(void)
{
	static const struct line lines[] = {
		{ "eth0", "0.0.0.0", "0003", "100", "0.0.0.0" },
		{ "eth1", "0.0.0.0", "0003", "50", "0.0.0.0" },
		{ "eth2", "192.0.2.0", "0001", "0", "255.255.255.0" },
		{ "eth3", "192.0.2.128", "0001", "5", "255.255.255.128" },
		{ "eth4", "192.0.2.128", "0001", "5", "255.255.255.128" },
		{ "*", "198.51.100.0", "0201", "0", "255.255.255.0" },
		{ "eth5", "203.0.113.0", "0000", "0", "255.255.255.0" },
		{ "a_name_that_is_too_long", "10.0.0.0", "0001", "0", "255.0.0.0" },
		{ "eth6", "192.0.2.10", "0001", "0", "255.0.255.0" },
		{ "eth7", "192.0.2.10", "000x", "0", "255.255.255.255" },
		{ "eth8", "192.0.2.10", "0001", "x", "255.255.255.255" },
	};
	char table[2048];
	struct out o;

	out_init(&o, table, sizeof(table));
	put_table(&o, lines, sizeof(lines) / sizeof(*lines));
	expect(table, "192.0.2.10", "eth2", "its own network, before the default route");
	expect(table, "192.0.2.200", "eth3", "the longest match; of equals the first");
	expect(table, "8.8.8.8", "eth1", "of two default routes that with the least metric");
	expect(table, "198.51.100.1", "eth1", "a route that rejects is none");
	expect(table, "203.0.113.1", "eth1", "a route that is not up is none");
	expect(table, "10.0.0.1", "none", "a device's name that is too long");
	expect(table, "2001:db8::1", "none", "an IPv6 address is in another table");
	expect("", "192.0.2.10", "none", "an empty table");
	expect("eth0 00000000 00000000 0001 0 0 0\n", "192.0.2.10", "none", "a line cut short");
	expect("eth0 0000000 00000000 0001 0 0 0 00000000\n", "192.0.2.10", "none", "a digit less");
	expect("eth0 00000000 00000000 0001 0 0 0 00000000", "192.0.2.10", "eth0", "no newline");
}

#define NONE6 "00000000000000000000000000000000"

static void test_ipv6(void)
{
	static const char table[] =
		NONE6 " 00 " NONE6 " 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n"
		"20010db8000000000000000000000000 40 " NONE6 " 00 " NONE6 " 00000100 00000001 00000000 00000001     eth1\n"
		"20010db8000000010000000000000000 40 " NONE6 " 00 " NONE6 " 00000100 00000001 00000000 00200200       lo\n"
		"20010db8000000000000000000000010 81 " NONE6 " 00 " NONE6 " 00000100 00000001 00000000 00000001     eth2\n"
		"20010db800000000000000000000001x 80 " NONE6 " 00 " NONE6 " 00000100 00000001 00000000 00000001     eth3\n"
		"20010db80000000000000000000010 80 " NONE6 " 00 " NONE6 " 00000100 00000001 00000000 00000001     eth4\n"
		"20010db8000000000000000000000010 80\n";

	expect(table, "2001:db8::10", "eth1", "IPv6: its own network");
	expect(table, "2001:db9::1", "eth0", "IPv6: the default route");
	expect(table, "2001:db8:0:1::1", "eth0", "IPv6: a route that rejects is none");
	expect(table, "192.0.2.1", "none", "IPv6: an IPv4 address is in another table");
}

int main(void)
{
	test_ipv4();
	test_ipv6();
	return done_testing();
}
