// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's tables of routes; a device that is found stands in the text. */
#include <stdlib.h>
#include <string.h>

#include "formats/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void look_up(struct span text, const char *address)
{
	char name[DEVNAME_MAX + 1] = "";
	struct addr a = { 0 };

	scan_addr(span_of(address), &a);
	if (!route_device(text, &a, name)) {
		if (name[0])
			abort();
		return;
	}
	if (!name[0] || !span_find(text, name).p)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct span text = { copy, len };

	if (len)
		memcpy(copy, data, len);
	look_up(text, "192.0.2.10");
	look_up(text, "198.51.100.1");
	look_up(text, "2001:db8::10");
	free(copy);
	return 0;
}
