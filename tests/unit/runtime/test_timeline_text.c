// SPDX-License-Identifier: GPL-2.0-or-later
#include "runtime/timeline_text.h"
#include "tap.h"

#define LINE "t=2.250000 step=net event=retry object=\"eth0\" code=69 text=\"no carrier\\n\""

static void test_names(void)
{
	int i;

	for (i = 0; i < STEPS; i++)
		ok(timeline_steps[i] && *timeline_steps[i], "step %d has a name", i);
	for (i = 0; i < EVENTS; i++)
		ok(timeline_events[i] && *timeline_events[i], "event %d has a name", i);
}

static void test_entry(void)
{
	struct timeline_entry e;

	ok(timeline_entry(span_of(LINE), &e), "a line");
	is_int(e.t, 2250000, "its time");
	ok(e.step == STEP_NET && e.event == EV_RETRY, "its step and event");
	ok(e.code, "its code");
	is_str(e.object, "eth0", "its object");
	is_str(e.text, "no carrier\n", "its text, unescaped");
	ok(timeline_entry(span_of("text=x t=3 later=1 event=ok step=shutdown code=0"), &e) &&
	   e.t == 3000000 && e.step == STEP_SHUTDOWN && e.event == EV_OK && !e.code && !*e.object,
	   "in any order, with the key of a later version and without an object");
}

static void test_bad(void)
{
	static const char *const bad[] = {
		"", "nonsense", "t=2 step=net", "t=2 event=ok", "step=net event=ok",
		"t=-1 step=net event=ok", "t=1.5 step=net event=ok", "t=2 step=nets event=ok",
		"t=2 step=net event=oks", "t=2 step=net event=ok text=\"cut", "t=x step=net event=ok",
	};
	struct timeline_entry e;
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!timeline_entry(span_of(bad[i]), &e), "rejected: %s", bad[i]);
}

int main(void)
{
	test_names();
	test_entry();
	test_bad();
	return done_testing();
}
