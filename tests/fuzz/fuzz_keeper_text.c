// SPDX-License-Identifier: GPL-2.0-or-later
/* What the keeper reads: its list of files, ldd's output, iscsid's lines. */
#include <stdlib.h>
#include <string.h>

#include "keeper/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* A path that is copied to as it stands must not lead out of the sandbox. */
static void paths(bool (*take)(struct span *, char *), struct span text)
{
	char path[KEEPER_PATH_MAX];

	while (take(&text, path)) {
		must(memchr(path, 0, sizeof(path)) && path[0] == '/' && !strstr(path, ".."));
		must(!strpbrk(path, " \t\n\r\"'\\$;*?"));
	}
	must(!text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct span text = { copy, len };
	struct span why = { NULL, 0 };
	unsigned sid = 4711, cid = 4711;

	if (len)
		memcpy(copy, data, len);
	paths(text_file, text);
	paths(text_ldd, text);
	if (text_recovered(text, &sid))
		must(sid <= INT32_MAX && span_find(text, "connection").p);
	else
		must(sid == 4711);
	sid = 4711;
	if (text_session(text, &sid))
		must(sid <= INT32_MAX);
	else
		must(sid == 4711);
	sid = 4711;
	if (text_unbound(text, &sid, &cid))
		must(sid <= INT32_MAX && cid <= INT32_MAX && span_find(text, " -107 ").p);
	else
		must(sid == 4711 && cid == 4711);
	if (text_rejected(text, &why))
		must(why.n && why.p + why.n == copy + len && span_find(text, "login rejected: ").p);
	else
		must(!why.p);
	if (text_ready(text))
		must(span_find(text, "READY=1").p);
	free(copy);
	return 0;
}
