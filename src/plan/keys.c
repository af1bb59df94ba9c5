// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/keys.h"

#define NAME_MAX_LEN 31		/* of a key, for the distance of two names */
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const struct key_row keys[] = {
#define ROW(name, alias, rd, stage, kind, reader) [K_##name] = { #name, alias, rd, stage, kind },
	KEYS(ROW)
#undef ROW
};

static const struct param_row params[] = {
#define ROW(id, name, compared, use, hint) [P_##id] = { name, compared, use, hint },
	PARAMS(ROW)
#undef ROW
};

#define ONE(...) + 1
_Static_assert(0 KEYS(ONE) == K_COUNT, "every key has a row in KEYS");
_Static_assert(0 PARAMS(ONE) == P_COUNT, "every parameter has a row in PARAMS");
#undef ONE
#define FITS(name, ...) && sizeof(#name) <= NAME_MAX_LEN
_Static_assert(1 KEYS(FITS), "the name of a key is too long for key_nearest()");
#undef FITS

const struct key_row *key_row(enum key k)
{
	return &keys[k];
}

const struct param_row *param_row(enum param p)
{
	return &params[p];
}

/* Take @prefix off, in whatever case. */
static bool strip_prefix(struct span *name, const char *prefix)
{
	size_t n = strlen(prefix);

	if (!span_starts_nocase(*name, prefix))
		return false;
	name->p += n;
	name->n -= n;
	return true;
}

enum key key_find_bare(struct span name)
{
	enum key k;

	for (k = 0; k < K_COUNT; k++)
		if (span_eq_nocase(name, keys[k].name) ||
		    (keys[k].alias && span_eq_nocase(name, keys[k].alias)))
			break;
	return k;
}

static enum key find_rd(struct span name)
{
	enum key k;

	for (k = 0; k < K_COUNT; k++)
		if (keys[k].rd && span_eq_nocase(name, keys[k].rd))
			break;
	return k;
}

enum key key_find(struct span name)
{
	if (strip_prefix(&name, ISCSI_PREFIX))
		return key_find_bare(name);
	return strip_prefix(&name, RD_PREFIX) ? find_rd(name) : K_NONE;
}

bool key_is_ours(struct span name)
{
	/* iscsi_tcp.debug=1 is a parameter of a kernel module */
	return span_starts_nocase(name, RD_PREFIX) ||
	       (span_starts_nocase(name, ISCSI_PREFIX) && !memchr(name.p, '.', name.n));
}

bool key_is_misnomer(struct span name)
{
	static const char *const names[] = {
		"target", "name", "iqn", "address", "target_address", "addr", "ip", "portal",
		"target_portal", "server", "host", "initiatorname",
	};
	unsigned i;

	if (!strip_prefix(&name, ISCSI_PREFIX))
		strip_prefix(&name, RD_PREFIX);
	for (i = 0; i < COUNT(names); i++)
		if (span_eq_nocase(name, names[i]))
			return true;
	return false;
}

bool key_names_secret(struct span s)
{
	static const char *const parts[] = { "pas", "psw", "pw", "secr" };
	enum key k = key_find(s);
	unsigned i;

	if (k != K_NONE)
		return keys[k].kind == KEY_SECRET;
	for (; s.n; s.p++, s.n--)
		for (i = 0; i < COUNT(parts); i++)
			if (span_starts_nocase(s, parts[i]))
				return true;
	return false;
}

/* The Levenshtein distance, regardless of case. */
static unsigned name_distance(struct span a, struct span b)
{
	unsigned row[NAME_MAX_LEN + 1], i, j;

	for (j = 0; j <= b.n; j++)
		row[j] = j;
	for (i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= b.n; j++) {
			unsigned best = diagonal + !span_same_nocase((struct span){ a.p + i - 1, 1 },
								     (struct span){ b.p + j - 1, 1 });

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[b.n];
}

enum key key_nearest(struct span name)
{
	enum key k, nearest = K_NONE;
	unsigned best = ~0u, d;

	name.n = name.n < 64 ? name.n : 64;	/* the work is bounded; no key is as long */
	if (!strip_prefix(&name, ISCSI_PREFIX))
		strip_prefix(&name, RD_PREFIX);
	for (k = 0; k < K_COUNT; k++) {
		d = name_distance(name, span_of(keys[k].name));
		if (d < best) {
			best = d;
			nearest = k;
		}
	}
	return nearest;
}

enum param param_find(struct span name)
{
	enum param p;

	for (p = 0; p < P_COUNT; p++)
		if (params[p].compared == ANY_CASE ? span_eq_nocase(name, params[p].name)
						   : span_eq(name, params[p].name))
			break;
	return p;
}
