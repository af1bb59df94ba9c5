// SPDX-License-Identifier: GPL-2.0-or-later
#include "runtime/keeper_status.h"
#include "tap.h"

static const char keeper[] = "version=1\niscsid=345\nstarts=2\nguarded=1\nrestored=3\nlater=\"a key of a later keeper\"\n\n"
	"session=1\nerrors=3\nrecoveries=2\nerror=1022\nsince=117.250000\n\n"
	"session=4\nerrors=0\nrecoveries=0\nerror=0\n";

static void test_keeper(void)
{
	struct keeper_status k = { .n = 99 };

	ok(keeper_status_parse(span_of(keeper), &k), "a keeper's status");
	ok(k.iscsid == 345 && k.starts == 2 && k.n == 2, "iscsid and the number of sessions");
	ok(k.guarded == 1 && k.restored == 3, "what is guarded of the network");
	ok(k.sessions[0].sid == 1 && k.sessions[0].errors == 3 && k.sessions[0].recoveries == 2 &&
	   k.sessions[0].error == 1022, "what it counted of a session");
	is_int(k.sessions[0].since, 117250000, "since when");
	ok(k.sessions[1].sid == 4 && !k.sessions[1].error && k.sessions[1].since == -1,
	   "a session without an error");
	ok(keeper_status_parse(span_of("version=1\niscsid=0\n"), &k) && !k.n && !k.iscsid,
	   "no session, no iscsid");
}

static void test_bad_keeper(void)
{
	static const char *const bad[] = {
		"", "iscsid=1\n", "version=2\n", "version=\n", "version=1\niscsid=x\n",
		"version=1\niscsid=4194305\n", "version=1\nstarts=-1\n", "version=1\n\nsession=\n",
		"version=1\n\nsession=4294967296\n", "version=1\n\nsession=1\nerrors=x\n",
		"version=1\n\nsession=1\nrecoveries= 1\n", "version=1\n\nsession=1\nerror=1.0\n",
		"version=1\n\nsession=1\nsince=1.5\n", "version=1\n\nsession=1\nerrors\n",
		"version=1\n\"", "version=1\nversion=2\n", "version=1\nguarded=x\n",
		"version=1\nrestored=-1\n",
	};
	struct keeper_status k = { .n = 7 };
	char many[1024];
	unsigned i, n;
	struct out o;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!keeper_status_parse(span_of(bad[i]), &k) && k.n == 7, "rejected: number %u", i);
	for (n = SESSIONS_MAX; n <= SESSIONS_MAX + 1; n++) {
		out_init(&o, many, sizeof(many));
		out_str(&o, "version=1\n");
		for (i = 0; i < n; i++)
			out_fmt(&o, "\nsession=%u\n", i);
		k.n = 7;
		ok(keeper_status_parse(span_of(many), &k) == (n == SESSIONS_MAX) &&
		   k.n == (n == SESSIONS_MAX ? n : 7), "%u sessions", n);
	}
}

static void test_pid(void)
{
	static const char *const bad[] = {
		"", "pid=0\n", "pid=\n", "pid=x\n", "pid=4194305\n", "pid=-1\n", "PID=1\n", "pid 1\n",
		"pid=1\n\"", "pid=1 x",
	};
	unsigned pid = 7, i;
	char text[40];
	struct out o;

	out_init(&o, text, sizeof(text));
	keeper_status_format_pid(312, false, &o);
	is_str(text, "pid=312\n", "as it is written");
	out_init(&o, text, sizeof(text));
	keeper_status_format_pid(312, true, &o);
	is_str(text, "pid=312\nengine=native\n", "with an engine of its own");
	ok(keeper_status_pid(span_of("pid=312\n"), &pid) && pid == 312, "a process");
	ok(keeper_status_pid(span_of("version=1\npid=4194304"), &pid) && pid == 4194304,
	   "the highest, and another key");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!keeper_status_pid(span_of(bad[i]), &pid) && pid == 4194304, "none: number %u", i);
}

static void test_both_ways(void)
{
	static const char text[] = "version=1\nengine=native\niscsid=345\nstarts=2\nguarded=0\nrestored=0\n"
		"\nsession=1\nerrors=3\nrecoveries=2\nerror=1022\nsince=117.250000\n"
		"attempts=7\nnext=118.000000\nwhy=\"connection refused (check)\"\n\nsession=4\nerrors=0\nrecoveries=0\nerror=0\n";
	static struct keeper_status k, again;
	static char buf[KEEPER_STATUS_TEXT_MAX];
	struct out o;

	ok(keeper_status_parse(span_of(text), &k) && k.guarding, "a keeper that protects no NIC yet");
	out_init(&o, buf, sizeof(buf));
	keeper_status_format(&k, &o);
	is_str(buf, text, "is written as it was read");
	memset(&k, 0xff, sizeof(k));
	k.guarding = true;
	k.iscsid = PID_LIMIT;
	k.engine = true;
	for (k.n = 0; k.n < SESSIONS_MAX; k.n++) {
		k.sessions[k.n].since = k.sessions[k.n].next = 4600000000000000000;
		k.sessions[k.n].why[sizeof(k.sessions[0].why) - 1] = '\0';
	}
	out_init(&o, buf, sizeof(buf));
	keeper_status_format(&k, &o);
	ok(!o.overflow && keeper_status_parse((struct span){ buf, o.len }, &again) &&
	   again.n == SESSIONS_MAX && again.engine && again.sessions[3].next == 4600000000000000000 &&
	   !strcmp(again.sessions[7].why, k.sessions[7].why) && again.sessions[SESSIONS_MAX - 1].errors == UINT32_MAX,
	   "the longest text fits");
	ok(keeper_status_parse(span_of("version=1\nrestored=5\n"), &k), "restored without guarded");
	out_init(&o, buf, sizeof(buf));
	keeper_status_format(&k, &o);
	ok(keeper_status_parse((struct span){ buf, o.len }, &again) && again.restored == 5,
	   "is not lost when it is written");
}

int main(void)
{
	test_keeper();
	test_bad_keeper();
	test_pid();
	test_both_ways();
	return done_testing();
}
