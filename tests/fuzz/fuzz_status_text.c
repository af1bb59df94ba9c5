// SPDX-License-Identifier: GPL-2.0-or-later
/* The timeline and /proc/stat, as `iscsiroot status` reads them. */
#include <stdlib.h>
#include <string.h>

#include "system/status/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void shown(struct span text)
{
	uint64_t n = 0;
	char line[32];
	struct out o;

	memcpy(&n, text.p, text.n < sizeof(n) ? text.n : sizeof(n));
	out_init(&o, line, sizeof(line));
	status_text_age(&o, n);
	must(!o.overflow && o.len);
	out_init(&o, line, sizeof(line));
	status_text_size(&o, n);
	must(!o.overflow && o.len);
	status_text_error(n % 2048);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct span text = { copy, len };
	int64_t when = -1;
	uint64_t booted;

	if (len)
		memcpy(copy, data, len);
	shown(text);
	must(!status_text_login(text, "192.0.2.10:3260", &when) || when >= 0);
	must(!status_text_booted(text, &booted) || booted <= INT64_MAX);
	free(copy);
	return 0;
}
