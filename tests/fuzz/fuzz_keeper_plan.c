// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan of the keeper's engine: what was read, written and read again is the same. */
#include <stdlib.h>
#include <string.h>

#include "runtime/keeper_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void is_sound(const struct keeper_plan *p)
{
	unsigned i;

	must(p->n_targets <= TARGETS_MAX && p->n_portals <= LOGINS_MAX && p->n_params <= PARAMS_MAX);
	must(p->initiator[0] && p->replacement_timeout >= -1);
	for (i = 0; i < p->n_targets; i++) {
		must(memchr(p->targets[i].name, 0, sizeof(p->targets[i].name)));
		must(memchr(p->targets[i].password, 0, sizeof(p->targets[i].password)));
		must(memchr(p->targets[i].password_in, 0, sizeof(p->targets[i].password_in)));
		must(keeper_plan_paths(p, i) <= p->n_portals);
	}
	for (i = 0; i < p->n_portals; i++)
		must(p->portals[i].target < p->n_targets && p->portals[i].port && p->portals[i].address.family);
}

/* Portals are written target by target, which is the order that they are read in. */
static void both_ways(const struct keeper_plan *p)
{
	static char text[KEEPER_PLAN_TEXT_MAX], other[KEEPER_PLAN_TEXT_MAX];
	static struct keeper_plan again;
	struct out o;

	out_init(&o, text, sizeof(text));
	keeper_plan_format(p, &o);
	must(!o.overflow && keeper_plan_parse((struct span){ text, o.len }, &again));
	/* as text: behind the end of a string there may be the rest of one that it has replaced */
	out_init(&o, other, sizeof(other));
	keeper_plan_format(&again, &o);
	must(!strcmp(text, other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct keeper_plan plan;
	char *copy = malloc(len ? len : 1);

	if (len)
		memcpy(copy, data, len);
	if (keeper_plan_parse((struct span){ copy, len }, &plan)) {
		is_sound(&plan);
		both_ways(&plan);
	}
	free(copy);
	return 0;
}
