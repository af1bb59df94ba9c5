// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/parse.h"
#include "plan_case.h"

/* @reason: of the rejection where @good is not set, else of the warning. */
static void test_name(void)
{
	static const struct { const char *text; bool good; const char *reason; } rows[] = {
		{ "iqn.2001-04.com.example:NAS.Target-1", true, NULL },
		{ "IQN.2001-04.com.example:x", true, NULL },
		{ "iqn.2001-13.com.example:x", true, "the month is not 01 to 12" },
		{ "iqn.2001-04.com.example:a_b", true, "contains a character not allowed in iSCSI names" },
		{ "EUI.02004567A425678D", true, NULL },
		{ "naa.52004567BA64678D", true, NULL },
		{ "naa.62004567BA64678D0123456789ABCDEF", true, NULL },
		{ "iqn.2019.com.example:n1", true, "not in the form iqn.YYYY-MM.DOMAIN" },
		{ "iqn.2001-04.", true, "not in the form iqn.YYYY-MM.DOMAIN" },
		{ "iqn.", true, "not in the form iqn.YYYY-MM.DOMAIN" },
		{ "eui.0200", true, "not eui. and 16 hexadecimal digits" },
		{ "naa.0200", true, "not naa. and 16 or 32 hexadecimal digits" },
		{ "eui.02004567A425678G", true, "contains a character other than hexadecimal digits" },
		{ "Host-A", true, "not a usual iSCSI name" },
		{ "iqn.2001-04.com.example:a b", false,
		  "contains white space, a control character or a non-ASCII byte" },
		{ "iqn.2001-04.com.example:\xc3\xa4", false,
		  "contains white space, a control character or a non-ASCII byte" },
	};
	char name[INAME_MAX + 1], huge[INAME_MAX + 2];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool good = parse_name(work_for("KEY"), span_of(rows[i].text), name);

		ok(good == rows[i].good, "name: %s", rows[i].text);
		if (good)
			is_str(name, rows[i].text, "byte by byte");
		if (good && rows[i].reason)
			ok(p.n_warnings == 1 && strstr(p.warnings[0], rows[i].reason), "its warning");
		else if (good)
			is_int(p.n_warnings, 0, "no warning");
		else
			is_str(why.reason, rows[i].reason, "its rejection");
	}
	memset(huge, 'x', sizeof(huge));
	ok(!parse_name(work_for("KEY"), (struct span){ huge, sizeof(huge) }, name) &&
	   !strcmp(why.reason, "longer than 223 bytes"), "a name of 224 bytes");
}

static void test_target_name(void)
{
	char name[INAME_MAX + 1], text[64];
	const char *c;

	ok(parse_target_name(work_for("KEY"), span_of("NAS.Target-1:x"), name) &&
	   !strcmp(name, "NAS.Target-1:x"), "the name of a target, byte by byte");
	for (c = "_@/,+~%"; *c; c++) {
		out_text(text, sizeof(text), "iqn.2001-04.com.example:a%pSb", &(struct span){ c, 1 });
		ok(!parse_target_name(work_for("KEY"), span_of(text), name) &&
		   strstr(why.reason, "the engine iscsistart"), "one with %c", *c);
	}
}

static void test_lun(void)
{
	static const struct { const char *text; bool hex, good; uint16_t lun[4]; } rows[] = {
		{ "", false, true, { 0 } }, { "7", false, true, { 7 } },
		{ "65535", false, true, { 65535 } }, { "0x1f", false, true, { 0x1f } },
		{ "0x4752000000000000", false, true, { 0x4752 } },
		{ "4752-3A4F-6b7e-2f99", false, true, { 0x4752, 0x3a4f, 0x6b7e, 0x2f99 } },
		{ "1-2", false, true, { 1, 2 } }, { "10", true, true, { 0x10 } }, { "", true, true, { 0 } },
		{ "65536", false, false, { 0 } }, { "0x", false, false, { 0 } },
		{ "1-2-3-4-5", false, false, { 0 } }, { "12345", true, false, { 0 } },
		{ "-1", false, false, { 0 } }, { "ff", false, false, { 0 } },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint16_t lun[4] = { 9, 9, 9, 9 };
		bool good = parse_lun(work_for("KEY"), span_of(rows[i].text), rows[i].hex, lun);

		ok(good == rows[i].good, "LUN: <%s>%s", rows[i].text, rows[i].hex ? " (hex)" : "");
		if (good)
			ok(!memcmp(lun, rows[i].lun, sizeof(lun)), "its levels");
		else
			is_str(why.reason, "not a valid LUN", "its rejection");
	}
}

static void test_portal(void)
{
	static const struct { const char *text, *want, *reason; } rows[] = {
		{ "192.0.2.1", "192.0.2.1:3260 ", NULL }, { "192.0.2.1:1", "192.0.2.1:1 ", NULL },
		{ "2001:db8::1", "[2001:db8::1]:3260 ", NULL },
		{ "[2001:db8::1]:3261", "[2001:db8::1]:3261 ", NULL },
		{ "san.example:3261", "san.example:3261 ", NULL },
		{ "192.0.2.1:0", NULL, "not a valid port" },
		{ "192.0.2.1:65536", NULL, "not a valid port" },
		{ "[2001:db8::1]x", NULL, "unexpected text after the bracket" },
		{ "[192.0.2.1]", NULL, "not a valid IPv6 address" },
		{ "2001:db8:::1", NULL, "not a valid IPv6 address" },
		{ "224.0.0.1", NULL, "not a unicast address" },
		{ "256.1.1.1", NULL, "not a valid address or host name" },
		{ "-host", NULL, "not a valid address or host name" },
		{ "my_host", NULL, "not a valid address or host name" },
	};
	static const struct plan_target none;
	char text[300];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan_portal portal = { 0 };
		bool good = parse_portal(work_for("KEY"), span_of(rows[i].text), PLAN_PORT, PLAN_GROUP,
					 &portal);

		ok(good == (rows[i].want != NULL), "portal: %s", rows[i].text);
		plan_portal_text(&portal, &none, text, sizeof(text));
		is_str(good ? text : why.reason, good ? rows[i].want : rows[i].reason, "its text");
	}
}

static void test_devices(void)
{
	static const struct { const char *text; bool good; } macs[] = {
		{ "52:54:00:12:34:56", true }, { "52-54-00-12-34-56", true },
		{ "[52:54:00:12:34:56]", true }, { "53:54:00:12:34:56", false },
		{ "52:54:00:12:34", false }, { "", false },
	}, devices[] = {
		{ "eth0", true }, { "enp0s3.100@x", true }, { "fifteen-letters", true },
		{ "sixteen-letters-", false }, { ".", false }, { "..", false }, { "a/b", false }, { "", false },
	}, hosts[] = {
		{ "guest-1.example", true }, { "", true }, { "-x", false }, { "a$b", false },
	};
	char name[HOSTNAME_MAX + 1];
	uint8_t mac[6];
	unsigned i;

	for (i = 0; i < sizeof(macs) / sizeof(*macs); i++)
		ok(parse_mac(work_for("KEY"), span_of(macs[i].text), mac) == macs[i].good, "MAC: <%s>",
		   macs[i].text);
	for (i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		ok(parse_device(work_for("KEY"), span_of(devices[i].text), name) == devices[i].good,
		   "device: <%s>", devices[i].text);
	for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		ok(parse_hostname(span_of(hosts[i].text), name) == hosts[i].good, "host name: <%s>",
		   hosts[i].text);
}

int main(void)
{
	test_name();
	test_target_name();
	test_lun();
	test_portal();
	test_devices();
	return done_testing();
}
