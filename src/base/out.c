// SPDX-License-Identifier: GPL-2.0-or-later
/* The bounded writer of scan.h: text into a fixed buffer, quoted where it must be. */
#include "base/scan.h"

void out_init(struct out *o, char *buf, size_t size)
{
	o->buf = buf;
	o->size = size;
	o->len = 0;
	o->overflow = !size;
	if (size)
		buf[0] = '\0';
}

void out_ch(struct out *o, char c)
{
	if (o->len + 1 >= o->size) {
		o->overflow = true;
		return;
	}
	o->buf[o->len++] = c;
	o->buf[o->len] = '\0';
}

void out_str(struct out *o, const char *s)
{
	while (*s)
		out_ch(o, *s++);
}

void out_span(struct out *o, struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		out_ch(o, s.p[i]);
}

void out_uint(struct out *o, uint64_t v)
{
	char digits[20];
	unsigned n = 0;

	do
		digits[n++] = '0' + v % 10;
	while (v /= 10);
	while (n)
		out_ch(o, digits[--n]);
}

void out_int(struct out *o, int64_t v)
{
	if (v < 0)
		out_ch(o, '-');
	out_uint(o, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void out_seconds(struct out *o, int64_t us)
{
	char micro[8] = ".000000";
	unsigned v = us % 1000000, d;

	for (d = 6; d; d--, v /= 10)
		micro[d] = '0' + v % 10;
	out_uint(o, us / 1000000);
	out_str(o, micro);
}

static const char hex[] = "0123456789abcdef";

void out_byte(struct out *o, const char *before, uint8_t v)
{
	out_str(o, before);
	out_ch(o, hex[v >> 4]);
	out_ch(o, hex[v & 15]);
}

static void out_group(struct out *o, unsigned v)
{
	int shift = 12;

	while (shift && !(v >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		out_ch(o, hex[v >> shift & 15]);
}

static void out_ipv4(struct out *o, const uint8_t b[4])
{
	unsigned i;

	for (i = 0; i < 4; i++) {
		if (i)
			out_ch(o, '.');
		out_uint(o, b[i]);
	}
}

/* RFC 5952: the longest run of zero groups, of two at least, the first of equals, becomes "::". */
static void out_ipv6(struct out *o, const uint8_t b[16])
{
	unsigned group[8], i, run = 0, best = 8, best_len = 1;
	bool mapped;

	for (i = 0; i < 8; i++) {
		group[i] = b[2 * i] << 8 | b[2 * i + 1];
		run = group[i] ? 0 : run + 1;
		if (run > best_len) {
			best_len = run;
			best = i + 1 - run;
		}
	}
	mapped = best == 0 && best_len == 5 && group[5] == 0xffff;
	for (i = 0; i < 8; i++) {
		if (i == best) {
			out_str(o, "::");
			i += best_len - 1;
			continue;
		}
		if (i && i != best + best_len)
			out_ch(o, ':');
		if (mapped && i == 6) {
			out_ipv4(o, b + 12);
			return;
		}
		out_group(o, group[i]);
	}
}

void out_addr(struct out *o, const struct addr *a)
{
	if (a->family == 4)
		out_ipv4(o, a->b);
	else if (a->family == 6)
		out_ipv6(o, a->b);
}

void out_mac(struct out *o, const uint8_t mac[6])
{
	unsigned i;

	for (i = 0; i < 6; i++)
		out_byte(o, i ? ":" : "", mac[i]);
}

static void put_pointer(struct out *o, char kind, const void *p)
{
	if (kind == 'I')
		out_addr(o, p);
	else if (kind == 'M')
		out_mac(o, p);
	else
		out_span(o, *(const struct span *)p);
}

void out_vfmt(struct out *o, const char *fmt, va_list ap)
{
	for (; *fmt; fmt++) {
		if (*fmt != '%')
			out_ch(o, *fmt);
		else if (*++fmt == 's')
			out_str(o, va_arg(ap, const char *));
		else if (*fmt == 'p')
			put_pointer(o, *++fmt, va_arg(ap, const void *));
		else if (*fmt == 'u')
			out_uint(o, va_arg(ap, unsigned));
		else
			out_int(o, va_arg(ap, int));
	}
}

void out_fmt(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out_vfmt(o, fmt, ap);
	va_end(ap);
}

bool out_text(char *buf, size_t size, const char *fmt, ...)
{
	struct out o;
	va_list ap;

	out_init(&o, buf, size);
	va_start(ap, fmt);
	out_vfmt(&o, fmt, ap);
	va_end(ap);
	return !o.overflow;
}

/* The letter of a C escape for @c, or 0. */
static char escape_letter(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case '\n':
		return 'n';
	case '\t':
		return 't';
	case '\r':
		return 'r';
	}
	return 0;
}

/* How wide out_escaped() writes a byte. */
static size_t escaped_width(unsigned char c)
{
	return c < 0x20 || c >= 0x7f ? 4 : 1;
}

static void put_escaped(struct out *o, unsigned char c)
{
	if (escaped_width(c) > 1)
		out_byte(o, "\\x", c);
	else
		out_ch(o, c);
}

void out_escaped(struct out *o, struct span s, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < s.n && n <= max; i++)
		n += escaped_width(s.p[i]);
	if (n > max)
		max -= 3;
	for (i = n = 0; i < s.n && n + escaped_width(s.p[i]) <= max; i++) {
		put_escaped(o, s.p[i]);
		n += escaped_width(s.p[i]);
	}
	if (i < s.n)
		out_str(o, "...");
}

void out_quoted(struct out *o, const char *s)
{
	out_ch(o, '"');
	for (; *s; s++) {
		unsigned char c = *s;

		if (escape_letter(c)) {
			out_ch(o, '\\');
			out_ch(o, escape_letter(c));
		} else {
			put_escaped(o, c);
		}
	}
	out_ch(o, '"');
}

/* Length of the well-formed UTF-8 sequence at @s (RFC 3629), 0 where there is none. */
static unsigned utf8_length(const unsigned char *s)
{
	unsigned char c = s[0], low = 0x80, high = 0xbf;
	unsigned n, i;

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (c == 0xe0)
		low = 0xa0;
	else if (c == 0xed)
		high = 0x9f;
	else if (c == 0xf0)
		low = 0x90;
	else if (c == 0xf4)
		high = 0x8f;
	for (i = 1; i < n; i++) {
		if (s[i] < low || s[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return n;
}

void out_json(struct out *o, const char *s)
{
	out_ch(o, '"');
	while (*s) {
		unsigned n = utf8_length((const unsigned char *)s);
		unsigned char c = *s;

		if (!n) {
			out_str(o, "\\ufffd");
			n = 1;
		} else if (escape_letter(c)) {
			out_ch(o, '\\');
			out_ch(o, escape_letter(c));
		} else if (c < 0x20 || c == 0x7f) {
			out_byte(o, "\\u00", c);
		} else {
			out_span(o, (struct span){ s, n });
		}
		s += n;
	}
	out_ch(o, '"');
}
