// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/keyval.h"
#include "runtime/keeper_status.h"

#define VALUE_MAX 1024		/* no value of today has more than 384 bytes; a later one may */

static bool number(const char *value, unsigned max, unsigned *n)
{
	uint64_t v;

	if (!scan_uint(span_of(value), max, &v))
		return false;
	*n = v;
	return true;
}

/* A key of a session's block. An unknown one was written by a later version and is passed over. */
static bool keeper_key(struct keeper_session *s, struct span key, const char *value)
{
	if (span_eq(key, "errors"))
		return number(value, UINT32_MAX, &s->errors);
	if (span_eq(key, "recoveries"))
		return number(value, UINT32_MAX, &s->recoveries);
	if (span_eq(key, "error"))
		return number(value, UINT32_MAX, &s->error);
	if (span_eq(key, "attempts"))
		return number(value, UINT32_MAX, &s->attempts);
	if (span_eq(key, "next"))
		return scan_seconds(span_of(value), &s->next);
	if (span_eq(key, "why"))
		return span_copy(span_of(value), s->why, sizeof(s->why));
	return !span_eq(key, "since") || scan_seconds(span_of(value), &s->since);
}

bool keeper_status_parse(struct span text, struct keeper_status *k)
{
	struct keeper_status r = { .n = 0 };
	char value[VALUE_MAX];
	bool good = true, version = false;
	struct span key;

	while (good && keyval_next(&text, &key, value, sizeof(value))) {
		if (span_eq(key, "version")) {
			version = good = !strcmp(value, "1");
		} else if (span_eq(key, "engine")) {
			r.engine = true;
		} else if (span_eq(key, "iscsid")) {
			good = number(value, PID_LIMIT, &r.iscsid);
		} else if (span_eq(key, "starts")) {
			good = number(value, UINT32_MAX, &r.starts);
		} else if (span_eq(key, "guarded")) {
			r.guarding = true;
			good = number(value, UINT32_MAX, &r.guarded);
		} else if (span_eq(key, "restored")) {
			r.guarding = true;
			good = number(value, UINT32_MAX, &r.restored);
		} else if (span_eq(key, "session")) {
			good = r.n < SESSIONS_MAX;
			if (good) {
				r.sessions[r.n] = (struct keeper_session){ .since = -1, .next = -1 };
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

static void put_time(struct out *o, const char *key, int64_t us)
{
	if (us < 0)
		return;
	out_fmt(o, "%s=", key);
	out_seconds(o, us);
	out_ch(o, '\n');
}

void keeper_status_format(const struct keeper_status *k, struct out *o)
{
	const struct keeper_session *s;

	out_fmt(o, "version=1\n%siscsid=%u\nstarts=%u\n", k->engine ? "engine=native\n" : "", k->iscsid, k->starts);
	if (k->guarding)
		out_fmt(o, "guarded=%u\nrestored=%u\n", k->guarded, k->restored);
	for (s = k->sessions; s < k->sessions + k->n; s++) {
		out_fmt(o, "\nsession=%u\nerrors=%u\nrecoveries=%u\nerror=%u\n", s->sid, s->errors,
			s->recoveries, s->error);
		put_time(o, "since", s->since);
		if (s->attempts)
			out_fmt(o, "attempts=%u\n", s->attempts);
		put_time(o, "next", s->next);
		if (*s->why)
			keyval_put(o, "why", s->why, '\n');
	}
}

void keeper_status_format_pid(unsigned pid, bool engine, struct out *o)
{
	out_fmt(o, "pid=%u\n%s", pid, engine ? "engine=native\n" : "");
}

bool keeper_status_pid(struct span text, unsigned *pid)
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
