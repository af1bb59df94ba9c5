// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/sys.h"
#include "iscsi/digest.h"

static const struct kind {
	uint8_t size, rate;	/* bytes of the result, and of one block */
	uint8_t words;		/* of the state; 0: lanes */
	const uint32_t *start;
	void (*block)(uint32_t *state, const uint8_t *block);
} kinds[] = {
	[DIGEST_MD5] = { DIGEST_MD5_SIZE, 64, 4, md5_start, md5_block },
	[DIGEST_SHA1] = { DIGEST_SHA1_SIZE, 64, 5, sha1_start, sha1_block },
	[DIGEST_SHA256] = { DIGEST_SHA256_SIZE, 64, 8, sha256_start, sha256_block },
	[DIGEST_SHA3_256] = { DIGEST_SHA3_256_SIZE, 136, 0, NULL, NULL },
};

size_t digest_size(unsigned id)
{
	return id < sizeof(kinds) / sizeof(*kinds) ? kinds[id].size : 0;
}

void digest_begin(struct digest *d, enum digest_id id)
{
	const struct kind *k = &kinds[id];

	memset(d, 0, sizeof(*d));
	d->id = id;
	if (k->words)
		memcpy(d->state.w, k->start, k->words * sizeof(uint32_t));
}

static void absorb(struct digest *d)
{
	const struct kind *k = &kinds[d->id];
	unsigned i;

	if (k->words) {
		k->block(d->state.w, d->block);
		return;
	}
	for (i = 0; i < k->rate; i++)
		d->state.lanes[i / 8] ^= (uint64_t)d->block[i] << 8 * (i % 8);
	sha3_permute(d->state.lanes);
}

void digest_add(struct digest *d, const void *bytes, size_t n)
{
	unsigned rate = kinds[d->id].rate;
	const uint8_t *p = bytes;

	for (; n; n--) {
		d->block[d->n++ % rate] = *p++;
		if (d->n % rate == 0)
			absorb(d);
	}
}

/* A one, zeros, and the number of bits: RFC 1321 section 3.2, FIPS 180-4 section 5.1.1. */
static void pad_with_length(struct digest *d)
{
	uint64_t bits = d->n * 8;
	uint8_t length[8];
	unsigned i;

	for (i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> 8 * (d->id == DIGEST_MD5 ? i : 7 - i));
	digest_add(d, "\x80", 1);
	while (d->n % 64 != 56)
		digest_add(d, "", 1);
	digest_add(d, length, sizeof(length));
}

/* FIPS 202, section B.2: the suffix 01 of SHA-3 and the padding 10*1, in bytes. */
static void pad_sha3(struct digest *d, unsigned rate)
{
	unsigned at = d->n % rate;

	memset(d->block + at, 0, rate - at);
	d->block[at] = 0x06;
	d->block[rate - 1] |= 0x80;
	absorb(d);
}

void digest_end(struct digest *d, uint8_t out[DIGEST_MAX])
{
	const struct kind *k = &kinds[d->id];
	unsigned i;

	if (k->words)
		pad_with_length(d);
	else
		pad_sha3(d, k->rate);
	/* MD5 and SHA-3 have the low byte of a word first */
	for (i = 0; i < k->size; i++) {
		if (!k->words)
			out[i] = (uint8_t)(d->state.lanes[i / 8] >> 8 * (i % 8));
		else if (d->id == DIGEST_MD5)
			out[i] = (uint8_t)(d->state.w[i / 4] >> 8 * (i % 4));
		else
			out[i] = (uint8_t)(d->state.w[i / 4] >> (24 - 8 * (i % 4)));
	}
	sys_wipe(d, sizeof(*d));
}
