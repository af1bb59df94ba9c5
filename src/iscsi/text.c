// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/limits.h"
#include "iscsi/text.h"

#define KEY_MAX 63	/* bytes of a key, RFC 7143 section 6.1 */

static bool good_key(struct span key)
{
	size_t i;

	for (i = 0; i < key.n; i++)
		if (key.p[i] <= 0x20 || key.p[i] >= 0x7f)
			return false;
	return key.n && key.n <= KEY_MAX;
}

int text_next(struct span *rest, struct text_pair *pair)
{
	struct span whole;

	while (rest->n && !*rest->p)
		span_skip(rest, 1);
	if (!rest->n)
		return 0;
	span_cut(rest, '\0', &whole);
	pair->value = whole;
	if (!span_cut(&pair->value, '=', &pair->key) || !good_key(pair->key)) {
		pair->value.n = 0;
		return -1;
	}
	return 1;
}

static bool same(struct span a, struct span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

/* Does the text before @pair have its key with another value? */
static bool contradicts(struct span before, const struct text_pair *pair)
{
	struct text_pair other;

	while (text_next(&before, &other) > 0)
		if (same(other.key, pair->key))
			return !same(other.value, pair->value);
	return false;
}

enum text_fault text_check(struct span text, struct text_pair *bad)
{
	struct span rest = text;
	unsigned n = 0;
	int got;

	while ((got = text_next(&rest, bad)) > 0) {
		if (++n > LOGIN_PAIRS_MAX)
			return TEXT_TOO_MANY;
		if (contradicts((struct span){ text.p, bad->key.p - text.p }, bad))
			return TEXT_DUPLICATE;
	}
	return got < 0 ? TEXT_MALFORMED : TEXT_GOOD;
}

void text_add(struct out *o, const char *key, const char *fmt, ...)
{
	va_list ap;

	out_str(o, key);
	out_ch(o, '=');
	va_start(ap, fmt);
	out_vfmt(o, fmt, ap);
	va_end(ap);
	out_ch(o, '\0');
}

void text_add_binary(struct out *o, const char *key, const uint8_t *bytes, size_t n)
{
	out_str(o, key);
	out_ch(o, '=');
	text_put_hex(o, bytes, n);
	out_ch(o, '\0');
}

static bool take_prefix(struct span *s, char base)
{
	if (s->n < 2 || s->p[0] != '0' || (s->p[1] | 0x20) != base)
		return false;
	span_skip(s, 2);
	return true;
}

bool text_number(struct span value, uint64_t max, uint64_t *out)
{
	if (take_prefix(&value, 'x'))
		return scan_hex(value, max, out);
	return scan_uint(value, max, out);
}

static int decode_hex(struct span s, uint8_t *out, size_t size)
{
	size_t n = 0, digits = s.n % 2 ? 1 : 2;
	uint64_t v;

	for (; s.n; span_skip(&s, digits), digits = 2) {
		if (n == size || !scan_hex((struct span){ s.p, digits }, 255, &v))
			return -1;
		out[n++] = (uint8_t)v;
	}
	return n ? (int)n : -1;
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Four letters, of which the last @pad are "=", are 3 - @pad bytes; -1: they are not. */
static long decode_four(const char *p, unsigned pad)
{
	unsigned long v = 0;
	unsigned i;

	for (i = 0; i < 4; i++) {
		const char *at = i < 4 - pad && p[i] ? strchr(letters, p[i]) : NULL;

		if (!at && (i < 4 - pad || p[i] != '='))
			return -1;
		v = v << 6 | (at ? (unsigned long)(at - letters) : 0);
	}
	/* bits that stand for no byte */
	return v & ((1ul << 8 * pad) - 1) ? -1 : (long)v;
}

static int decode_base64(struct span s, uint8_t *out, size_t size)
{
	size_t n = 0;

	if (!s.n || s.n % 4)
		return -1;
	for (; s.n; span_skip(&s, 4)) {
		unsigned pad = s.n > 4 || s.p[3] != '=' ? 0 : s.p[2] != '=' ? 1 : 2, i;
		long v = decode_four(s.p, pad);

		if (v < 0 || size - n < 3 - pad)
			return -1;
		for (i = 0; i < 3 - pad; i++)
			out[n++] = (uint8_t)(v >> (16 - 8 * i));
	}
	return (int)n;
}

int text_binary(struct span value, uint8_t *out, size_t size)
{
	if (take_prefix(&value, 'x'))
		return decode_hex(value, out, size);
	if (take_prefix(&value, 'b'))
		return decode_base64(value, out, size);
	return -1;
}

void text_put_hex(struct out *o, const uint8_t *bytes, size_t n)
{
	size_t i;

	out_str(o, "0x");
	for (i = 0; i < n; i++)
		out_byte(o, "", bytes[i]);
}

void text_put_base64(struct out *o, const uint8_t *bytes, size_t n)
{
	size_t i, k;

	out_str(o, "0b");
	for (i = 0; i < n; i += 3) {
		unsigned v = bytes[i] << 16 | (i + 1 < n ? bytes[i + 1] << 8 : 0) |
			     (i + 2 < n ? bytes[i + 2] : 0);

		for (k = 0; k < 4; k++)
			out_ch(o, i + k > n ? '=' : letters[v >> (18 - 6 * k) & 63]);
	}
}

bool text_is_reserved(struct span value)
{
	return span_listed(value, "NotUnderstood Irrelevant Reject");
}
