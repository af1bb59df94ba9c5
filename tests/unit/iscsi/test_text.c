// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs of key and value, and the forms of values. */
#include "base/limits.h"
#include "iscsi/text.h"
#include "tap.h"

#define SPAN(literal) ((struct span){ literal, sizeof(literal) - 1 })

static const char long_key[] = "X-23456789012345678901234567890123456789012345678901234567890.3=1";

/* All pairs of a text as KEY:VALUE, and how it ended. */
static const char *read_all(struct span text)
{
	static char buf[256];
	struct text_pair pair;
	struct out o;
	int got;

	out_init(&o, buf, sizeof(buf));
	while ((got = text_next(&text, &pair)) > 0)
		out_fmt(&o, "%pS:%pS ", &pair.key, &pair.value);
	if (got < 0)
		out_fmt(&o, "bad %pS", &pair.key);
	return buf;
}

static void test_next(void)
{
	static const struct {
		struct span text;
		const char *want;
	} rows[] = {
		{ SPAN(""), "" },
		{ SPAN("\0\0"), "" },
		{ SPAN("A=1\0B=2\0"), "A:1 B:2 " },
		{ SPAN("A=1\0\0\0B=2"), "A:1 B:2 " },
		{ SPAN("A=\0B==x=\0"), "A: B:=x= " },
		{ SPAN("X-com.vendor.key=a b\0"), "X-com.vendor.key:a b " },
		{ SPAN("A=1\0B\0"), "A:1 bad B" },
		{ SPAN("=1\0"), "bad " },
		{ SPAN("a b=1\0"), "bad a b" },
		{ SPAN("\xc3=1\0"), "bad \xc3" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(read_all(rows[i].text), rows[i].want, rows[i].want);
	ok(!strncmp(read_all((struct span){ long_key, strlen(long_key) }), "X-2345", 6), "63 bytes are a key");
	{
		char longer[sizeof(long_key) + 1] = "Y";

		memcpy(longer + 1, long_key, sizeof(long_key));
		ok(!strncmp(read_all(span_of(longer)), "bad ", 4), "64 bytes are none");
	}
}

static void test_check(void)
{
	static char many[4 * (LOGIN_PAIRS_MAX + 1)];
	struct text_pair bad;
	unsigned i;

	ok(text_check(SPAN("A=1\0B=1\0C=2"), &bad) == TEXT_GOOD, "a good text");
	ok(text_check(SPAN("A=1\0B=1\0A=1"), &bad) == TEXT_GOOD, "the same twice");
	ok(text_check(SPAN("A=1\0B=1\0A=2"), &bad) == TEXT_DUPLICATE && span_eq(bad.key, "A") &&
	   span_eq(bad.value, "2"), "a key with two values");
	ok(text_check(SPAN("A=\0A=2"), &bad) == TEXT_DUPLICATE, "one of them empty");
	ok(text_check(SPAN("A=1\0a=2\0AA=2"), &bad) == TEXT_GOOD, "keys that are not the same");
	ok(text_check(SPAN("A=1\0nothing\0"), &bad) == TEXT_MALFORMED && span_eq(bad.key, "nothing"),
	   "no key=value");
	for (i = 0; i < sizeof(many); i += 4)
		memcpy(many + i, "A=1\0", 4);
	ok(text_check((struct span){ many, sizeof(many) - 4 }, &bad) == TEXT_GOOD, "as many as may be");
	ok(text_check((struct span){ many, sizeof(many) }, &bad) == TEXT_TOO_MANY, "and one more");
}

static void test_add(void)
{
	static const uint8_t bytes[] = { 0, 0x0f, 0xf0 };
	char buf[64];
	struct out o;

	out_init(&o, buf, sizeof(buf));
	text_add(&o, "MaxBurstLength", "%u", 512u);
	text_add(&o, "A", "%s", "");
	text_add_binary(&o, "CHAP_R", bytes, sizeof(bytes));
	ok(o.len == 38 && !memcmp(buf, "MaxBurstLength=512\0A=\0CHAP_R=0x000ff0\0", 38) && !o.overflow,
	   "pairs are appended with their NUL");
	out_init(&o, buf, 5);
	text_add(&o, "A", "%s", "1");
	ok(!o.overflow && o.len == 4, "it fits");
	text_add(&o, "B", "%s", "1");
	ok(o.overflow && o.len == 4, "it does not");
}

static void test_number(void)
{
	static const struct {
		const char *text;
		uint64_t max;
		long long want;
	} rows[] = {
		{ "0", 255, 0 }, { "255", 255, 255 }, { "256", 255, -1 }, { "0x10", 255, 16 },
		{ "0XfF", 255, 255 }, { "0x100", 255, -1 }, { "", 9, -1 }, { "0x", 9, -1 }, { "-1", 9, -1 },
		{ " 1", 9, -1 }, { "1 ", 9, -1 }, { "016", 255, 16 }, { "Yes", 9, -1 },
		{ "18446744073709551616", UINT64_MAX, -1 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t v = 0;
		bool good = text_number(span_of(rows[i].text), rows[i].max, &v);

		is_int(good ? (long long)v : -1, rows[i].want, rows[i].text);
	}
}

/* The foo to foobar of RFC 4648 section 10, and what is none. */
static void test_binary(void)
{
	static const struct {
		const char *text, *want;	/* NULL: malformed */
	} rows[] = {
		{ "0x666f6f", "foo" }, { "0X666F6f", "foo" }, { "0x966f", "\x96o" }, { "0x9", "\t" },
		{ "0xa6f", "\no" }, { "0x", NULL }, { "666f6f", NULL }, { "0x66 f6f", NULL }, { "0x6g", NULL },
		{ "", NULL }, { "0", NULL }, { "0b", NULL }, { "0bZg==", "f" }, { "0bZm8=", "fo" },
		{ "0bZm9v", "foo" }, { "0BZm9vYg==", "foob" }, { "0bZm9vYmE=", "fooba" },
		{ "0bZm9vYmFy", "foobar" }, { "0b+/+/", "\xfb\xff\xbf" }, { "0bZg=", NULL }, { "0bZg", NULL },
		{ "0bZ===", NULL }, { "0b====", NULL }, { "0bZg==Zg==", NULL }, { "0bZm=v", NULL },
		{ "0bZh==", NULL }, { "0bZm9=", NULL }, { "0bZm-_", NULL }, { "0bZm9v\n", NULL },
		{ "0x666f6f6261722", NULL },	/* 7 bytes */
	};
	uint8_t got[7];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int n = text_binary(span_of(rows[i].text), got, 6), want = rows[i].want ? (int)strlen(rows[i].want) : -1;

		ok(n == want && (n < 0 || !memcmp(got, rows[i].want, n)), "%s is %d bytes", rows[i].text, want);
	}
	ok(text_binary(SPAN("0bZm9vYmFyZg=="), got, 6) == -1, "base64 that does not fit");
	ok(text_binary(SPAN("0bZ\0=="), got, 6) == -1, "a NUL is no letter");
}

static void test_round(void)
{
	uint8_t bytes[70], got[70];
	unsigned n, good = 0;
	char buf[160];
	struct out o;

	for (n = 0; n < sizeof(bytes); n++)
		bytes[n] = (uint8_t)(n * 73 + 5);
	for (n = 1; n <= sizeof(bytes); n++) {
		out_init(&o, buf, sizeof(buf));
		text_put_hex(&o, bytes, n);
		good += text_binary((struct span){ buf, o.len }, got, n) == (int)n && !memcmp(got, bytes, n);
		out_init(&o, buf, sizeof(buf));
		text_put_base64(&o, bytes, n);
		good += text_binary((struct span){ buf, o.len }, got, n) == (int)n && !memcmp(got, bytes, n);
	}
	is_int(good, 140, "what is written is read");
	out_init(&o, buf, sizeof(buf));
	text_put_base64(&o, (const uint8_t *)"foob", 4);
	is_str(buf, "0bZm9vYg==", "padding is written");
}

static void test_reserved(void)
{
	ok(text_is_reserved(SPAN("NotUnderstood")) && text_is_reserved(SPAN("Irrelevant")) &&
	   text_is_reserved(SPAN("Reject")), "reserved values");
	ok(!text_is_reserved(SPAN("None")) && !text_is_reserved(SPAN("reject")) && !text_is_reserved(SPAN("")),
	   "others are not");
}

int main(void)
{
	test_next();
	test_check();
	test_add();
	test_number();
	test_binary();
	test_round();
	test_reserved();
	return done_testing();
}
