// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ipconfig's file: whatever comes out is lines of KEY='text' with nothing outside the quotes but
 * an escaped quote, and is the same when it is cleaned once more.
 */
#include <stdlib.h>
#include <string.h>

#include "netconf.h"

static void check_line(struct span line)
{
	bool quoted = false;
	size_t i = 0;

	while (i < line.n && line.p[i] != '=')
		i++;
	if (!i || i++ == line.n)
		abort();
	for (; i < line.n; i++) {
		if (line.p[i] < 0x20 || line.p[i] > 0x7e)
			abort();
		if (line.p[i] == '\'')
			quoted = !quoted;
		else if (!quoted && (line.p[i] != '\\' || line.p[i + 1] != '\'' || i++ == line.n))
			abort();
	}
	if (quoted)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char once[2 * NETCONF_MAX], twice[2 * NETCONF_MAX];
	char refused[24];
	struct span rest, line;
	struct lease l;
	struct out o;

	if (size > NETCONF_MAX)
		return 0;
	netconf_parse((struct span){ (const char *)data, size }, &l);
	out_init(&o, once, sizeof(once));
	if (!netconf_clean((struct span){ (const char *)data, size }, &o, refused))
		return 0;
	rest = span_of(once);
	while (rest.n) {
		if (!span_cut(&rest, '\n', &line))
			abort();
		check_line(line);
	}
	out_init(&o, twice, sizeof(twice));
	if (!netconf_clean(span_of(once), &o, refused) || strcmp(once, twice))
		abort();
	return 0;
}
