// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/keyval.h"

static bool is_plain(const char *s, size_t n)
{
	return span_only((struct span){ s, n }, "_./:@,+-");
}

void keyval_put(struct out *o, const char *key, const char *value, char end)
{
	out_fmt(o, "%s=", key);
	if (!is_plain(value, strlen(value)))
		out_quoted(o, value);
	else
		out_str(o, value);
	out_ch(o, end);
}

/* Decode an escape; @s begins after the backslash. Return: its length, 0 where it is malformed. */
static size_t unescape(struct span s, char *c)
{
	static const char letters[] = "\"\\ntr", bytes[] = "\"\\\n\t\r";
	const char *at = s.n && s.p[0] ? strchr(letters, s.p[0]) : NULL;
	uint64_t v;

	if (at) {
		*c = bytes[at - letters];
		return 1;
	}
	if (s.n < 3 || s.p[0] != 'x' || !scan_hex((struct span){ s.p + 1, 2 }, 255, &v) || !v)
		return 0;
	*c = v;
	return 3;
}

/*
 * Copy a quoted value; @s begins after the opening quote.
 * Return: its length, closing quote included; 0 where it is malformed or does not fit.
 */
static size_t take_quoted(struct span s, char *buf, size_t size)
{
	size_t i = 0, len = 0;

	while (i < s.n && s.p[i] != '"') {
		char c = s.p[i++];

		if (c == '\\') {
			size_t n = unescape((struct span){ s.p + i, s.n - i }, &c);

			if (!n)
				return 0;
			i += n;
		} else if ((unsigned char)c < 0x20) {
			return 0;
		}
		if (len + 1 >= size)
			return 0;
		buf[len++] = c;
	}
	if (i == s.n || !size)
		return 0;
	buf[len] = '\0';
	return i + 1;
}

/* Take a value, quoted or plain, and the separator after it. */
static bool take_value(struct span *s, char *buf, size_t size)
{
	size_t n = 0;

	if (s->n && s->p[0] == '"') {
		span_skip(s, 1);
		n = take_quoted(*s, buf, size);
		if (!n)
			return false;
	} else {
		while (n < s->n && is_plain(s->p + n, 1))
			n++;
		if (!span_copy((struct span){ s->p, n }, buf, size))
			return false;
	}
	span_skip(s, n);
	if (s->n && s->p[0] != ' ' && s->p[0] != '\n')
		return false;
	if (s->n)
		span_skip(s, 1);
	return true;
}

bool keyval_next(struct span *text, struct span *key, char *buf, size_t size)
{
	struct span s = *text;
	size_t n = 0;

	while (s.n && s.p[0] == ' ')
		span_skip(&s, 1);
	if (!s.n) {
		*text = s;
		return false;
	}
	while (n < s.n && span_only((struct span){ s.p + n, 1 }, "_-"))
		n++;
	if (n == s.n || !size || (n ? s.p[n] != '=' : s.p[0] != '\n'))
		return false;
	*key = (struct span){ s.p, n };
	buf[0] = '\0';
	span_skip(&s, n + 1);
	if (n && !take_value(&s, buf, size))
		return false;
	*text = s;
	return true;
}
