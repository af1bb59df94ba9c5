// SPDX-License-Identifier: GPL-2.0-or-later
/* The bounded writer. */
#include "base/scan.h"
#include "tap.h"

static char text[256];

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
	   "what does not fit is reported");
}

static const char *escaped(const char *s, size_t max)
{
	struct out o;

	out_init(&o, text, sizeof(text));
	out_escaped(&o, span_of(s), max);
	return text;
}

static void test_escaped(void)
{
	is_str(escaped("plain text", 60), "plain text", "printable bytes");
	is_str(escaped("a\tb\x7f\xc3\xa4", 60), "a\\x09b\\x7f\\xc3\\xa4", "control and non-ASCII bytes");
	is_str(escaped("12345678", 8), "12345678", "what just fits is whole");
	is_str(escaped("123456789", 8), "12345...", "what does not ends in three dots");
	is_str(escaped("1234\n56", 8), "1234...", "no escape is cut");
	is_str(escaped("", 8), "", "nothing");
}

int main(void)
{
	test_out();
	test_fmt();
	test_escaped();
	return done_testing();
}
