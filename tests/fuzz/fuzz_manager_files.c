// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration of the network managers, made from any hand-off. */
#include <stdlib.h>
#include <string.h>

#include "system/network/manager_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* One setting, whatever the names are: lines and what a manager makes of them are ours alone. */
static void shown(struct span defaults, const struct handoff *h)
{
	static char text[8192];
	struct out o;
	unsigned lines = 0;
	const char *p;

	out_init(&o, text, sizeof(text));
	manager_nm(h, true, &o);
	must(!o.overflow);
	for (p = text; *p; p++)
		lines += *p == '\n';
	must(lines == (h->n_servers ? 13 : 7));
	out_init(&o, text, sizeof(text));
	manager_ifupdown(defaults, h, &o);
	must(!o.overflow);
	for (p = text, lines = 0; *p; p++)
		lines += *p == '\n' || *p == '\'';
	must(lines == 4);
	out_init(&o, text, sizeof(text));
	manager_resolved(h, &o);
	manager_resolv(h, &o);
	must(!o.overflow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct handoff h;
	char *copy = malloc(len ? len : 1);
	struct span text = { copy, len };
	struct diag why;

	if (len)
		memcpy(copy, data, len);
	if (handoff_parse(text, &h, &why))
		shown(text, &h);
	memset(&h, 0, sizeof(h));
	h.n_nics = 1;
	memcpy(h.nics[0].name, "eth0", 5);
	shown(text, &h);
	free(copy);
	return 0;
}
