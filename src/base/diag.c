// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/diag.h"
#include "base/scan.h"

static void copy_shown(char *dst, size_t size, const char *s, size_t len)
{
	struct out o;

	out_init(&o, dst, size);
	out_escaped(&o, (struct span){ s, len }, size - 1);
}

bool diag_set(struct diag *d, const char *reason, const char *value, size_t len, const char *hint)
{
	d->reason = reason;
	d->hint = hint;
	copy_shown(d->value, sizeof(d->value), value, value ? len : 0);
	return false;
}

void diag_at(struct diag *d, const char *place, unsigned line, const char *key, size_t keylen)
{
	d->place = place;
	d->line = line;
	copy_shown(d->key, sizeof(d->key), key, key ? keylen : 0);
}

size_t diag_format(const struct diag *d, char *buf, size_t size)
{
	struct out o;

	out_init(&o, buf, size);
	if (d->place && d->line)
		out_fmt(&o, "%s:%u: ", d->place, d->line);
	else if (d->place)
		out_fmt(&o, "%s: ", d->place);
	if (d->key[0])
		out_fmt(&o, "%s: ", d->key);
	out_str(&o, d->reason ? d->reason : "invalid");
	if (d->value[0])
		out_fmt(&o, ": %s", d->value);
	if (d->hint)
		out_fmt(&o, " (%s)", d->hint);
	return o.len;
}
