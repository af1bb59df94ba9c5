// SPDX-License-Identifier: GPL-2.0-or-later
/* The file that tells of a lease. */
#include <stdlib.h>
#include <string.h>

#include "runtime/lease.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void same(const struct lease_state *a, const struct lease_state *b)
{
	must(a->state == b->state && a->seconds == b->seconds && a->since == b->since &&
	     a->noted == b->noted && addr_eq(&a->address, &b->address) &&
	     addr_eq(&a->server, &b->server) && addr_eq(&a->other, &b->other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len ? len : 1), text[512];
	struct lease_state r, again;
	struct out o;

	if (len)
		memcpy(copy, data, len);
	if (lease_parse((struct span){ copy, len }, &r)) {
		must(r.state <= LEASE_OTHER && r.address.family && r.since >= 0 && r.noted >= 0);
		out_init(&o, text, sizeof(text));
		lease_format(&r, &o);
		must(!o.overflow && lease_parse((struct span){ text, o.len }, &again));
		same(&r, &again);
	}
	free(copy);
	return 0;
}
