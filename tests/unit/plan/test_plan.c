// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"
#include "tap.h"

static void test_names(void)
{
	static const struct { const char *text; bool begins; } rows[] = {
		{ "iqn.x", true }, { "EUI.", true }, { "naa.1", true }, { "iqn", false }, { "", false },
		{ "xiqn.", false },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(plan_begins_name(span_of(rows[i].text)) == rows[i].begins, "a name: <%s>",
		   rows[i].text);
	is_str(plan_source_name(SRC_CMDLINE), "cmdline", "the first source");
	is_str(plan_source_name(SRC_IBFT), "ibft", "the last source");
	is_str(plan_method_name(NET_DHCP), "dhcp", "the first method");
	is_str(plan_method_name(NET_OFF), "off", "the last method");
}

static void test_lun(void)
{
	static const struct { uint16_t lun[4]; const char *want; } rows[] = {
		{ { 0 }, "0" }, { { 65535 }, "65535" }, { { 1, 2 }, "0001-0002-0000-0000" },
		{ { 0x4752, 0x3a4f, 0x6b7e, 0x2f99 }, "4752-3a4f-6b7e-2f99" },
	};
	char text[32];
	struct out o;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		out_init(&o, text, sizeof(text));
		plan_lun_text(rows[i].lun, &o);
		is_str(text, rows[i].want, "a LUN");
	}
}

static void test_portal(void)
{
	static const struct plan_target target = { .name = "iqn.x" };
	struct plan_portal portal = { .port = 3260, .host = "san" };
	char text[64], small[8];

	plan_portal_text(&portal, &target, text, sizeof(text));
	is_str(text, "san:3260 iqn.x", "a portal by name");
	plan_portal_text(&portal, &target, small, sizeof(small));
	is_str(small, "san:326", "cut where the buffer is too small");
	portal = (struct plan_portal){ .port = 1, .addr = { .family = 6, .b = { [15] = 1 } } };
	plan_portal_text(&portal, &target, text, sizeof(text));
	is_str(text, "[::1]:1 iqn.x", "IPv6 in brackets");
}

static void test_warned(void)
{
	static struct plan p = { .n_warnings = 1, .warnings = { "a", "b" } };

	ok(plan_warned(&p, "a"), "a warning of the plan");
	ok(!plan_warned(&p, "b") && !plan_warned(&p, ""), "what is none");
}

int main(void)
{
	test_names();
	test_lun();
	test_portal();
	test_warned();
	return done_testing();
}
