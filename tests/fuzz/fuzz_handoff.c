// SPDX-License-Identifier: GPL-2.0-or-later
/* The hand-off: what was read, written and read again is the same. */
#include <stdlib.h>
#include <string.h>

#include "runtime/handoff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void is_text(const char *s, size_t size)
{
	must(memchr(s, 0, size));
}

static void is_sound(const struct handoff *h)
{
	unsigned i, k;

	must(h->n_nics <= NICS_MAX && h->n_servers <= RESOLV_SERVERS);
	must(h->n_sessions <= SESSIONS_MAX && h->n_disks <= HANDOFF_DISKS_MAX &&
	     h->n_volumes <= HANDOFF_VOLUMES_MAX);
	is_text(h->search, sizeof(h->search));
	is_text(h->root, sizeof(h->root));
	is_text(h->device, sizeof(h->device));
	for (i = 0; i < h->n_nics; i++) {
		must(h->nics[i].name[0] && h->nics[i].n_addresses <= HANDOFF_ADDRESSES_MAX);
		is_text(h->nics[i].name, sizeof(h->nics[i].name));
		is_text(h->nics[i].hostname, sizeof(h->nics[i].hostname));
		for (k = 0; k < h->nics[i].n_addresses; k++)
			must(h->nics[i].addresses[k].prefix <=
			     (h->nics[i].addresses[k].address.family == 4 ? 32 : 128));
	}
	for (i = 0; i < h->n_sessions; i++) {
		is_text(h->sessions[i].target, sizeof(h->sessions[i].target));
		is_text(h->sessions[i].portal, sizeof(h->sessions[i].portal));
		must(h->sessions[i].tpgt <= UINT16_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char text[HANDOFF_TEXT_MAX];
	static struct handoff h, again;
	char *copy = malloc(len ? len : 1), line[512];
	struct diag why;
	struct out o;

	if (len)
		memcpy(copy, data, len);
	if (handoff_parse((struct span){ copy, len }, &h, &why)) {
		is_sound(&h);
		out_init(&o, text, sizeof(text));
		handoff_format(&h, &o);
		must(!o.overflow && handoff_parse((struct span){ text, o.len }, &again, &why));
		must(!memcmp(&h, &again, sizeof(h)));
	} else {
		must(diag_format(&why, line, sizeof(line)) && !h.n_nics && !h.n_sessions);
	}
	free(copy);
	return 0;
}
