// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/diag.h"
#include "base/scan.h"

static size_t shown_width(unsigned char c)
{
	return c < 0x20 || c >= 0x7f ? 4 : 1;
}

/* Copy @len bytes so that they print: control and non-ASCII bytes as \xNN; too long ends in "...". */
static void copy_shown(char *dst, size_t size, const char *s, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t i, n = 0, limit = size - 1;

	for (i = 0; i < len && n < size; i++)
		n += shown_width(s[i]);
	if (n >= size)
		limit -= 3;
	for (i = 0, n = 0; i < len && n + shown_width(s[i]) <= limit; i++) {
		unsigned char c = s[i];

		if (shown_width(c) == 1) {
			dst[n++] = c;
			continue;
		}
		dst[n++] = '\\';
		dst[n++] = 'x';
		dst[n++] = hex[c >> 4];
		dst[n++] = hex[c & 15];
	}
	for (; i < len && n < size - 1 && limit < size - 1; limit++)
		dst[n++] = '.';
	dst[n] = '\0';
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
