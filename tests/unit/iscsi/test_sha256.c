// SPDX-License-Identifier: GPL-2.0-or-later
/* FIPS 180-4's examples (NIST: SHA256.pdf). */
#include "digest_vectors.h"

static const struct digest_vector vectors[] = {
	{ "",
	  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ TWO_BLOCKS,
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

int main(void)
{
	test_vectors(DIGEST_SHA256, vectors, sizeof(vectors) / sizeof(*vectors),
		     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	return done_testing();
}
