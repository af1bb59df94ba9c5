// SPDX-License-Identifier: GPL-2.0-or-later
/* FIPS 180-4's examples (NIST: SHA1.pdf). */
#include "digest_vectors.h"

static const struct digest_vector vectors[] = {
	{ "",
	  "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ "abc",
	  "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ TWO_BLOCKS,
	  "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
};

int main(void)
{
	test_vectors(DIGEST_SHA1, vectors, sizeof(vectors) / sizeof(*vectors),
		     "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	return done_testing();
}
