// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/keyval.h"
#include "runtime/lease.h"

static const char *const states[] = { "asking", "good", "silent", "refused", "other" };
#define STATES (sizeof(states) / sizeof(*states))

static void put_addr(struct out *o, const char *key, const struct addr *a)
{
	if (a->family)
		out_fmt(o, "%s=%pI\n", key, a);
}

static void put_time(struct out *o, const char *key, int64_t t)
{
	out_fmt(o, "%s=", key);
	out_seconds(o, t);
	out_ch(o, '\n');
}

void lease_format(const struct lease_state *r, struct out *o)
{
	out_fmt(o, "version=1\nstate=%s\n", states[r->state]);
	put_addr(o, "address", &r->address);
	put_addr(o, "server", &r->server);
	put_addr(o, "other", &r->other);
	out_str(o, "seconds=");
	out_uint(o, r->seconds);
	out_ch(o, '\n');
	put_time(o, "since", r->since);
	put_time(o, "noted", r->noted);
}

static bool read_state(struct span value, enum lease_condition *state)
{
	size_t i;

	for (i = 0; i < STATES; i++)
		if (span_eq(value, states[i])) {
			*state = i;
			return true;
		}
	return false;
}

static bool read_key(struct lease_state *r, struct span key, struct span value)
{
	if (span_eq(key, "state"))
		return read_state(value, &r->state);
	if (span_eq(key, "address"))
		return scan_addr(value, &r->address);
	if (span_eq(key, "server"))
		return scan_addr(value, &r->server);
	if (span_eq(key, "other"))
		return scan_addr(value, &r->other);
	if (span_eq(key, "seconds"))
		return scan_uint(value, UINT32_MAX, &r->seconds);
	if (span_eq(key, "since"))
		return scan_seconds(value, &r->since);
	return !span_eq(key, "noted") || scan_seconds(value, &r->noted);
}

bool lease_parse(struct span text, struct lease_state *r)
{
	bool good = true, version = false;
	struct lease_state got = { 0 };
	struct span key;
	char value[128];

	while (good && keyval_next(&text, &key, value, sizeof(value))) {
		if (span_eq(key, "version"))
			version = good = !strcmp(value, "1");
		else
			good = read_key(&got, key, span_of(value));
	}
	if (!good || !version || text.n || !got.address.family)
		return false;
	*r = got;
	return true;
}

bool lease_ended(const struct lease_state *r, uint64_t uptime)
{
	return r->seconds != LEASE_FOREVER && uptime > (uint64_t)r->since / 1000000 + r->seconds;
}
