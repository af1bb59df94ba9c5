// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * scan: scanners of numbers, addresses and words in spans of the caller. The writer that is their
 * inverse is in out.c.
 */
#include <string.h>

#include "base/scan.h"

struct span span_of(const char *text)
{
	struct span s = { text, text ? strlen(text) : 0 };

	return s;
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

bool span_eq(struct span s, const char *text)
{
	return s.n == strlen(text) && (!s.n || !memcmp(s.p, text, s.n));
}

bool span_same_nocase(struct span a, struct span b)
{
	size_t i;

	for (i = 0; i < a.n && i < b.n; i++)
		if (lower((unsigned char)a.p[i]) != lower((unsigned char)b.p[i]))
			return false;
	return a.n == b.n;
}

bool span_starts_nocase(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && span_same_nocase((struct span){ s.p, n }, (struct span){ prefix, n });
}

bool span_eq_nocase(struct span s, const char *text)
{
	return span_same_nocase(s, span_of(text));
}

bool span_cut(struct span *s, char sep, struct span *head)
{
	const char *at = s->n ? memchr(s->p, sep, s->n) : NULL;

	head->p = s->p;
	if (!at) {
		head->n = s->n;
		if (s->n)
			s->p += s->n;
		s->n = 0;
		return false;
	}
	head->n = at - s->p;
	s->p = at + 1;
	s->n -= head->n + 1;
	return true;
}

void span_skip_blanks(struct span *s)
{
	while (s->n && (*s->p == ' ' || *s->p == '\t'))
		span_skip(s, 1);
}

bool span_field(struct span *line, struct span *field)
{
	span_skip_blanks(line);
	*field = (struct span){ line->p, 0 };
	while (line->n && *line->p != ' ' && *line->p != '\t') {
		line->p++;
		line->n--;
		field->n++;
	}
	return field->n;
}

bool span_copy(struct span s, char *dst, size_t size)
{
	if (s.n >= size || (s.n && memchr(s.p, '\0', s.n)))
		return false;
	if (s.n)
		memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
	return true;
}

void span_skip(struct span *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

bool span_take(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->n < n || memcmp(s->p, prefix, n))
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

struct span span_find(struct span s, const char *part)
{
	size_t n = strlen(part);

	for (; s.n >= n; s.p++, s.n--)
		if (!memcmp(s.p, part, n))
			return s;
	return (struct span){ NULL, 0 };
}

bool span_listed(struct span s, const char *list)
{
	struct span rest = span_of(list), word;

	while (rest.n) {
		span_cut(&rest, ' ', &word);
		if (word.n && word.n == s.n && !memcmp(word.p, s.p, s.n))
			return true;
	}
	return false;
}

bool span_only(struct span s, const char *also)
{
	for (; s.n; s.p++, s.n--) {
		int c = lower((unsigned char)*s.p);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && (!c || !strchr(also, c)))
			return false;
	}
	return true;
}

bool span_has_control(struct span s)
{
	for (; s.n; s.p++, s.n--)
		if ((unsigned char)*s.p < 0x20 || *s.p == 0x7f)
			return true;
	return false;
}

bool scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Value of a digit in any base up to 16; 16 for what is none. */
static unsigned digit(char c)
{
	if (scan_is_digit(c))
		return c - '0';
	c = lower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10u : 16;
}

static bool scan_number(struct span s, unsigned base, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	if (!s.n)
		return false;
	for (i = 0; i < s.n; i++) {
		unsigned d = digit(s.p[i]);

		if (d >= base || v > (max - d) / base || d > max)
			return false;
		v = v * base + d;
	}
	*out = v;
	return true;
}

bool scan_uint(struct span s, uint64_t max, uint64_t *out)
{
	return scan_number(s, 10, max, out);
}

bool scan_hex(struct span s, uint64_t max, uint64_t *out)
{
	return scan_number(s, 16, max, out);
}

bool scan_seconds(struct span s, int64_t *out)
{
	struct span whole;
	uint64_t n, us = 0;

	if (span_cut(&s, '.', &whole) && (s.n != 6 || !scan_uint(s, 999999, &us)))
		return false;
	if (!scan_uint(whole, INT64_MAX / 2000000, &n))
		return false;
	*out = (int64_t)(n * 1000000 + us);
	return true;
}

static bool scan_octets(struct span s, uint8_t b[4])
{
	unsigned i;

	for (i = 0; i < 4; i++) {
		struct span part;
		uint64_t v;

		if (span_cut(&s, '.', &part) != (i < 3))
			return false;
		if (part.n > 3 || (part.n > 1 && part.p[0] == '0') || !scan_uint(part, 255, &v))
			return false;
		b[i] = v;
	}
	return true;
}

bool scan_ipv4(struct span s, struct addr *out)
{
	struct addr a = { .family = 4 };

	if (!scan_octets(s, a.b))
		return false;
	*out = a;
	return true;
}

/* One group of IPv6 text: hexadecimal, or the dotted tail. Returns the bytes it gave, 0: bad. */
static unsigned ipv6_group(struct span part, bool last, uint8_t *b, unsigned room)
{
	uint64_t v;

	if (last && room >= 4 && part.n && memchr(part.p, '.', part.n))
		return scan_octets(part, b) ? 4 : 0;
	if (room < 2 || part.n > 4 || !scan_hex(part, 0xffff, &v))
		return 0;
	b[0] = v >> 8;
	b[1] = v & 0xff;
	return 2;
}

bool scan_ipv6(struct span s, struct addr *out)
{
	struct addr a = { .family = 6 };
	unsigned n = 0;
	int gap = -1;
	bool more;

	if (s.n >= 2 && s.p[0] == ':' && s.p[1] == ':') {
		gap = 0;
		s.p += 2;
		s.n -= 2;
	}
	for (more = s.n > 0; more;) {
		struct span part;
		unsigned got;

		more = span_cut(&s, ':', &part);
		if (!part.n && more && gap < 0 && n) {
			gap = n;	/* the second colon of "::" */
			more = s.n > 0;
			continue;
		}
		got = ipv6_group(part, !more, a.b + n, sizeof(a.b) - n);
		if (!got)
			return false;
		n += got;
	}
	if (gap < 0 ? n != 16 : n > 14)
		return false;
	if (gap >= 0) {
		memmove(a.b + 16 - (n - gap), a.b + gap, n - gap);
		memset(a.b + gap, 0, 16 - n);
	}
	*out = a;
	return true;
}

bool scan_addr(struct span s, struct addr *out)
{
	return scan_ipv4(s, out) || scan_ipv6(s, out);
}

bool scan_mac(struct span s, uint8_t out[6])
{
	uint8_t mac[6];
	unsigned i;

	if (s.n != 17 || (s.p[2] != ':' && s.p[2] != '-'))
		return false;
	for (i = 0; i < 6; i++) {
		struct span part = { s.p + 3 * i, 2 };
		uint64_t v;

		if (!scan_hex(part, 0xff, &v) || (i < 5 && part.p[2] != s.p[2]))
			return false;
		mac[i] = v;
	}
	memcpy(out, mac, sizeof(mac));
	return true;
}

struct span span_unbracket(struct span s)
{
	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		return (struct span){ s.p + 1, s.n - 2 };
	return s;
}

bool scan_cidr(struct span s, struct addr *out, uint8_t *prefix, bool *has_prefix)
{
	struct span addr, length = span_unbracket(s);
	bool bracket = s.n && *s.p == '[', cut;
	struct addr a;
	uint64_t v = 0;

	/* [V6]/LENGTH has its closing bracket in the middle */
	if (length.n == s.n || memchr(length.p, ']', length.n))
		length = s;
	cut = span_cut(&length, '/', &addr);
	if (!scan_addr(span_unbracket(addr), &a) || (bracket && a.family != 6) ||
	    (cut && !scan_uint(length, a.family == 4 ? 32 : 128, &v)))
		return false;
	*out = a;
	*has_prefix = cut;
	if (cut)
		*prefix = v;
	return true;
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool addr_among(const struct addr *list, unsigned n, const struct addr *a)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (addr_eq(&list[i], a))
			return true;
	return false;
}

bool addr_in(const struct addr *a, const struct addr *net, unsigned prefix)
{
	struct addr x = *a, y = *net;

	addr_fill(&x, prefix, false);
	addr_fill(&y, prefix, false);
	return addr_eq(&x, &y);
}

bool addr_fill(struct addr *a, unsigned prefix, bool ones)
{
	unsigned last = a->family == 4 ? 32 : 128;
	bool changed = false;

	for (; prefix < last; prefix++) {
		uint8_t bit = 0x80 >> prefix % 8, *b = &a->b[prefix / 8];

		if (!(*b & bit) == ones) {
			*b ^= bit;
			changed = true;
		}
	}
	return changed;
}

bool addr_mask_length(const struct addr *mask, uint8_t *prefix)
{
	struct addr ones = *mask;
	uint8_t n = 0;

	while (n < 32 && mask->b[n / 8] & 0x80 >> n % 8)
		n++;
	*prefix = n;
	return !addr_fill(&ones, n, false);
}
