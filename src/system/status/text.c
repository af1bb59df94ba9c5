// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/keyval.h"
#include "system/status/text.h"

#define VALUE_MAX 1024		/* the timeline cuts a line at 1536 bytes */

static bool login_line(struct span line, const char *portal, int64_t *when)
{
	bool login = false, good = false, ours = false, timed = false;
	char value[VALUE_MAX];
	struct span key, object;

	while (keyval_next(&line, &key, value, sizeof(value))) {
		object = span_of(value);
		if (span_eq(key, "step"))
			login = span_eq(object, "login");
		else if (span_eq(key, "event"))
			good = span_eq(object, "ok");
		else if (span_eq(key, "object"))
			ours = span_take(&object, portal) && (!object.n || *object.p == ' ');
		else if (span_eq(key, "t"))
			timed = scan_seconds(object, when);
	}
	return login && good && ours && timed && !line.n;
}

bool status_text_login(struct span timeline, const char *portal, int64_t *when)
{
	struct span line;
	bool found = false;
	int64_t t;

	while (timeline.n) {
		span_cut(&timeline, '\n', &line);
		if (!login_line(line, portal, &t))
			continue;
		*when = t;
		found = true;
	}
	return found;
}

bool status_text_booted(struct span stat, uint64_t *when)
{
	struct span line;

	while (stat.n) {
		span_cut(&stat, '\n', &line);
		if (span_take(&line, "btime "))
			return scan_uint(line, INT64_MAX, when);
	}
	return false;
}

const char *status_text_error(unsigned error)
{
	static const struct { unsigned error; const char *words; } known[] = {
		{ 1008, "protocol error" },
		{ 1011, "connection failed" },
		{ 1013, "session failed" },
		{ 1014, "header digest wrong" },
		{ 1015, "data digest wrong" },
		{ 1019, "sending failed" },
		{ 1020, "TCP connection closed" },
		{ 1021, "dropped by the kernel's error handling" },
		{ 1022, "no answer to a NOP-Out" },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].error == error)
			return known[i].words;
	return NULL;
}

static void put_unit(struct out *o, uint64_t n, const char *unit)
{
	out_uint(o, n);
	out_fmt(o, " %s", unit);
}

void status_text_age(struct out *o, uint64_t seconds)
{
	uint64_t minutes = seconds / 60, hours = minutes / 60;

	if (!minutes) {
		put_unit(o, seconds, "s");
	} else if (!hours) {
		put_unit(o, minutes, "min");
	} else if (hours < 24) {
		put_unit(o, hours, "h ");
		put_unit(o, minutes % 60, "min");
	} else {
		put_unit(o, hours / 24, "d ");
		put_unit(o, hours % 24, "h");
	}
}

void status_text_size(struct out *o, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned tenth = 0, i = 0;

	for (; bytes >= 1024; bytes /= 1024, i++)
		tenth = bytes % 1024 * 10 / 1024;
	out_uint(o, bytes);
	if (tenth)
		out_fmt(o, ".%u", tenth);
	out_fmt(o, " %s", units[i]);
}
