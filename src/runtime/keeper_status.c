// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/keyval.h"
#include "runtime/keeper_status.h"

#define VALUE_MAX 1024		/* a root= or a target's name, with room */

static bool number(const char *value, unsigned max, unsigned *n)
{
	uint64_t v;

	if (!scan_uint(span_of(value), max, &v))
		return false;
	*n = v;
	return true;
}

/* A key of a session's block. What is not known is of a later keeper, and no fault. */
static bool keeper_key(struct keeper_session *s, struct span key, const char *value)
{
	if (span_eq(key, "errors"))
		return number(value, UINT32_MAX, &s->errors);
	if (span_eq(key, "recoveries"))
		return number(value, UINT32_MAX, &s->recoveries);
	if (span_eq(key, "error"))
		return number(value, UINT32_MAX, &s->error);
	return !span_eq(key, "since") || scan_seconds(span_of(value), &s->since);
}

bool status_text_keeper(struct span text, struct keeper_status *k)
{
	struct keeper_status r = { .n = 0 };
	char value[VALUE_MAX];
	bool good = true, version = false;
	struct span key;

	while (good && keyval_next(&text, &key, value, sizeof(value))) {
		if (span_eq(key, "version")) {
			version = good = !strcmp(value, "1");
		} else if (span_eq(key, "iscsid")) {
			good = number(value, PID_LIMIT, &r.iscsid);
		} else if (span_eq(key, "starts")) {
			good = number(value, UINT32_MAX, &r.starts);
		} else if (span_eq(key, "guarded")) {
			good = number(value, UINT32_MAX, &r.guarded);
		} else if (span_eq(key, "restored")) {
			good = number(value, UINT32_MAX, &r.restored);
		} else if (span_eq(key, "session")) {
			good = r.n < SESSIONS_MAX;
			if (good) {
				r.sessions[r.n] = (struct keeper_session){ .since = -1 };
				good = number(value, UINT32_MAX, &r.sessions[r.n++].sid);
			}
		} else if (r.n) {
			good = keeper_key(&r.sessions[r.n - 1], key, value);
		}
	}
	if (!good || !version || text.n)
		return false;
	*k = r;
	return true;
}

bool status_text_pid(struct span text, unsigned *pid)
{
	char value[VALUE_MAX];
	struct span key;
	unsigned n = 0;

	while (keyval_next(&text, &key, value, sizeof(value)))
		if (span_eq(key, "pid") && !number(value, PID_LIMIT, &n))
			return false;
	if (!n || text.n)
		return false;
	*pid = n;
	return true;
}

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
