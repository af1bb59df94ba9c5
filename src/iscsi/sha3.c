// SPDX-License-Identifier: GPL-2.0-or-later
/* Keccak-f[1600] by FIPS 202, section 3.3; lane x, y of the standard is lanes[x + 5 * y]. */
#include "iscsi/digest.h"

#define ROUNDS 24

static uint64_t rotate(uint64_t v, unsigned n)
{
	return n ? v << n | v >> (64 - n) : v;
}

/* Section 3.2.5: one bit of the round constants, from a shift register. */
static unsigned next_bit(uint8_t *lfsr)
{
	unsigned bit = *lfsr & 1;

	*lfsr = (uint8_t)(*lfsr << 1 ^ (*lfsr & 0x80 ? 0x71 : 0));
	return bit;
}

static void theta(uint64_t a[25])
{
	uint64_t c[5];
	unsigned x, y;

	for (x = 0; x < 5; x++)
		c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	for (x = 0; x < 5; x++)
		for (y = 0; y < 25; y += 5)
			a[x + y] ^= c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1);
}

/* Each lane is turned and goes to its place: (x, y) to (y, 2x + 3y). */
static void rho_pi(uint64_t a[25])
{
	uint64_t moving = a[1], there;
	unsigned x = 1, y = 0, t, next;

	for (t = 0; t < 24; t++) {
		next = (2 * x + 3 * y) % 5;
		x = y;
		y = next;
		there = a[x + 5 * y];
		a[x + 5 * y] = rotate(moving, (t + 1) * (t + 2) / 2 % 64);
		moving = there;
	}
}

static void chi(uint64_t a[25])
{
	uint64_t row[5];
	unsigned x, y;

	for (y = 0; y < 25; y += 5) {
		for (x = 0; x < 5; x++)
			row[x] = a[x + y];
		for (x = 0; x < 5; x++)
			a[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
	}
}

void sha3_permute(uint64_t lanes[25])
{
	uint8_t lfsr = 1;
	unsigned round, j;

	for (round = 0; round < ROUNDS; round++) {
		theta(lanes);
		rho_pi(lanes);
		chi(lanes);
		for (j = 0; j < 7; j++)
			lanes[0] ^= (uint64_t)next_bit(&lfsr) << ((1u << j) - 1);
	}
}
