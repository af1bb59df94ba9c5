/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan: a bounded cursor over untrusted bytes; scanners of numbers, addresses and words; and the
 * bounded writer that is their inverse. Pure.
 */
#ifndef ISCSIROOT_BASE_SCAN_H
#define ISCSIROOT_BASE_SCAN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view of the caller's bytes: not owned, not NUL-terminated. */
struct span {
	const char *p;
	size_t n;
};

/* An IP address. family is 4 or 6; 0 means none. IPv4 uses b[0..3]. */
struct addr {
	uint8_t family;
	uint8_t b[16];
};

/* A writer into a fixed buffer; the result is always terminated. */
struct out {
	char *buf;
	size_t size, len;
	bool overflow;		/* something did not fit; the caller rejects the whole */
};

struct span span_of(const char *text);
bool span_eq(struct span s, const char *text);
bool span_eq_nocase(struct span s, const char *text);
bool span_same_nocase(struct span a, struct span b);
bool span_starts_nocase(struct span s, const char *prefix);
/* Take up to the first @sep off @s into @head; false (all of it in @head, @s empty) without one. */
bool span_cut(struct span *s, char sep, struct span *head);
/* Take the next word, between blanks, off a line; false at the end. */
bool span_field(struct span *line, struct span *field);
/* Copy with a NUL; false where it does not fit or has a NUL in it. @dst is written on success only. */
bool span_copy(struct span s, char *dst, size_t size);
/* Take @n bytes off the front; it has as many. */
void span_skip(struct span *s, size_t n);
/* Take spaces and tabs off the front. */
void span_skip_blanks(struct span *s);
/* Take @prefix off the front; false, @s untouched, where it does not begin so. */
bool span_take(struct span *s, const char *prefix);
/* From the first @part in @s to its end; p is NULL where there is none. */
struct span span_find(struct span s, const char *part);
/* Is it one of the blank-separated words in @list? */
bool span_listed(struct span s, const char *list);
/* Is every byte an ASCII letter or digit, or one of @also? The empty span is. */
bool span_only(struct span s, const char *also);
/* Is there a byte below 0x20, or 0x7f? */
bool span_has_control(struct span s);

bool scan_is_digit(char c);
/* Whole-span scanners: all of @s must match. @out is written on success only. */
bool scan_uint(struct span s, uint64_t max, uint64_t *out);	/* decimal, no sign, no blanks */
bool scan_hex(struct span s, uint64_t max, uint64_t *out);	/* without 0x */
/* SECONDS or SECONDS.MICROSECONDS, all six digits of them, as microseconds. */
bool scan_seconds(struct span s, int64_t *out);
bool scan_ipv4(struct span s, struct addr *out);	/* four decimal octets, no leading zeros */
bool scan_ipv6(struct span s, struct addr *out);	/* RFC 4291 section 2.2, no brackets, no zone */
bool scan_addr(struct span s, struct addr *out);	/* either */
bool scan_mac(struct span s, uint8_t out[6]);		/* colons or hyphens, any case */
/*
 * ADDRESS, ADDRESS/LENGTH, [V6], [V6/LENGTH] or [V6]/LENGTH. *prefix is written where there is one.
 */
bool scan_cidr(struct span s, struct addr *out, uint8_t *prefix, bool *has_prefix);
struct span span_unbracket(struct span s);

/* Addresses whose unused bytes are zero, as all scanners leave them. */
bool addr_eq(const struct addr *a, const struct addr *b);
/* Is @a among the @n of @list? */
bool addr_among(const struct addr *list, unsigned n, const struct addr *a);
/* Is @a of the network @net/@prefix? */
bool addr_in(const struct addr *a, const struct addr *net, unsigned prefix);
/* Set the bits behind @prefix to 0, or to 1 (IPv4's broadcast); true where that changed one. */
bool addr_fill(struct addr *a, unsigned prefix, bool ones);
/* The length of a netmask; false where a one stands behind a zero. */
bool addr_mask_length(const struct addr *mask, uint8_t *prefix);

void out_init(struct out *o, char *buf, size_t size);
/**
 * out_fmt() - append formatted text; out_text() writes to @buf from its start and returns whether
 * all of it fitted. Conversions: %s, %u and %d as in printf(3), without widths; %pI a struct addr,
 * %pM a hardware address, %pS a struct span, each by pointer. klibc's printf is five times this
 * size.
 */
void out_fmt(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void out_vfmt(struct out *o, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
bool out_text(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void out_ch(struct out *o, char c);
void out_str(struct out *o, const char *s);
void out_span(struct out *o, struct span s);
void out_byte(struct out *o, const char *before, uint8_t v);	/* two hexadecimal digits */
void out_uint(struct out *o, uint64_t v);
void out_int(struct out *o, int64_t v);
void out_seconds(struct out *o, int64_t us);	/* microseconds, not negative, as scan_seconds() reads them */
void out_addr(struct out *o, const struct addr *a);	/* RFC 5952; nothing for family 0 */
void out_mac(struct out *o, const uint8_t mac[6]);	/* lower case, colons */
/* Safe to show on a terminal: control and non-ASCII bytes become \xNN. Output wider than @max
 * columns (at least 3) is cut and ends in "...". */
void out_escaped(struct out *o, struct span s, size_t max);
/* In double quotes, with \" \\ \n \t \r and \xNN; control and non-ASCII bytes never pass raw. */
void out_quoted(struct out *o, const char *s);
/* A JSON string, RFC 8259 section 7; bytes that are not UTF-8 become U+FFFD. */
void out_json(struct out *o, const char *s);

#endif
