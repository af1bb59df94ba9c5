// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/settings.h"
#include "plan_case.h"

static void test_settings(void)
{
	ok(build(TARGET "ISCSI_REPLACEMENT_TIMEOUT=never", NULL) == PLAN_OK &&
	   p.replacement_timeout == -1, "replacement timeout: never");
	ok(build(TARGET "ISCSI_REPLACEMENT_TIMEOUT=15", NULL) == PLAN_OK &&
	   p.replacement_timeout == 15, "replacement timeout: 15");
	ok(build(TARGET, NULL) == PLAN_OK && p.replacement_timeout == 0 && p.deadline_s == 180,
	   "defaults of the replacement timeout and the deadline");
	ok(build(TARGET, NULL) == PLAN_OK && !p.leave_network, "NICs are held");
	ok(build(TARGET "ISCSI_NETWORK=hold", NULL) == PLAN_OK && !p.leave_network, "NICs: hold");
	ok(build(TARGET "ISCSI_NETWORK=leave", NULL) == PLAN_OK && p.leave_network, "NICs: leave");
	ok(build(TARGET "ISCSI_CLOCKSOURCE=kvm-clock", NULL) == PLAN_OK &&
	   !strcmp(p.clocksource, "kvm-clock"), "clock source");
	ok(build(TARGET "ISCSI_USERNAME=u ISCSI_PASSWORD=0123456789ab", NULL) == PLAN_OK &&
	   p.secret_on_cmdline, "a secret on the command line is noted");
	ok(build(TARGET, "ISCSI_USERNAME=u\nISCSI_PASSWORD=0123456789ab\n") == PLAN_OK &&
	   !p.secret_on_cmdline && p.targets[0].auth.method == AUTH_CHAP, "one in the file is not");
}

/* One value of each key that its reader rejects, and one at each end that it accepts. */
static void test_readers(void)
{
	static const struct { const char *setting, *reason; } rows[] = {
		{ "ISCSI_AUTO", NULL }, { "ISCSI_AUTO=0", NULL }, { "ISCSI_BYPASS", NULL },
		{ "ISCSI_INITIATOR=x", NULL }, { "ISCSI_INITIATOR=\x01",
		  "contains white space, a control character or a non-ASCII byte" },
		{ "ISCSI_TARGET_NAME=x", NULL }, { "\"ISCSI_TARGET_NAME= \"",
		  "contains white space, a control character or a non-ASCII byte" },
		{ "ISCSI_TARGET_NAME=t_1",
		  "contains a character that the engine iscsistart does not accept in a target name" },
		{ "ISCSI_TARGET_IP=1.2", "not a valid address or host name" },
		{ "ISCSI_TARGET_PORT=0", "not a valid port" }, { "ISCSI_TARGET_PORT=65535", NULL },
		{ "ISCSI_TARGET_GROUP=65536", "not a valid target portal group tag" },
		{ "ISCSI_TARGET_GROUP=0", NULL },
		{ "ISCSI_LUN=x", "not a valid LUN" }, { "ISCSI_ROOT_LUN=65535", NULL },
		{ "ISCSI_USERNAME=u", "user name without a password" },
		{ "ISCSI_TIMEOUT=1000001", "not a valid number of seconds" },
		{ "ISCSI_TIMEOUT=0", NULL }, { "ISCSI_TIMEOUT=1000000", NULL },
		{ "ISCSI_REPLACEMENT_TIMEOUT=0", "not a valid number of seconds" },
		{ "ISCSI_REPLACEMENT_TIMEOUT=NEVER", NULL },
		{ "ISCSI_ENGINE=x", "unknown engine" },
		{ "ISCSI_ENGINE=iscsistart", NULL },
		{ "ISCSI_CLOCKSOURCE=a;b", "not a valid clocksource name" },
		{ "ISCSI_NETWORK=x", "unknown value" },
		{ "ISCSI_PARAM=x", "not in the form NAME=VALUE" },
		{ "ISCSI_PARAM=a=\x01", "contains a control character" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char cmdline[256];

		snprintf(cmdline, sizeof(cmdline), TARGET "%s", rows[i].setting);
		ok(build(cmdline, NULL) == (rows[i].reason ? PLAN_INVALID : PLAN_OK), "%s",
		   flat(rows[i].setting));
		if (rows[i].reason)
			is_str(why.reason, rows[i].reason, "its rejection");
	}
}

/* Which source's list counts, and that all of its items do. */
static void test_list(void)
{
	static const struct { const char *cmdline, *file, *xenstore, *want; } rows[] = {
		{ "ISCSI_PARAM=a=1 ISCSI_PARAM=b=2", "ISCSI_PARAM=c=3\n", "d=4", "a=1 b=2 " },
		{ "\"rd.iscsi.param=a=1 b=2\"", NULL, NULL, "a=1 b=2 " },
		{ "ISCSI_PARAM=", "ISCSI_PARAM=c=3\n", "d=4", "" },
		{ "", "ISCSI_PARAM=c=3\nISCSI_PARAM='d=4 e=5'\n", "f=6", "c=3 d=4 e=5 " },
		{ "", "ISCSI_PARAM=\nISCSI_PARAM=''\n", "f=6", "f=6 " },
		{ "", NULL, "f=6 g=7", "f=6 g=7 " },
	};
	unsigned i, j;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char cmdline[256], store[64], got[256] = "";
		struct plan_input in;

		snprintf(cmdline, sizeof(cmdline), TARGET "%s", rows[i].cmdline);
		in = input(cmdline, rows[i].file);
		if (rows[i].xenstore) {
			size_t n = strlen(rows[i].xenstore);

			memcpy(store, "param\0", 6);
			store[6] = n;
			store[7] = 0;
			memcpy(store + 8, rows[i].xenstore, n);
			in.xenstore = (struct span){ store, n + 8 };
		}
		ok(plan_build(&in, &p, &why) == PLAN_OK, "list %u", i);
		for (j = 0; j < p.n_params; j++) {
			strcat(got, p.params[j]);
			strcat(got, " ");
		}
		is_str(got, rows[i].want, "its items");
	}
}

static void test_timeout(void)
{
#define TIMEOUT "rd.iscsi.param=node.session.timeo.replacement_timeout="
	static const struct { const char *cmdline; int want; } rows[] = {
		{ TARGET TIMEOUT "6000", 6000 }, { TARGET TIMEOUT "-1", -1 },
		{ TARGET TIMEOUT "20 ISCSI_REPLACEMENT_TIMEOUT=30", 20 }, { TARGET, 0 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		build(rows[i].cmdline, NULL);
		is_int(p.replacement_timeout, rows[i].want, rows[i].cmdline);
	}
	ok(build(TARGET TIMEOUT "0", NULL) == PLAN_INVALID, "0 would fail I/O at once");
	ok(build(TARGET "rd.iscsi.bypass", NULL) == PLAN_OK && p.bypass, "bypass");
	ok(build(TARGET "rd.iscsi.bypass=0", NULL) == PLAN_OK && !p.bypass, "and not");
}

int main(void)
{
	test_timeout();
	test_settings();
	test_readers();
	test_list();
	return done_testing();
}
