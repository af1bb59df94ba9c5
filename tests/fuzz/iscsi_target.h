/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A target that has the secrets: in what it sends the byte 0x01 stands for the right CHAP response to
 * our last challenge, 0x02 for our challenge and 0x03 for our response, sent back. Without it no
 * fuzzer would find its way to the end of mutual CHAP.
 */
#ifndef ISCSIROOT_FUZZ_ISCSI_TARGET_H
#define ISCSIROOT_FUZZ_ISCSI_TARGET_H

#include <stdlib.h>
#include <string.h>

#include "iscsi/chap.h"
#include "iscsi/text.h"

static const struct iscsi_credentials target_credentials[] = {
	{ .name = { NULL, 0 } },
	{ .name = { "user", 4 }, .secret = { "secret secret", 13 } },
	{ .name = { "user", 4 }, .secret = { "secret secret", 13 }, .allow_none = true },
	{ .name = { "user", 4 }, .secret = { "secret secret", 13 }, .allow_none = true,
	  .name_in = { "target", 6 }, .secret_in = { "other secret", 12 } },
};

struct target {
	uint8_t algorithm;		/* what it chose last */
	bool has_challenge;
	uint8_t identifier, challenge[DIGEST_MAX], response[DIGEST_MAX];
	size_t challenge_len, response_len;
	bool responded;			/* we have sent a response */
	bool proved;			/* the right one was in what it has sent */
};

static void must(bool good)
{
	if (!good)
		abort();
}

/* What we send: note challenge and response. A secret is never in it; with a blank it is no key. */
static void target_reads(struct target *t, struct span text)
{
	struct text_pair pair;
	uint64_t v;

	must(!span_find(text, "secret secret").p && !span_find(text, "other secret").p);
	while (text_next(&text, &pair) > 0) {
		if (span_eq(pair.key, "CHAP_C")) {
			t->challenge_len = (size_t)text_binary(pair.value, t->challenge, sizeof(t->challenge));
			t->has_challenge = true;
		} else if (span_eq(pair.key, "CHAP_R")) {
			t->response_len = (size_t)text_binary(pair.value, t->response, sizeof(t->response));
			t->responded = true;
		} else if (span_eq(pair.key, "CHAP_I") && text_number(pair.value, 255, &v)) {
			t->identifier = (uint8_t)v;
		}
	}
}

static void put_proof(struct target *t, struct out *o)
{
	uint8_t proof[DIGEST_MAX];

	if (!t->has_challenge || !digest_size(t->algorithm))
		return;
	chap_response(t->algorithm, t->identifier, target_credentials[3].secret_in, t->challenge,
		      t->challenge_len, proof);
	text_put_hex(o, proof, digest_size(t->algorithm));
	t->proved = true;
}

/* Note the algorithm that the target chooses. */
static void note_algorithm(struct target *t, struct span text)
{
	struct text_pair pair;
	uint64_t v;

	while (text_next(&text, &pair) > 0)
		if (span_eq(pair.key, "CHAP_A") && text_number(pair.value, 8, &v))
			t->algorithm = (uint8_t)v;
}

/* Replace the placeholders. */
static void target_sends(struct target *t, struct span text, struct out *o)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (text.p[i] == 1)
			put_proof(t, o);
		else if (text.p[i] == 2 && t->has_challenge)
			text_put_hex(o, t->challenge, t->challenge_len);
		else if (text.p[i] == 3 && t->responded)
			text_put_hex(o, t->response, t->response_len);
		else
			out_ch(o, text.p[i]);
	}
	note_algorithm(t, (struct span){ o->buf, o->len });
}

#endif
