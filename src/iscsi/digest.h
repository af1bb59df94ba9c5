/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest: the four digests of CHAP: MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4), SHA3-256
 * (FIPS 202). For CHAP's few bytes: small rather than fast. Pure.
 */
#ifndef ISCSIROOT_ISCSI_DIGEST_H
#define ISCSIROOT_ISCSI_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_MAX 32		/* bytes of the longest */
#define DIGEST_MD5_SIZE 16
#define DIGEST_SHA1_SIZE 20
#define DIGEST_SHA256_SIZE 32
#define DIGEST_SHA3_256_SIZE 32

/* CHAP's numbers of them (CHAP_A: RFC 7143 section 12.1.3 and IANA's PPP authentication algorithms). */
enum digest_id { DIGEST_MD5 = 5, DIGEST_SHA1 = 6, DIGEST_SHA256 = 7, DIGEST_SHA3_256 = 8 };

/* A digest under way. It holds bytes of what is hashed until digest_end(). */
struct digest {
	enum digest_id id;
	uint64_t n;			/* bytes until now */
	union {
		uint32_t w[8];		/* MD5, SHA-1, SHA-256 */
		uint64_t lanes[25];	/* SHA3-256 */
	} state;
	uint8_t block[136];		/* what is not yet hashed: up to 64 bytes, SHA3-256 up to 136 */
};

/** digest_size() - bytes of the result; 0 for a number that is none of the four. */
size_t digest_size(unsigned id);

/** digest_begin() - @id is one of the four. */
void digest_begin(struct digest *d, enum digest_id id);
void digest_add(struct digest *d, const void *bytes, size_t n);
/** digest_end() - the result, digest_size() bytes; wipes @d. What was hashed is left on the stack below
 * the caller until sys_wipe_stack(). */
void digest_end(struct digest *d, uint8_t out[DIGEST_MAX]);

/* To the left, by 1 to 31 bits: MD5 and SHA-1. */
static inline uint32_t digest_rotate(uint32_t v, unsigned n)
{
	return v << n | v >> (32 - n);
}

/* One block into the state, and what the state begins with. Each in a file of its own. */
extern const uint32_t md5_start[4], sha1_start[5], sha256_start[8];
void md5_block(uint32_t state[4], const uint8_t block[64]);
void sha1_block(uint32_t state[5], const uint8_t block[64]);
void sha256_block(uint32_t state[8], const uint8_t block[64]);
void sha3_permute(uint64_t lanes[25]);	/* Keccak-f[1600] */

#endif
