/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text: key=value pairs of Login and Text PDUs (RFC 7143 section 6.1), each ended by a NUL, and the
 * forms of their values: numbers, large binaries in hexadecimal and base64, lists. Pure.
 */
#ifndef ISCSIROOT_ISCSI_TEXT_H
#define ISCSIROOT_ISCSI_TEXT_H

#include "base/scan.h"

struct text_pair {
	struct span key, value;		/* in the text that was read */
};

/**
 * text_next() - take the next pair off @rest. Empty ones (a NUL too many) are skipped; the last may
 * lack its NUL, as those of some targets do.
 * @pair: written on success; where the text is malformed, its key is the offending one, without value
 * Return: 1 a pair, 0 the end, -1 malformed: no "=", or a key that is empty, longer than 63 bytes or
 * not of printable characters.
 */
int text_next(struct span *rest, struct text_pair *pair);

enum text_fault {
	TEXT_GOOD,
	TEXT_MALFORMED,		/* see text_next() */
	TEXT_TOO_MANY,		/* more than LOGIN_PAIRS_MAX pairs */
	TEXT_DUPLICATE,		/* a key twice with two values, which RFC 7143 section 6.1 forbids */
};

/**
 * text_check() - check a whole text. A pair that occurs twice with the same value is no fault: such
 * targets exist, and nothing is ambiguous.
 * @bad: the pair that is the fault; its value is empty for TEXT_MALFORMED
 */
enum text_fault text_check(struct span text, struct text_pair *bad);

/**
 * text_add() - append a pair with its NUL: the values of @fmt as out_fmt() takes them. o->overflow
 * tells that it did not fit.
 */
void text_add(struct out *o, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** text_add_binary() - append key=0x..., a large binary in hexadecimal, which every target reads. */
void text_add_binary(struct out *o, const char *key, const uint8_t *bytes, size_t n);

/** text_number() - a numerical value: decimal, or hexadecimal after 0x; at most @max. */
bool text_number(struct span value, uint64_t max, uint64_t *out);

/**
 * text_binary() - a large binary: 0x and hexadecimal digits (an odd number has a leading zero added),
 * or 0b and base64 with its padding (RFC 4648 section 4).
 * @out, @size: gets the bytes; written to on failure, too
 * Return: their number, or -1 where it is malformed or does not fit.
 */
int text_binary(struct span value, uint8_t *out, size_t size);

/** text_put_hex(), text_put_base64() - the inverse: 0x... and 0b..., without a key. */
void text_put_hex(struct out *o, const uint8_t *bytes, size_t n);
void text_put_base64(struct out *o, const uint8_t *bytes, size_t n);

/** text_is_reserved() - is it NotUnderstood, Irrelevant or Reject (RFC 7143 section 6.2)? */
bool text_is_reserved(struct span value);

#endif
