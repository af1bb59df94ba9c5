// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../src/scan.h"
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

static void test_out(void)
{
	struct out o;
	char small[4];

	out_init(&o, text, sizeof(text));
	out_uint(&o, UINT64_MAX);
	out_ch(&o, ' ');
	out_int(&o, INT64_MIN);
	out_ch(&o, ' ');
	out_int(&o, 0);
	is_str(text, "18446744073709551615 -9223372036854775808 0", "numbers written");
	out_init(&o, text, sizeof(text));
	out_quoted(&o, "a\"b\\c\n\t\r\x01\x7f\xe9 '$");
	is_str(text, "\"a\\\"b\\\\c\\n\\t\\r\\x01\\x7f\\xe9 '$\"", "quoted");
	out_init(&o, text, sizeof(text));
	out_json(&o, "a\"\\\n\x02\x7f\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	is_str(text, "\"a\\\"\\\\\\n\\u0002\\u007f\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "JSON");
	out_init(&o, text, sizeof(text));
	out_json(&o, "\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82");
	is_str(text, "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd"
	       "\\ufffd\\ufffd\"", "JSON of bytes that are not UTF-8");
	out_init(&o, small, sizeof(small));
	out_str(&o, "abc");
	ok(!o.overflow && !strcmp(small, "abc"), "just fits");
	out_ch(&o, 'd');
	ok(o.overflow && !strcmp(small, "abc"), "overflow is remembered, the text terminated");
}

static void test_fmt(void)
{
	const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
	struct addr a = { .family = 4, .b = { 192, 0, 2, 1 } }, none = { 0 };
	struct span part = { "span and more", 4 };
	char small[5];
	struct out o;

	ok(out_text(text, sizeof(text), "%s=%u,%d!", "a", ~0u, -7), "all of it fits");
	is_str(text, "a=4294967295,-7!", "texts and numbers");
	out_text(text, sizeof(text), "%pI %pI:%pM %pS", &a, &none, mac, &part);
	is_str(text, "192.0.2.1 :52:54:00:12:34:56 span", "addresses and spans");
	out_init(&o, text, sizeof(text));
	out_fmt(&o, "%s", "one ");
	out_fmt(&o, "two");
	is_str(text, "one two", "appended");
	ok(!out_text(small, sizeof(small), "%s", "12345") && !strcmp(small, "1234"),
	   "what does not fit is said");
}

int main(void)
{
	test_fmt();
	test_addr();
	test_numbers();
	test_mac();
	test_spans();
	test_out();
	return done_testing();
}
