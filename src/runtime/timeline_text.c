// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/keyval.h"
#include "runtime/timeline_text.h"

const char *const timeline_steps[STEPS] = {
	[STEP_PLAN] = "plan", [STEP_NET] = "net", [STEP_LOGIN] = "login",
	[STEP_SETTLE] = "settle", [STEP_HANDOFF] = "handoff", [STEP_SHUTDOWN] = "shutdown",
};
const char *const timeline_events[EVENTS] = {
	[EV_BEGIN] = "begin", [EV_OK] = "ok", [EV_RETRY] = "retry", [EV_FAIL] = "fail",
};

static int find_name(const char *const *names, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

bool timeline_entry(struct span line, struct timeline_entry *e)
{
	char value[512];
	struct span key;

	*e = (struct timeline_entry){ .t = -1, .step = -1, .event = -1 };
	while (keyval_next(&line, &key, value, sizeof(value))) {
		if (span_eq(key, "t") && !scan_seconds(span_of(value), &e->t))
			e->t = -1;
		else if (span_eq(key, "step"))
			e->step = find_name(timeline_steps, STEPS, value);
		else if (span_eq(key, "event"))
			e->event = find_name(timeline_events, EVENTS, value);
		else if (span_eq(key, "code"))
			e->code = strcmp(value, "0");
		else if (span_eq(key, "object"))
			out_text(e->object, sizeof(e->object), "%s", value);
		else if (span_eq(key, "text"))
			out_text(e->text, sizeof(e->text), "%s", value);
	}
	return !line.n && e->t >= 0 && e->step >= 0 && e->event >= 0;
}
