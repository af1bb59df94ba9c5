// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/scan.h"
#include "tap.h"

static char text[512];

static const char *addr_text(const struct addr *a)
{
	struct out o;

	out_init(&o, text, sizeof(text));
	out_addr(&o, a);
	return text;
}

static void test_addr(void)
{
	static const struct { const char *in, *want; } rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "256.1.1.1", NULL },
		{ "1.2.3.4x", NULL },
		{ "1.2.3", NULL },
		{ "1.2.3.4.5", NULL },
		{ "01.2.3.4", NULL },
		{ "1..3.4", NULL },
		{ "1.2.3.", NULL },
		{ "-1.2.3.4", NULL },
		{ "", NULL },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "2001:DB8::1", "2001:db8::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "0:0:0:0:0:0:0:0", "::" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
		{ "fe80::1%eth0", NULL },
		{ ":::", NULL },
		{ ":", NULL },
		{ ":1", NULL },
		{ "1:", NULL },
		{ "1::2::3", NULL },
		{ "1:2:3:4:5:6:7", NULL },
		{ "1:2:3:4:5:6:7:8:9", NULL },
		{ "1:2:3:4:5:6:7:8::", NULL },
		{ "12345::", NULL },
		{ "::192.0.2.1:1", NULL },
		{ "1:2:3:4:5:6:7:192.0.2.1", NULL },
		{ "[::1]", NULL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = { .family = 9 };
		bool good = scan_addr(span_of(rows[i].in), &a);

		if (rows[i].want)
			is_str(good ? addr_text(&a) : "rejected", rows[i].want, rows[i].in);
		else
			ok(!good && a.family == 9, "rejects \"%s\", leaves the result", rows[i].in);
	}
}

static void test_numbers(void)
{
	static const struct { const char *in; bool hex; uint64_t max; bool good; uint64_t want; }
	rows[] = {
		{ "0", false, 10, true, 0 },
		{ "010", false, 10, true, 10 },
		{ "11", false, 10, false, 0 },
		{ "65535", false, 65535, true, 65535 },
		{ "65536", false, 65535, false, 0 },
		{ "18446744073709551615", false, UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", false, UINT64_MAX, false, 0 },
		{ "99999999999999999999999", false, UINT64_MAX, false, 0 },
		{ "", false, 10, false, 0 },
		{ "+1", false, 10, false, 0 },
		{ " 1", false, 10, false, 0 },
		{ "1 ", false, 10, false, 0 },
		{ "a", false, 100, false, 0 },
		{ "9", false, 5, false, 0 },
		{ "fF", true, 255, true, 255 },
		{ "100", true, 255, false, 0 },
		{ "0x1", true, 255, false, 0 },
		{ "ffffffffffffffff", true, UINT64_MAX, true, UINT64_MAX },
		{ "10000000000000000", true, UINT64_MAX, false, 0 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t v = 77;
		struct span s = span_of(rows[i].in);
		bool good = rows[i].hex ? scan_hex(s, rows[i].max, &v)
					: scan_uint(s, rows[i].max, &v);

		ok(good == rows[i].good && v == (good ? rows[i].want : 77), "number \"%s\" up to %llx",
		   rows[i].in, (unsigned long long)rows[i].max);
	}
}

static void test_seconds(void)
{
	static const struct { const char *in; int64_t want; } rows[] = {
		{ "0", 0 }, { "12", 12000000 }, { "12.000001", 12000001 },
		{ "4611686018427.387903", 4611686018427387903 },
		{ "", -1 }, { ".", -1 }, { "1.", -1 }, { "1.5", -1 }, { "1.0000001", -1 }, { ".000001", -1 },
		{ "-1", -1 }, { "1.00000x", -1 }, { "9223372036854775807", -1 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t v = -1;

		ok(scan_seconds(span_of(rows[i].in), &v) == (rows[i].want >= 0) && v == rows[i].want,
		   "seconds \"%s\"", rows[i].in);
	}
}

static void test_mac(void)
{
	static const struct { const char *in; bool good; } rows[] = {
		{ "52:54:00:12:34:56", true },
		{ "52-54-00-12-34-56", true },
		{ "AA:bb:CC:dd:EE:ff", true },
		{ "52:54:00:12:34", false },
		{ "52:54:00:12:34:5", false },
		{ "52:54:00:12:34:5g", false },
		{ "52:54-00:12:34:56", false },
		{ "52.54.00.12.34.56", false },
		{ "525400123456", false },
		{ "", false },
	};
	unsigned i;
	uint8_t mac[6];
	struct out o;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(scan_mac(span_of(rows[i].in), mac) == rows[i].good, "MAC \"%s\"", rows[i].in);
	scan_mac(span_of("AA-0b-CC-dd-EE-ff"), mac);
	out_init(&o, text, sizeof(text));
	out_mac(&o, mac);
	is_str(text, "aa:0b:cc:dd:ee:ff", "MAC written back");
}

static void test_spans(void)
{
	struct span s = span_of("a:bc::"), head, none = { NULL, 0 };
	char dst[4] = "old";

	ok(span_cut(&s, ':', &head) && span_eq(head, "a"), "first part");
	ok(span_cut(&s, ':', &head) && span_eq(head, "bc"), "second part");
	ok(span_cut(&s, ':', &head) && !head.n, "empty part");
	ok(!span_cut(&s, ':', &head) && !head.n && !s.n, "nothing after the last separator");
	ok(!span_cut(&none, ':', &head) && !head.n, "cut of an absent span");
	ok(span_eq(none, "") && !span_eq(none, "x"), "absent span is the empty one");
	ok(span_eq_nocase(span_of("iScSi"), "ISCSI") && !span_eq_nocase(span_of("iscsi:"), "iscsi"),
	   "equal without case");
	ok(span_starts_nocase(span_of("ISCSI:x"), "iscsi:") &&
	   !span_starts_nocase(span_of("isc"), "iscsi"), "prefix without case");
	ok(!span_copy(span_of("four"), dst, sizeof(dst)) && !strcmp(dst, "old"),
	   "copy of too much leaves the result");
	ok(!span_copy((struct span){ "a\0b", 3 }, dst, sizeof(dst)), "copy with a NUL in it");
	ok(span_copy(span_of("yes"), dst, sizeof(dst)) && !strcmp(dst, "yes"), "copy that fits");
	ok(span_copy(none, dst, sizeof(dst)) && !dst[0], "copy of an absent span");
}

static void test_find(void)
{
	struct span s = span_of("one two two"), none = { NULL, 0 }, found;

	found = span_find(s, "two");
	ok(found.p == s.p + 4 && found.n == 7, "the first of two, up to the end");
	found = span_find(s, "two two");
	ok(found.p == s.p + 4, "a part that the end is of");
	ok(!span_find(s, "two two ").p && !span_find((struct span){ s.p, 6 }, "two").p,
	   "nothing that goes on behind the end");
	ok(!span_find(span_of("tw"), "two").p && !span_find(none, "x").p, "longer than the whole");
	ok(span_find(s, "").p == s.p && span_find(s, "").n == s.n, "the empty part is at the front");
	ok(span_listed(span_of("CHAP"), " None CHAP ") && span_listed(span_of("None"), " None CHAP "),
	   "words of a list");
	ok(!span_listed(span_of("CHA"), " None CHAP ") && !span_listed(span_of("chap"), " CHAP ") &&
	   !span_listed(span_of("None CHAP"), " None CHAP ") && !span_listed(span_of(""), "  ") &&
	   !span_listed(none, " a ") && !span_listed(span_of("a"), ""), "no words of it");
}

static void test_bytes(void)
{
	ok(span_only(span_of("aZ09"), "") && span_only(span_of("a-b.c"), ".-") &&
	   span_only(span_of(""), ""), "letters, digits and what is allowed beside them");
	ok(!span_only(span_of("a b"), ".-") && !span_only(span_of("a\xe9"), ".-") &&
	   !span_only((struct span){ "a\0b", 3 }, ".-") && !span_only(span_of("@["), "") &&
	   !span_only(span_of("`{"), "") && !span_only(span_of("/:"), ""), "nothing else, no NUL");
	ok(span_has_control(span_of("a\x1f")) && span_has_control(span_of("\x7f" "a")) &&
	   span_has_control((struct span){ "a\0", 2 }) && span_has_control(span_of("\t")),
	   "control bytes");
	ok(!span_has_control(span_of(" ~\x80\xff")) && !span_has_control(span_of("")),
	   "blanks and bytes above ASCII are none");
	ok(span_same_nocase(span_of("IQN.a-1"), span_of("iqn.A-1")) &&
	   span_same_nocase(span_of(""), (struct span){ NULL, 0 }), "two spans equal without case");
	ok(!span_same_nocase(span_of("iqn"), span_of("iqn.")) &&
	   !span_same_nocase(span_of("iqn."), span_of("iqn")) &&
	   !span_same_nocase(span_of("a["), span_of("a{")), "one longer, and no letters");
}

static void test_cidr(void)
{
	static const struct { const char *in, *want; int prefix; } rows[] = {
		{ "192.0.2.1", "192.0.2.1", -1 },
		{ "192.0.2.1/0", "192.0.2.1", 0 },
		{ "192.0.2.1/32", "192.0.2.1", 32 },
		{ "2001:db8::1", "2001:db8::1", -1 },
		{ "2001:db8::1/128", "2001:db8::1", 128 },
		{ "[2001:db8::1]", "2001:db8::1", -1 },
		{ "[2001:db8::1/64]", "2001:db8::1", 64 },
		{ "[2001:db8::1]/64", "2001:db8::1", 64 },
		{ "192.0.2.1/33", NULL, 0 },
		{ "192.0.2.1/", NULL, 0 },
		{ "192.0.2.1/24/24", NULL, 0 },
		{ "192.0.2.1/255.255.255.0", NULL, 0 },
		{ "[192.0.2.1]", NULL, 0 },
		{ "[192.0.2.1]/24", NULL, 0 },
		{ "2001:db8::1/129", NULL, 0 },
		{ "[2001:db8::1", NULL, 0 },
		{ "2001:db8::1]", NULL, 0 },
		{ "[2001:db8::1]64", NULL, 0 },
		{ "[2001:db8::1/64]/64", NULL, 0 },
		{ "[]", NULL, 0 },
		{ "[", NULL, 0 },
		{ "/24", NULL, 0 },
		{ "", NULL, 0 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = { .family = 9 };
		uint8_t prefix = 200;
		bool cut = false, good = scan_cidr(span_of(rows[i].in), &a, &prefix, &cut);

		if (rows[i].want)
			ok(good && !strcmp(addr_text(&a), rows[i].want) && cut == (rows[i].prefix >= 0) &&
			   prefix == (cut ? rows[i].prefix : 200), "address and length \"%s\"",
			   rows[i].in);
		else
			ok(!good && a.family == 9 && prefix == 200, "rejects \"%s\", leaves the results",
			   rows[i].in);
	}
}

static struct addr addr_of(const char *s)
{
	struct addr a = { 0 };

	scan_addr(span_of(s), &a);
	return a;
}

static void test_skip(void)
{
	struct span s = span_of("abcdef");

	span_skip(&s, 2);
	ok(span_eq(s, "cdef"), "bytes are taken off the front");
	span_skip(&s, 4);
	ok(!s.n, "as many as there are");
	span_skip_blanks(&s);
	ok(!s.n, "no blanks in nothing");
	s = span_of(" \t \nx ");
	span_skip_blanks(&s);
	ok(span_eq(s, "\nx "), "spaces and tabs are, other white space is not");
	ok(scan_is_digit('0') && scan_is_digit('9') && !scan_is_digit('/') && !scan_is_digit(':') &&
	   !scan_is_digit('\xb2'), "digits");
}

static void test_networks(void)
{
	static const struct { const char *addr, *net; unsigned prefix; bool in; } rows[] = {
		{ "192.0.2.200", "192.0.2.129", 25, true },
		{ "192.0.2.100", "192.0.2.129", 25, false },
		{ "192.0.2.1", "192.0.2.1", 32, true },
		{ "192.0.2.1", "192.0.2.0", 32, false },
		{ "192.0.2.1", "198.51.100.1", 0, true },
		{ "2001:db8::1", "2001:db8::ffff", 64, true },
		{ "2001:db8:0:1::1", "2001:db8::1", 64, false },
		{ "2001:db8::2", "2001:db8::3", 127, true },
		{ "2001:db8::2", "2001:db8::3", 128, false },
		{ "192.0.2.1", "c000:201::", 8, false },
	};
	struct addr a = addr_of("192.0.2.200"), b = addr_of("192.0.2.200");
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a = addr_of(rows[i].addr);
		b = addr_of(rows[i].net);
		ok(addr_in(&a, &b, rows[i].prefix) == rows[i].in, "%s is %sof %s/%u", rows[i].addr,
		   rows[i].in ? "" : "not ", rows[i].net, rows[i].prefix);
	}
	a = b = addr_of("192.0.2.200");
	ok(addr_eq(&a, &b) && addr_fill(&a, 25, true) && !addr_eq(&a, &b), "filled with ones");
	is_str(addr_text(&a), "192.0.2.255", "the broadcast address");
	ok(!addr_fill(&a, 25, true) && !addr_fill(&a, 32, false), "nothing changed, nothing left");
	addr_fill(&a, 22, false);
	is_str(addr_text(&a), "192.0.0.0", "the network's address, of no whole octets");
	a = addr_of("2001:db8::ffff");
	ok(addr_fill(&a, 121, false), "IPv6 has bits to clear");
	is_str(addr_text(&a), "2001:db8::ff80", "of 128");
}

static void test_masks(void)
{
	static const struct { const char *mask; bool good; uint8_t length; } rows[] = {
		{ "255.255.255.255", true, 32 },
		{ "255.255.255.254", true, 31 },
		{ "255.255.192.0", true, 18 },
		{ "128.0.0.0", true, 1 },
		{ "0.0.0.0", true, 0 },
		{ "255.0.255.0", false, 8 },
		{ "255.255.255.1", false, 24 },
		{ "0.0.0.255", false, 0 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr mask = addr_of(rows[i].mask);
		uint8_t length = 99;

		ok(addr_mask_length(&mask, &length) == rows[i].good && length == rows[i].length,
		   "netmask %s: %u%s", rows[i].mask, rows[i].length, rows[i].good ? "" : ", and is none");
	}
}

int main(void)
{
	test_addr();
	test_numbers();
	test_seconds();
	test_mac();
	test_spans();
	test_find();
	test_bytes();
	test_cidr();
	test_skip();
	test_networks();
	test_masks();
	return done_testing();
}
