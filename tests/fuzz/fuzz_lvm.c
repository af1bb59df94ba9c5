// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "formats/lvm.h"
#include "formats/multipath.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void within(struct span s, const char *text, size_t len)
{
	if (s.n && (s.p < text || s.p + s.n > text + len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len ? len : 1);
	struct span all = { text, len }, rest = all, uuid;
	char dm[128], part[32];
	const char *name;
	struct lvm_row row;

	if (len)
		memcpy(text, data, len);
	while (lvm_row(&rest, &row)) {
		within(row.vg, text, len);
		within(row.lv, text, len);
		if (!row.vg.n)
			abort();
	}
	if (rest.n)
		abort();
	if (lvm_missing(all, "system", &uuid))
		within(uuid, text, len);
	within(lvm_reason(all), text, len);
	lvm_says(all, "\" not found");
	multipath_finds(all);
	if (span_copy(all, dm, sizeof(dm)))
		for (name = dm; *name;) {
			const char *before = name;

			lvm_name(&name, part, sizeof(part));
			if (name <= before || name > dm + len || strlen(part) > (size_t)(name - before))
				abort();
		}
	free(text);
	return 0;
}
