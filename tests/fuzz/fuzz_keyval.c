// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "formats/keyval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What was read, written and read again is the same. */
static void both_ways(struct span key, const char *value)
{
	static char line[8192], again[2048], name[1024];
	struct span rest, key2;
	struct out o;

	if (!span_copy(key, name, sizeof(name)))
		return;
	out_init(&o, line, sizeof(line));
	keyval_put(&o, name, value, '\n');
	if (o.overflow)
		abort();
	rest = (struct span){ line, o.len };
	if (!keyval_next(&rest, &key2, again, sizeof(again)) || rest.n || !span_eq(key2, name) ||
	    strcmp(again, value))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char value[512];
	char *text = malloc(len ? len : 1);
	struct span rest = { text, len }, key;
	size_t before = len;

	if (len)
		memcpy(text, data, len);
	while (keyval_next(&rest, &key, value, sizeof(value))) {
		if (rest.n >= before || rest.p + rest.n != text + len)
			abort();
		before = rest.n;
		if (key.n)
			both_ways(key, value);
	}
	free(text);
	return 0;
}
