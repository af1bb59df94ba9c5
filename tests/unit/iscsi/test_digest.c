// SPDX-License-Identifier: GPL-2.0-or-later
/* Padding at every length, against Python's hashlib. The standards' vectors: test_md5 and the others. */
#include "digest_vectors.h"

static const struct {
	enum digest_id id;
	const char *name, *want;	/* the digest of the digests of 0, 1, ... 299 bytes 0, 1, 2, ... */
} rows[] = {
	{ DIGEST_MD5, "md5",
	  "25fecb951fbcca8a0793500af76dfab4" },
	{ DIGEST_SHA1, "sha1",
	  "7261d91c9ffd63ee8e68156d4d57e733d4ad7243" },
	{ DIGEST_SHA256, "sha256",
	  "df90175783c44235cf6aefd935a2c2747f42399416d16789ece339f1fd26d835" },
	{ DIGEST_SHA3_256, "sha3-256",
	  "e2ff6c5188d2c620b8312b2eaa5c9a1e02fcd0a73d2176d012328ccc0ce44713" },
};

static void test_lengths(unsigned row)
{
	struct digest one, all;
	uint8_t bytes[300], sum[DIGEST_MAX];
	size_t n;

	for (n = 0; n < sizeof(bytes); n++)
		bytes[n] = (uint8_t)n;
	digest_begin(&all, rows[row].id);
	for (n = 0; n < sizeof(bytes); n++) {
		digest_begin(&one, rows[row].id);
		digest_add(&one, bytes, n / 2);
		digest_add(&one, bytes + n / 2, n - n / 2);
		digest_end(&one, sum);
		digest_add(&all, sum, digest_size(rows[row].id));
	}
	digest_is(&all, rows[row].want, rows[row].name);
}

int main(void)
{
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		test_lengths(i);
	ok(digest_size(DIGEST_MD5) == 16 && digest_size(DIGEST_SHA1) == 20 &&
	   digest_size(DIGEST_SHA256) == 32 && digest_size(DIGEST_SHA3_256) == 32, "sizes");
	ok(!digest_size(0) && !digest_size(4) && !digest_size(9) && !digest_size(4000000000u),
	   "other numbers are none");
	return done_testing();
}
