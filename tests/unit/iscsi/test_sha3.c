// SPDX-License-Identifier: GPL-2.0-or-later
/* FIPS 202's examples (NIST: SHA3-256). */
#include "digest_vectors.h"

static const struct digest_vector vectors[] = {
	{ "",
	  "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a" },
	{ "abc",
	  "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
	{ TWO_BLOCKS,
	  "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376" },
};

int main(void)
{
	test_vectors(DIGEST_SHA3_256, vectors, sizeof(vectors) / sizeof(*vectors),
		     "5c8875ae474a3634ba4fd55ec85bffd661f32aca75c6d699d0cdcb6c115891c1");
	return done_testing();
}
