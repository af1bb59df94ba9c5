// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/spec.h"
#include "tap.h"

#define NAME "iqn.2001-04.com.example:disk"

static void test_split(void)
{
	/* @server NULL: not of this form */
	static const struct { const char *text, *credentials, *server, *lun, *name; } rows[] = {
		{ "192.0.2.1::::" NAME, NULL, "192.0.2.1", "", NAME },
		{ "192.0.2.1:6:3260:1:" NAME, NULL, "192.0.2.1", "1", NAME },
		{ "192.0.2.1:::if:eth0:2:" NAME, NULL, "192.0.2.1", "2", NAME },
		{ "[2001:db8::1]::::" NAME, NULL, "[2001:db8::1]", "", NAME },
		{ "u:p@192.0.2.1::::" NAME, "u:p", "192.0.2.1", "", NAME },
		{ "u:p@q@192.0.2.1::::" NAME, "u:p@q", "192.0.2.1", "", NAME },
		{ "u:p@192.0.2.1::::" NAME "@x", "u:p", "192.0.2.1", "", NAME "@x" },
		{ "@192.0.2.1::::" NAME, "", "192.0.2.1", "", NAME },
		{ "192.0.2.1::::eui.02004567A425678D", NULL, "192.0.2.1", "", "eui.02004567A425678D" },
		{ "192.0.2.1:::" NAME, NULL, NULL, NULL, NULL },
		{ "192.0.2.1:::::" NAME, NULL, NULL, NULL, NULL },
		{ "192.0.2.1:::::::" NAME, NULL, NULL, NULL, NULL },
		{ "192.0.2.1::::disk", NULL, NULL, NULL, NULL },
		{ "u:p@", NULL, NULL, NULL, NULL },
		{ "", NULL, NULL, NULL, NULL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct span whole = span_of(rows[i].text), rest = spec_public(whole);
		struct spec s;
		bool good = spec_split(whole, &s);

		ok(good == (rows[i].server != NULL), "spec: <%s>", rows[i].text);
		if (!good) {
			ok(!rest.n, "nothing of it is public");
			continue;
		}
		ok(rows[i].credentials ? span_eq(s.credentials, rows[i].credentials)
				       : !s.credentials.p, "its credentials");
		ok(span_eq(s.field[0], rows[i].server) && span_eq(s.name, rows[i].name),
		   "its server and name");
		ok(span_eq(s.field[s.n_fields - 1], rows[i].lun), "its LUN");
		ok(rest.p == s.field[0].p && rest.p + rest.n == whole.p + whole.n,
		   "public is what follows the credentials");
	}
}

int main(void)
{
	test_split();
	return done_testing();
}
