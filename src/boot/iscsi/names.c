// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "boot/iscsi/names.h"

#define AGAIN_US 1000000

/* The first address is the one that the resolver prefers (RFC 6724). */
static void take_address(struct name *name, const struct spawn *getent)
{
	struct span rest = spawn_output(getent), word;

	if (!spawn_ok(getent) || !span_cut(&rest, ' ', &word) || !scan_addr(word, &name->address))
		name->address.family = 0;
}

/* Return: the next one without an address; NULL: this round is over. */
static struct name *next(struct names *s)
{
	for (; s->at < s->n; s->at++)
		if (!s->list[s->at].address.family)
			return &s->list[s->at];
	return NULL;
}

static struct name *ended(struct names *s, struct name *name)
{
	s->running = false;
	name->tried = true;
	s->at++;
	return name;
}

static struct name *begin(struct names *s, struct name *name)
{
	const char *argv[] = { s->program ? s->program : "getent", "ahosts", name->host, NULL };

	s->running = true;
	return spawn_start(&s->getent, argv) ? ended(s, name) : NULL;
}

struct name *names_step(struct names *s, struct wait *w)
{
	struct name *name = next(s), *failed;

	if (!name) {
		s->at = 0;
		s->retry_at = sys_now() + AGAIN_US;
		name = next(s);
	}
	if (!name)
		return NULL;		/* all are found */
	if (!s->running) {
		if (!s->at && sys_now() < s->retry_at) {
			wait_until(w, s->retry_at);
			return NULL;
		}
		failed = begin(s, name);
		if (failed)
			return failed;
	}
	if (!spawn_step(&s->getent, w))
		return NULL;
	take_address(name, &s->getent);
	return ended(s, name);
}

void names_end(struct names *s)
{
	spawn_kill(&s->getent);
	s->running = false;
}
