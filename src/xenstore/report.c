// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "kernel/clock.h"
#include "runtime/timeline.h"
#include "xenstore/report.h"
#include "xenstore/view.h"

int report_fail(const char *path, int err)
{
	char text[320];

	out_text(text, sizeof(text), "%s: %s", path,
		 err == -EPROTO ? "no reply that can be read" :
		 err == -E2BIG ? "too large" :
		 err == -EIO ? "refused by the store" : sys_error(-err));
	sys_say("xenstore", text);
	return CODE_SYSTEM;
}

/* Write @value where it is another than @told. */
static int put(struct xenstore *x, const char *path, const char *value, char *told, size_t size)
{
	struct span payload;
	int err;

	if (!strcmp(told, value))
		return CODE_DONE;
	err = store_request(x, XENSTORE_WRITE, path, value, &payload);
	if (err)
		return report_fail(path, err);
	out_text(told, size, "%s", value);
	return CODE_DONE;
}

/* TCP's time stamps and all timers follow it; the host's own counter is another after a migration. */
static void check_clock(void)
{
	char now[CLOCKSOURCE_MAX + 2];

	clock_set("", now);
	if (!strcmp(now, "tsc"))
		timeline_report("clock source", CAUSE(CLOCK_TSC));
}

int report_watch(struct xenstore *x)
{
	struct span payload;
	int err = store_request(x, XENSTORE_WATCH, "domid", "iscsiroot", &payload);

	while (!err) {
		char stage[16] = "", error[4] = "?";

		err = store_await(x);
		if (!err && (put(x, "data/iscsiroot/stage", "done", stage, sizeof(stage)) ||
			     put(x, "data/iscsiroot/error", "", error, sizeof(error))))
			return CODE_SYSTEM;
	}
	return report_fail("domid", err);
}

int report_serve(struct xenstore *x, int in)
{
	struct host_view now = { "", "" }, told = { "", "?" };	/* what an earlier boot left goes */
	char line[2048];
	ssize_t n;

	/* a socket that keeps messages apart: a line with each read */
	while ((n = read(in, line, sizeof(line))) > 0) {
		if (!view_update((struct span){ line, n }, &now))
			continue;
		if (put(x, "data/iscsiroot/stage", now.stage, told.stage, sizeof(told.stage)) ||
		    put(x, "data/iscsiroot/error", now.error, told.error, sizeof(told.error)))
			return CODE_SYSTEM;
		if (!strcmp(now.stage, "done"))
			check_clock();
	}
	return n < 0 ? CODE_SYSTEM : CODE_DONE;
}
