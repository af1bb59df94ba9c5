// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/cmdline.h"
#include "plan_case.h"

/* The only parameter that is kept, as NAME<VALUE>. */
static void test_cut(void)
{
	static const struct { const char *cmdline, *want; } rows[] = {
		{ "quiet ip=dhcp splash", "ip<dhcp>" }, { "ip=\"a b\" x", "ip<a b>" },
		{ "\"ip=a b\" x", "ip<a b>" }, { "\tip=a\xa0x", "ip<a>" }, { "ip", "ip" },
		{ "\"root\"", "root" }, { "ip=a\"b c\"d", "ip<a\"b c\"d>" }, { "ip=\"a b", "ip<a b>" },
		{ "ip=", "ip<>" }, { "ip=a=b", "ip<a=b>" }, { "ip=a -- root=x", "ip<a>" },
		{ "ISCSI_X=1", "ISCSI_X<1>" }, { "iscsi_tcp.debug=1", NULL }, { "", NULL },
		{ "=x", NULL }, { "--", NULL }, { "xip=a", NULL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan_input in = input(rows[i].cmdline, NULL);
		struct work *w = work_for("KEY");
		char got[128] = "";

		w->in = &in;
		cmdline_gather(w);
		if (w->n_parameters)
			out_text(got, sizeof(got), w->parameters[0].has_value ? "%pS<%pS>" : "%pS",
				 &w->parameters[0].name, &w->parameters[0].value);
		ok(w->n_parameters == (rows[i].want != NULL), "cut: %s", rows[i].cmdline);
		is_str(got, rows[i].want ? rows[i].want : "", "its name and value");
	}
}

static void test_check(void)
{
	static const struct { const char *cmdline, *rejected, *warned; } rows[] = {
		{ "vlan=vlan5:eth0", "not supported yet", NULL },
		{ "rd.iscsi.ibft", NULL, NULL }, { "rd.iscsi.ibft=0", NULL, NULL },
		{ "rd.iscsi.transport=tcp", NULL, NULL },
		{ "rd.iscsi.transport=bnx2i", "not supported", NULL },
		{ "rd.iscsi.waitnet=1", NULL, "has no effect: 1" },
		{ "iscsiroot=yes", NULL, NULL }, { "iscsiroot=x", NULL, "unknown value, ignored: x" },
		{ "ISCSI_LUM=1", NULL, "did you mean ISCSI_LUN?" },
		{ "ISCSI_LUN=1\"2\"", "double quote inside the value", NULL },
		{ "foo=1\"2\"", NULL, NULL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan_input in = input(rows[i].cmdline, NULL);
		struct work *w = work_for("KEY");

		w->in = &in;
		cmdline_gather(w);
		ok(cmdline_check(w) == !rows[i].rejected, "check: %s", rows[i].cmdline);
		if (rows[i].rejected)
			is_str(why.reason, rows[i].rejected, "its rejection");
		else if (rows[i].warned)
			ok(p.n_warnings == 1 && strstr(p.warnings[0], rows[i].warned), "its warning");
		else
			is_int(p.n_warnings, 0, "no warning");
	}
}

int main(void)
{
	test_cut();
	test_check();
	return done_testing();
}
