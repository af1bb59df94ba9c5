// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/plan.h"
#include "plan/spec.h"

/* A field ends at the next colon outside brackets. */
static bool cut_field(struct span *s, struct span *field)
{
	const char *close = s->n && *s->p == '[' ? memchr(s->p, ']', s->n) : NULL;
	struct span tail = *s;
	bool more;

	if (!close)
		return span_cut(s, ':', field);
	*field = *s;
	tail.p = close + 1;
	tail.n = s->p + s->n - tail.p;
	more = span_cut(&tail, ':', &(struct span){ 0 });
	field->n = tail.p - field->p - (more ? 1 : 0);
	*s = tail;
	return more;
}

/* SERVER:PROTOCOL:PORT[:IFACE:NETDEV]:LUN:NAME */
static bool split_fields(struct span text, struct spec *s)
{
	unsigned n;

	for (n = 0; n <= SPEC_FIELDS; n++) {
		if (n && plan_begins_name(text)) {
			s->name = text;
			s->n_fields = n;
			return n == 4 || n == 6;
		}
		if (n == SPEC_FIELDS || !cut_field(&text, &s->field[n]))
			return false;
	}
	return false;
}

/*
 * The credentials end at the last `@` that a whole spec follows, because a target's name may have
 * one in it, and so may a password. An `@` at the very front means that there are none.
 */
bool spec_split(struct span text, struct spec *s)
{
	struct span server;
	size_t i;

	memset(s, 0, sizeof(*s));
	if (text.n && *text.p == '@') {
		s->credentials.p = text.p;
		return split_fields((struct span){ text.p + 1, text.n - 1 }, s);
	}
	for (i = text.n; i-- > 1;) {
		if (text.p[i] != '@')
			continue;
		if (!split_fields((struct span){ text.p + i + 1, text.n - i - 1 }, s))
			continue;
		server = s->field[0];
		if (!(server.n && memchr(server.p, '@', server.n))) {
			s->credentials = (struct span){ text.p, i };
			return true;
		}
	}
	return split_fields(text, s);
}

struct span spec_public(struct span text)
{
	struct spec s;

	if (!spec_split(text, &s))
		return (struct span){ NULL, 0 };
	return (struct span){ s.field[0].p, text.p + text.n - s.field[0].p };
}
