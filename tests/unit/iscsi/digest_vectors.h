/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A digest against its standard's vectors. */
#ifndef ISCSIROOT_DIGEST_VECTORS_H
#define ISCSIROOT_DIGEST_VECTORS_H

#include "base/scan.h"
#include "iscsi/digest.h"
#include "tap.h"

struct digest_vector {
	const char *text, *want;	/* in hexadecimal */
};

#define TWO_BLOCKS "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

static void digest_is(struct digest *d, const char *want, const char *name)
{
	uint8_t sum[DIGEST_MAX], left = 0;
	size_t size = digest_size(d->id), i;
	struct out o;
	char got[65];

	digest_end(d, sum);
	out_init(&o, got, sizeof(got));
	for (i = 0; i < size; i++)
		out_byte(&o, "", sum[i]);
	is_str(got, want, name);
	for (i = 0; i < sizeof(*d); i++)
		left |= ((uint8_t *)d)[i];
	ok(!left, "nothing of it is left");
}

/* @million: of a million letters a. Each text whole, and byte by byte. */
__attribute__((unused))
static void test_vectors(enum digest_id id, const struct digest_vector *v, size_t n, const char *million)
{
	struct digest d;
	unsigned i;
	size_t k;

	for (i = 0; i < n; i++) {
		digest_begin(&d, id);
		digest_add(&d, v[i].text, strlen(v[i].text));
		digest_is(&d, v[i].want, v[i].text);
		digest_begin(&d, id);
		for (k = 0; k < strlen(v[i].text); k++)
			digest_add(&d, v[i].text + k, 1);
		digest_is(&d, v[i].want, "the same, byte by byte");
	}
	digest_begin(&d, id);
	for (i = 0; i < 20000; i++)
		digest_add(&d, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 50);
	digest_is(&d, million, "a million letters");
}

#endif
