// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/spec_target.h"
#include "plan_case.h"

/* The method of authentication, the LUN and whether the keys' credentials apply; or the rejection. */
static void test_add(void)
{
	static const struct { const char *text; enum source source; const char *want; } rows[] = {
		{ "192.0.2.1::::" NAME, SRC_CMDLINE, "none 0 keys" },
		{ "@192.0.2.1::::" NAME, SRC_CMDLINE, "none 0" },
		{ "u:0123456789abc@192.0.2.1:6:3261:10:" NAME, SRC_FILE, "chap 10" },
		{ "u:0123456789abc:i:123456789abcd@192.0.2.1:TCP::10:" NAME, SRC_DHCP, "mutual 16" },
		{ "nas.example:::if:eth0:f0:" NAME, SRC_DHCP, "none 240 keys" },
		{ "192.0.2.1:17:::" NAME, SRC_FILE, "not a supported protocol" },
		{ "192.0.2.1::::" NAME "_", SRC_FILE, "contains a character that the engine iscsistart "
		  "does not accept in a target name" },
		{ ":::::" NAME, SRC_FILE,
		  "not [USER:PASSWORD@]SERVER:[PROTOCOL]:[PORT]:[LUN]:NAME" },
		{ "::::" NAME, SRC_FILE, "target name without an address" },
		{ "u@192.0.2.1::::" NAME, SRC_FILE,
		  "credentials are not USER:PASSWORD or USER:PASSWORD:USER:PASSWORD" },
		{ "u:@192.0.2.1::::" NAME, SRC_FILE, "user name without a password" },
	};
	static const char *const methods[] = { "none", "chap", "mutual" };
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct work *w = work_for("KEY");
		const struct plan_target *t = &p.targets[0];
		char got[128];

		if (spec_target_add(w, span_of(rows[i].text), rows[i].source))
			out_text(got, sizeof(got), "%s %u%s", methods[t->auth.method], t->lun[0],
				 w->takes_auth[0] ? " keys" : "");
		else
			out_text(got, sizeof(got), "%s", why.reason);
		is_str(got, rows[i].want, rows[i].text);
	}
}

static void test_ceiling(void)
{
	struct work *w = work_for("KEY");
	unsigned i;

	for (i = 0; i < TARGETS_MAX; i++)
		ok(spec_target_add(w, span_of("192.0.2.1::::" NAME), SRC_FILE), "target %u", i);
	ok(!spec_target_add(w, span_of("192.0.2.1::::" NAME), SRC_FILE), "one more");
	is_str(why.reason, "more than 32 targets", "its rejection");
	is_int(p.n_targets, TARGETS_MAX, "and it is not there");
}

int main(void)
{
	test_add();
	test_ceiling();
	return done_testing();
}
