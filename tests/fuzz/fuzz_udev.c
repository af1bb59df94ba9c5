// SPDX-License-Identifier: GPL-2.0-or-later
/* udev's entry of a device: the first line is the link that is looked for, the rest the entry. */
#include <stdlib.h>
#include <string.h>

#include "formats/udev.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool good)
{
	if (!good)
		abort();
}

static bool has_line(struct span text, const char *prefix, const char *value)
{
	struct span line;
	size_t n = strlen(prefix);

	while (text.n) {
		span_cut(&text, '\n', &line);
		if (line.n >= n && !memcmp(line.p, prefix, n) &&
		    span_eq((struct span){ line.p + n, line.n - n }, value))
			return true;
	}
	return false;
}

/* What is read stands in a line of its own, whole. */
static void check(struct span text, const char *want, const struct udev_entry *e)
{
	const char *slash = strrchr(want, '/');
	char link[600];
	struct out o;

	must(!*e->fs_type || has_line(text, "E:ID_FS_TYPE=", e->fs_type));
	must(!*e->fs_uuid || has_line(text, "E:ID_FS_UUID=", e->fs_uuid));
	must(!e->claims || (slash && (span_eq_nocase(span_of(e->link), slash + 1) ||
				      strlen(slash + 1) >= sizeof(e->link))));
	if (slash && *e->link) {
		out_init(&o, link, sizeof(link));
		out_span(&o, (struct span){ want, (size_t)(slash - want) + 1 });
		out_str(&o, e->link);
		must(has_line(text, "S:", link));
	}
	if (slash && slash[1] && has_line(text, "S:", want))
		must(e->claims);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len ? len : 1), *want;
	struct span rest = { text, len }, first;
	struct udev_entry e, again;

	if (len)
		memcpy(text, data, len);
	span_cut(&rest, '\n', &first);
	want = malloc(first.n + 1);
	if (first.n < 500 && span_copy(first, want, first.n + 1)) {
		memset(&e, 0xff, sizeof(e));
		udev_read(rest, want, &e);
		check(rest, want, &e);
	}
	udev_read(rest, NULL, &again);
	must(!again.claims && !*again.link);
	free(want);
	free(text);
	return 0;
}
