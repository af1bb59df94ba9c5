// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as the text of a login response: pairs lie within it, and what is written of them is read
 * alike. Each value as a number and as a large binary: what was read is written and read again. And
 * as TargetAddress.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "iscsi/redirect.h"
#include "iscsi/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static bool same(struct span a, struct span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

static void check_within(struct span part, struct span whole)
{
	must(part.p >= whole.p && part.n <= whole.n && part.p + part.n <= whole.p + whole.n);
}

static void check_binary(struct span value)
{
	uint8_t bytes[1024], again[1024];
	struct text_pair pair;
	struct span rest;
	char text[2100];
	struct out o;
	int n = text_binary(value, bytes, sizeof(bytes));

	must(n >= -1 && n <= (int)sizeof(bytes) && n);
	if (n < 0)
		return;
	out_init(&o, text, sizeof(text));
	text_add_binary(&o, "K", bytes, (size_t)n);
	rest = (struct span){ text, o.len };
	must(!o.overflow && text_next(&rest, &pair) > 0 && !rest.n);
	must(text_binary(pair.value, again, (size_t)n) == n && !memcmp(bytes, again, (size_t)n));
	if (n > 1)
		must(text_binary(pair.value, again, (size_t)n - 1) == -1);
	out_init(&o, text, sizeof(text));
	text_put_base64(&o, bytes, (size_t)n);
	must(!o.overflow && text_binary((struct span){ text, o.len }, again, (size_t)n) == n);
	must(!memcmp(bytes, again, (size_t)n));
	/* one way to write it in base64 alone */
	if (value.p[1] == 'b')
		must(same(value, (struct span){ text, o.len }));
}

static void check_value(struct span value)
{
	struct iscsi_redirect r = { .port = 0 };
	uint64_t v = 0, again;
	struct text_pair pair;
	struct span rest;
	char text[32];
	struct out o;

	check_binary(value);
	if (text_number(value, 65535, &v)) {
		out_init(&o, text, sizeof(text));
		text_add(&o, "K", "%u", (unsigned)v);
		rest = (struct span){ text, o.len };
		must(v <= 65535 && !o.overflow && text_next(&rest, &pair) > 0 && !rest.n);
		must(text_number(pair.value, v, &again) && again == v);
		must(!v || !text_number(value, v - 1, &again));
	}
	if (redirect_parse(value, &r))
		must((r.address.family == 4 || r.address.family == 6) && r.port && !r.permanent);
	must(text_is_reserved(value) == (span_eq(value, "Reject") || span_eq(value, "Irrelevant") ||
					 span_eq(value, "NotUnderstood")));
}

/* What was read, written once more: the same pairs, and nothing else. */
static void check_again(struct span text, struct span written)
{
	struct text_pair a, b;

	while (text_next(&text, &a) > 0) {
		must(text_next(&written, &b) > 0);
		must(same(a.key, b.key) && same(a.value, b.value));
	}
	must(!text_next(&written, &b));
}

static enum text_fault expected(struct span text)
{
	struct span rest = text, before;
	struct text_pair pair, other;
	unsigned n = 0;
	int got;

	while ((got = text_next(&rest, &pair)) > 0) {
		if (++n > LOGIN_PAIRS_MAX)
			return TEXT_TOO_MANY;
		for (before = text; text_next(&before, &other) > 0 && other.key.p < pair.key.p;)
			if (same(other.key, pair.key) && !same(other.value, pair.value))
				return TEXT_DUPLICATE;
	}
	return got < 0 ? TEXT_MALFORMED : TEXT_GOOD;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy, *buf;
	struct span text, rest;
	struct text_pair pair;
	struct out o;
	int got;

	if (size > 4096)
		return 0;
	/* copies of their very size: a byte too far is seen */
	copy = malloc(size ? size : 1);
	buf = malloc(size + 2);
	if (size)
		memcpy(copy, data, size);
	text = rest = (struct span){ copy, size };
	out_init(&o, buf, size + 2);
	while ((got = text_next(&rest, &pair)) > 0) {
		must(pair.key.n && pair.key.n <= 63);
		must(!memchr(pair.key.p, '=', pair.key.n) && !memchr(pair.key.p, '\0', pair.key.n));
		check_within(pair.key, text);
		check_within(pair.value, text);
		check_value(pair.value);
		out_span(&o, pair.key);
		out_ch(&o, '=');
		out_span(&o, pair.value);
		out_ch(&o, '\0');
	}
	must(!o.overflow && (got < 0 || !rest.n));
	check_again(text, (struct span){ buf, o.len });
	if (got < 0)
		check_within(pair.key, text);
	must(text_check(text, &pair) == expected(text));
	free(copy);
	free(buf);
	return 0;
}
