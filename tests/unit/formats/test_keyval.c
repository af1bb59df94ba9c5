// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats/keyval.h"
#include "tap.h"

static void test_put(void)
{
	static const struct { const char *value, *want; } cases[] = {
		{ "", "k=\n" },
		{ "sda1", "k=sda1\n" },
		{ "/dev/mapper/system-root", "k=/dev/mapper/system-root\n" },
		{ "iqn.2001-04.com.example:storage.lun1", "k=iqn.2001-04.com.example:storage.lun1\n" },
		{ "192.0.2.1/24,a@b+c_d", "k=192.0.2.1/24,a@b+c_d\n" },
		{ "two words", "k=\"two words\"\n" },
		{ "a=b", "k=\"a=b\"\n" },
		{ "say \"x\" \\", "k=\"say \\\"x\\\" \\\\\"\n" },
		{ "line\nbreak\ttab\r", "k=\"line\\nbreak\\ttab\\r\"\n" },
		{ "\x01\xc3\xa4", "k=\"\\x01\\xc3\\xa4\"\n" },
	};
	char buf[128], name[32];
	struct out o;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		out_init(&o, buf, sizeof(buf));
		keyval_put(&o, "k", cases[i].value, '\n');
		snprintf(name, sizeof(name), "put: row %u", (unsigned)i);
		is_str(buf, cases[i].want, name);
	}
}

/* What is read, as "key=value|" for each, and how it ended. */
static const char *read_all(const char *text, size_t n)
{
	static char got[512];
	struct span rest = { text, n }, key;
	char value[16];
	struct out o;

	out_init(&o, got, sizeof(got));
	while (keyval_next(&rest, &key, value, sizeof(value))) {
		out_span(&o, key);
		out_ch(&o, '=');
		out_str(&o, value);
		out_ch(&o, '|');
	}
	out_str(&o, rest.n ? "malformed" : "end");
	return got;
}

static void test_next(void)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "", "end" },
		{ "a=1", "a=1|end" },
		{ "a=1\n", "a=1|end" },
		{ "a=1 b=2\nc=3\n", "a=1|b=2|c=3|end" },
		{ "  a=1   b=2  ", "a=1|b=2|end" },
		{ "a=1\n\nb=2\n", "a=1|=|b=2|end" },
		{ "a= b=\n", "a=|b=|end" },
		{ "a=\"x y\" b=\"\"\n", "a=x y|b=|end" },
		{ "a=\"\\\"\\\\\\n\\t\\r\\x41\"", "a=\"\\\n\t\rA|end" },
		{ "open-key_1=x", "open-key_1=x|end" },
		{ "a=123456789012345", "a=123456789012345|end" },
		{ "a=1234567890123456", "malformed" },
		{ "a=\"1234567890123456\"", "malformed" },
		{ "a=1 b", "a=1|malformed" },
		{ "=1", "malformed" },
		{ "a b=1", "malformed" },
		{ "a=\"open", "malformed" },
		{ "a=\"x\"y", "malformed" },
		{ "a=x\"y\"", "malformed" },
		{ "a=\"\\q\"", "malformed" },
		{ "a=\"\\x4\"", "malformed" },
		{ "a=\"\\xzz\"", "malformed" },
		{ "a=\"\\x00\"", "malformed" },
		{ "a=\"\\", "malformed" },
		{ "a=\"raw\nline\"", "malformed" },
		{ "a=$(id)", "malformed" },
		{ "a=1;b=2", "malformed" },
	};
	char name[32];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(name, sizeof(name), "next: row %u", (unsigned)i);
		is_str(read_all(cases[i].text, strlen(cases[i].text)), cases[i].want, name);
	}
	is_str(read_all("a=x\0y", 5), "malformed", "a NUL in a plain value");
	is_str(read_all("a=\"\\\0\"", 6), "malformed", "a NUL after a backslash");
}

static void test_both_ways(void)
{
	char all[256], line[2048], back[256];
	struct span rest, key;
	struct out o;
	int i;

	for (i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	out_init(&o, line, sizeof(line));
	keyval_put(&o, "k", all, ' ');
	rest = (struct span){ line, o.len };
	ok(!o.overflow && keyval_next(&rest, &key, back, sizeof(back)) && !strcmp(all, back) && !rest.n,
	   "every byte is read back as it was written");
}

int main(void)
{
	test_put();
	test_next();
	test_both_ways();
	return done_testing();
}
