// SPDX-License-Identifier: GPL-2.0-or-later
/* The hand-off, as network managers are told of it. */
#include <stdlib.h>
#include <string.h>

#include "system/network/hold_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* One setting, whatever the names are: lines and what a manager makes of them are ours alone. */
static void shown(struct span defaults, const struct hold *h)
{
	static char text[8192];
	struct out o;
	unsigned lines = 0;
	const char *p;

	out_init(&o, text, sizeof(text));
	hold_nm(h, true, &o);
	must(!o.overflow);
	for (p = text; *p; p++)
		lines += *p == '\n';
	must(lines == (h->n_servers ? 13 : 7));
	out_init(&o, text, sizeof(text));
	hold_ifupdown(defaults, h, &o);
	must(!o.overflow);
	for (p = text, lines = 0; *p; p++)
		lines += *p == '\n' || *p == '\'';
	must(lines == 4);
	out_init(&o, text, sizeof(text));
	hold_resolved(h, &o);
	hold_resolv(h, &o);
	must(!o.overflow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct hold h;
	char *copy = malloc(len ? len : 1);
	struct span text = { copy, len };
	unsigned i;

	if (len)
		memcpy(copy, data, len);
	if (hold_read(text, &h)) {
		must(h.n <= NICS_MAX && h.n_servers <= RESOLV_SERVERS);
		for (i = 0; i < h.n; i++)
			must(memchr(h.nics[i].name, 0, sizeof(h.nics[i].name)) &&
			     memchr(h.nics[i].hostname, 0, sizeof(h.nics[i].hostname)) &&
			     h.nics[i].prefix <= (h.nics[i].address.family == 4 ? 32 : 128));
		must(memchr(h.search, 0, sizeof(h.search)));
		shown(text, &h);
	}
	memset(&h, 0, sizeof(h));
	h.n = 1;
	memcpy(h.nics[0].name, "eth0", 5);
	shown(text, &h);
	free(copy);
	return 0;
}
