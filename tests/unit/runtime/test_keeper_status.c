// SPDX-License-Identifier: GPL-2.0-or-later
#include "runtime/keeper_status.h"
#include "tap.h"

static const char keeper[] = "version=1\niscsid=345\nstarts=2\nguarded=1\nrestored=3\nlater=\"a key of a later keeper\"\n\n"
	"session=1\nerrors=3\nrecoveries=2\nerror=1022\nsince=117.250000\n\n"
	"session=4\nerrors=0\nrecoveries=0\nerror=0\n";

static void test_keeper(void)
{
	struct keeper_status k = { .n = 99 };

	ok(status_text_keeper(span_of(keeper), &k), "a keeper's status");
	ok(k.iscsid == 345 && k.starts == 2 && k.n == 2, "iscsid and the number of sessions");
	ok(k.guarded == 1 && k.restored == 3, "what is guarded of the network");
	ok(k.sessions[0].sid == 1 && k.sessions[0].errors == 3 && k.sessions[0].recoveries == 2 &&
	   k.sessions[0].error == 1022, "what it counted of a session");
	is_int(k.sessions[0].since, 117250000, "since when");
	ok(k.sessions[1].sid == 4 && !k.sessions[1].error && k.sessions[1].since == -1,
	   "a session without an error");
	ok(status_text_keeper(span_of("version=1\niscsid=0\n"), &k) && !k.n && !k.iscsid,
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
		ok(!status_text_keeper(span_of(bad[i]), &k) && k.n == 7, "rejected: number %u", i);
	for (n = SESSIONS_MAX; n <= SESSIONS_MAX + 1; n++) {
		out_init(&o, many, sizeof(many));
		out_str(&o, "version=1\n");
		for (i = 0; i < n; i++)
			out_fmt(&o, "\nsession=%u\n", i);
		k.n = 7;
		ok(status_text_keeper(span_of(many), &k) == (n == SESSIONS_MAX) &&
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

	ok(status_text_pid(span_of("pid=312\n"), &pid) && pid == 312, "a process");
	ok(status_text_pid(span_of("version=1\npid=4194304"), &pid) && pid == 4194304,
	   "the highest, and another key");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!status_text_pid(span_of(bad[i]), &pid) && pid == 4194304, "none: number %u", i);
}

static void test_login(void)
{
	static const char timeline[] =
		"t=3.000000 step=login event=begin object=\"192.0.2.1:3260 iqn.x\"\n"
		"t=4.000000 step=login event=retry object=\"192.0.2.1:3260 iqn.x\" code=69 text=x\n"
		"t=5.500000 step=login event=ok object=\"192.0.2.1:3260 iqn.x\" code=0 text=\"logged in\"\n"
		"t=6.000000 step=login event=ok object=\"192.0.2.1:32600 iqn.x\"\n"
		"t=7.000000 step=net event=ok object=\"192.0.2.1:3260\"\n"
		"t=8.000000 step=login event=ok object=\"192.0.2.1:3260\" \"\n"
		"step=login event=ok object=\"192.0.2.2:3260\"\n"
		"t=9 step=login event=ok object=192.0.2.3:3260";
	int64_t when = -1;

	ok(status_text_login(span_of(timeline), "192.0.2.1:3260", &when), "a login");
	is_int(when, 5500000, "when it was");
	ok(status_text_login(span_of(timeline), "192.0.2.3:3260", &when), "the last line, not ended");
	is_int(when, 9000000, "when that was");
	ok(!status_text_login(span_of(timeline), "192.0.2.2:3260", &when), "without a time");
	ok(!status_text_login(span_of(timeline), "192.0.2.4:3260", &when), "another portal");
	ok(!status_text_login(span_of(""), "192.0.2.1:3260", &when) && when == 9000000, "no timeline");
}

static void test_booted(void)
{
	uint64_t when = 7;

	ok(status_text_booted(span_of("cpu  1 2 3\nintr 99 btime 1\nctxt 5\nbtime 1795596066\nx"), &when),
	   "when this boot began");
	is_int((long long)when, 1795596066, "by its own line");
	ok(!status_text_booted(span_of("cpu 1\nbtime x\n"), &when) && when == 1795596066, "no number");
	ok(!status_text_booted(span_of("cpu 1\n"), &when), "no such line");
}

static void test_shown(void)
{
	static const struct { uint64_t n; bool size; const char *want; } rows[] = {
		{ 0, false, "0 s" }, { 59, false, "59 s" }, { 60, false, "1 min" }, { 3599, false, "59 min" },
		{ 3600, false, "1 h 0 min" }, { 86399, false, "23 h 59 min" }, { 86400, false, "1 d 0 h" },
		{ UINT64_MAX, false, "213503982334601 d 7 h" },
		{ 0, true, "0 bytes" }, { 1023, true, "1023 bytes" }, { 1024, true, "1 KiB" },
		{ 8589934592, true, "8 GiB" }, { 1649267441664, true, "1.5 TiB" },
		{ 1099511627775, true, "1023.9 GiB" }, { UINT64_MAX, true, "15.9 EiB" },
	};
	char text[64];
	struct out o;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		out_init(&o, text, sizeof(text));
		if (rows[i].size)
			status_text_size(&o, rows[i].n);
		else
			status_text_age(&o, rows[i].n);
		is_str(text, rows[i].want, rows[i].want);
	}
	is_str(status_text_error(1022), "no answer to a NOP-Out", "an error's name");
	ok(!status_text_error(0) && !status_text_error(1099), "errors that have none");
}

int main(void)
{
	test_keeper();
	test_bad_keeper();
	test_pid();
	test_login();
	test_booted();
	test_shown();
	return done_testing();
}
