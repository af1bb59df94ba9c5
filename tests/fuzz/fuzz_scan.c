// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scanners and their inverse: what one takes, the writer says in one way only, and that is taken
 * again as the same. Quoted and JSON text holds no byte that it may not, in a buffer of any size.
 */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool good)
{
	if (!good)
		abort();
}

static struct span writing(struct out *o)
{
	must(!o->overflow && o->buf[o->len] == '\0' && strlen(o->buf) == o->len);
	return (struct span){ o->buf, o->len };
}

static void check_addr(struct span s)
{
	struct addr a = { 0 }, b;
	char buf[64];
	struct out o;

	if (!scan_addr(s, &a)) {
		must(!a.family);
		return;
	}
	must(a.family == (memchr(s.p, ':', s.n) ? 6 : 4));
	out_init(&o, buf, sizeof(buf));
	out_fmt(&o, "%pI", (void *)&a);
	memset(&b, 0, sizeof(b));
	must(scan_addr(writing(&o), &b) && !memcmp(&a, &b, sizeof(a)));
	must(a.family == 6 || span_eq(s, buf));
	must(!strstr(buf, "::") || !strstr(strstr(buf, "::") + 2, "::"));
}

static void check_mac(struct span s)
{
	uint8_t a[6], b[6];
	char buf[32];
	struct out o;

	if (!scan_mac(s, a))
		return;
	out_init(&o, buf, sizeof(buf));
	out_fmt(&o, "%pM", (void *)a);
	must(scan_mac(writing(&o), b) && !memcmp(a, b, 6) && span_eq_nocase(s, buf) ==
	     !memchr(s.p, '-', s.n));
}

/* Value of @s in @base as long division would have it: false where it is no number or above @max. */
static bool value(struct span s, unsigned base, uint64_t max, uint64_t *v)
{
	static const char digits[] = "0123456789abcdef";
	unsigned __int128 sum = 0;

	for (size_t i = 0; i < s.n; i++) {
		int c = s.p[i] >= 'A' && s.p[i] <= 'F' ? s.p[i] + 32 : s.p[i];
		const char *at = c ? memchr(digits, c, base) : NULL;

		if (!at)
			return false;
		sum = sum * base + (unsigned)(at - digits);
		if (sum > max)
			return false;
	}
	*v = sum;
	return s.n > 0;
}

static void check_numbers(struct span s, uint64_t max)
{
	uint64_t got = 0, want = 0;
	char buf[32];
	int64_t us;
	struct out o;
	bool good;

	good = scan_uint(s, max, &got);
	must(good == value(s, 10, max, &want) && (!good || got == want));
	if (good) {
		out_init(&o, buf, sizeof(buf));
		out_uint(&o, got);
		must(scan_uint(writing(&o), max, &want) && want == got);
		out_init(&o, buf, sizeof(buf));
		out_int(&o, (int64_t)(0 - (got >> 1)));
		must(buf[0] == (got >> 1 ? '-' : '0'));
	}
	good = scan_hex(s, max, &got);
	must(good == value(s, 16, max, &want) && (!good || got == want));
	must(!scan_seconds(s, &us) || us >= 0);
}

/* Printable ASCII (with @high: bytes above it as well), and no quote but at both ends. */
static void check_quoted(const char *text, bool high)
{
	size_t n = strlen(text), i;

	must(n >= 2 && text[0] == '"' && text[n - 1] == '"');
	for (i = 1; i + 1 < n; i++) {
		must((unsigned char)text[i] >= 0x20 && text[i] != 0x7f && text[i] != '"');
		must(high || !((unsigned char)text[i] & 0x80));
		if (text[i] == '\\')
			must(++i + 1 < n);
	}
}

static void check_text(const char *text, size_t room)
{
	size_t n = strlen(text), size = 6 * n + 3;
	char *whole = malloc(size), *part = malloc(room + 1);
	struct diag d = { 0 };
	struct out o, p;

	out_init(&o, whole, size);
	out_quoted(&o, text);
	writing(&o);
	check_quoted(whole, false);
	out_init(&o, whole, size);
	out_json(&o, text);
	writing(&o);
	check_quoted(whole, true);
	/* where it does not fit, what there is stands at the front, terminated */
	out_init(&p, part, room);
	out_json(&p, text);
	must(p.overflow == (room < o.len + 1));
	must(!room || (strlen(part) == p.len && p.len < room && !memcmp(part, whole, p.len)));
	must(out_text(part, room + 1, "%s", text) == (n <= room));
	diag_at(&d, "place", room, text, n);
	diag_set(&d, "reason", text, n, n & 1 ? "do it" : NULL);
	must(diag_format(&d, part, room + 1) == strlen(part));
	for (const char *c = d.value; *c; c++)
		must(*c >= 0x20 && *c < 0x7f);
	for (const char *c = d.key; *c; c++)
		must(*c >= 0x20 && *c < 0x7f);
	free(whole);
	free(part);
}

static void check_cut(struct span s)
{
	struct span rest = s, head;
	bool found = span_cut(&rest, ':', &head);

	must(head.p == s.p && head.n + rest.n + found == s.n);
	must(found == (s.n && memchr(s.p, ':', s.n)));
	must(!found || (s.p[head.n] == ':' && !(head.n && memchr(head.p, ':', head.n))));
	must(span_starts_nocase(s, "") && (!found || !span_starts_nocase(head, ":")));
}

/* The first line in what follows it: as a part, as a word of a list, and as bytes. */
static void check_find(struct span s)
{
	struct span rest = s, line, found;
	char *part, *list;
	bool only = true, control = false;

	span_cut(&rest, '\n', &line);
	for (size_t i = 0; i < line.n; i++) {
		int c = (unsigned char)line.p[i];

		only = only && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
				(c >= 'A' && c <= 'Z') || c == '.' || c == '-');
		control = control || c < 0x20 || c == 0x7f;
	}
	must(span_only(line, ".-") == only && span_has_control(line) == control);
	part = malloc(line.n + 1);
	list = malloc(rest.n + 1);
	if (span_copy(line, part, line.n + 1)) {
		const char *at = rest.n || !line.n ? memmem(rest.p, rest.n, part, line.n) : NULL;

		found = span_find(rest, part);
		must(found.p == at && (!at || found.p + found.n == rest.p + rest.n));
		must(span_same_nocase(line, span_of(part)));
		if (span_copy(rest, list, rest.n + 1))
			must(!span_listed(line, list) || found.p);
	}
	free(part);
	free(list);
}

/* An address with the length of its network: written, read again, and what is in the network. */
static void check_cidr(struct span s)
{
	struct addr a = { 0 }, b, mask;
	uint8_t prefix = 200, length;
	char buf[64];
	struct out o;
	bool cut;

	if (!scan_cidr(s, &a, &prefix, &cut)) {
		must(!a.family && prefix == 200);
		return;
	}
	must(cut == (prefix != 200));
	if (!cut)
		return;
	must(prefix <= (a.family == 4 ? 32 : 128));
	out_init(&o, buf, sizeof(buf));
	out_fmt(&o, a.family == 6 ? "[%pI]/%u" : "%pI/%u", (void *)&a, prefix);
	must(scan_cidr(writing(&o), &b, &length, &cut) && cut && length == prefix && addr_eq(&a, &b));
	addr_fill(&b, prefix, true);
	must(addr_in(&a, &b, prefix) && !addr_fill(&b, prefix, true));
	must(prefix == (a.family == 4 ? 32 : 128) || addr_fill(&b, prefix, false));
	if (prefix)
		b.b[(prefix - 1) / 8] ^= 0x80 >> (prefix - 1) % 8;
	must(addr_in(&a, &b, prefix) == !prefix);
	mask = (struct addr){ .family = 4, .b = { 255, 255, 255, 255 } };
	if (a.family == 4) {
		must(addr_fill(&mask, prefix, false) == (prefix < 32));
		must(addr_mask_length(&mask, &length) && length == prefix);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len ? len : 1), *copy = malloc(len + 1);
	struct span s = { text, len };
	uint64_t max = len ? UINT64_MAX >> (data[0] & 63) : 0;

	if (len)
		memcpy(text, data, len);
	check_cut(s);
	check_find(s);
	check_addr(s);
	check_cidr(s);
	check_mac(s);
	check_numbers(s, max);
	must(!span_copy(s, copy, len));
	if (span_copy(s, copy, len + 1)) {
		must(span_eq(s, copy) && span_eq_nocase(s, copy));
		must(span_eq(span_of(copy), copy));
		check_text(copy, len ? data[0] : 0);
	} else {
		must(memchr(text, 0, len) != NULL);
	}
	free(text);
	free(copy);
	return 0;
}
