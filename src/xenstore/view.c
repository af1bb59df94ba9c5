// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "runtime/timeline_text.h"
#include "xenstore/view.h"

static void set_error(struct host_view *v, const struct timeline_entry *e)
{
	struct out o;
	char *p;

	out_init(&o, v->error, sizeof(v->error));
	out_fmt(&o, "%s: %s%s%s", timeline_steps[e->step], e->object, *e->object ? ": " : "", e->text);
	for (p = v->error; *p; p++)
		if (((unsigned char)*p) < 0x20 || *p == 0x7f)
			*p = '?';
}

bool view_update(struct span line, struct host_view *v)
{
	struct host_view before = *v;
	struct timeline_entry e;
	const char *step;

	timeline_entry(line, &e);
	if (e.step < 0 || e.step == STEP_SHUTDOWN)
		return false;
	step = timeline_steps[e.step];
	out_text(v->stage, sizeof(v->stage), "%s", step);
	if (e.code)
		set_error(v, &e);
	else if (e.event == EV_OK && span_take(&(struct span){ v->error, strlen(v->error) }, step))
		v->error[0] = '\0';
	if (e.step == STEP_HANDOFF && e.event == EV_OK) {
		memcpy(v->stage, "done", sizeof("done"));
		v->error[0] = '\0';
	}
	return strcmp(before.stage, v->stage) || strcmp(before.error, v->error);
}
