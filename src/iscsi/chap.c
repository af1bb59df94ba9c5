// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/sys.h"
#include "iscsi/chap.h"
#include "iscsi/text.h"

static const struct span no_key;

static bool is_mutual(const struct chap *c)
{
	return c->credentials->secret_in.n;
}

static bool takes_none(const struct chap *c)
{
	return c->credentials->allow_none && !is_mutual(c);
}

bool chap_wanted(const struct iscsi_credentials *c)
{
	return c && (c->name.n || c->secret.n || c->name_in.n || c->secret_in.n);
}

static bool good_text(struct span s)
{
	return s.n && s.n <= CHAP_MAX && !memchr(s.p, '\0', s.n);
}

static bool check_credentials(const struct iscsi_credentials *c, struct iscsi_failure *f)
{
	if (!c->name.n || !c->secret.n)
		return failure_set(f, ISCSI_CHAP_NO_SECRET, no_key);
	if (!good_text(c->name))
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("the CHAP user name"));
	if (!good_text(c->secret))
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("the CHAP secret"));
	if (!c->name_in.n && !c->secret_in.n)
		return true;
	if (!good_text(c->name_in))
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("the target's CHAP user name"));
	if (!good_text(c->secret_in))
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("the target's CHAP secret"));
	if (c->secret.n == c->secret_in.n && !memcmp(c->secret.p, c->secret_in.p, c->secret.n))
		return failure_set(f, ISCSI_CHAP_SAME_SECRET, no_key);
	return true;
}

bool chap_begin(struct chap *c, const struct iscsi_credentials *credentials, unsigned algorithms,
		const uint8_t random[CHAP_RANDOM], struct iscsi_failure *f)
{
	memset(c, 0, sizeof(*c));
	c->credentials = credentials;
	c->algorithms = algorithms & CHAP_ALL;
	memcpy(c->random, random, sizeof(c->random));
	if (!c->algorithms)
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("chap_algs"));
	return check_credentials(credentials, f);
}

void chap_offer(const struct chap *c, struct out *o)
{
	text_add(o, "AuthMethod", "%s", takes_none(c) ? "CHAP,None" : "CHAP");
}

bool chap_may_transit(const struct chap *c)
{
	/* a target that has nothing to ask may go on at once */
	return c->phase == CHAP_OVER || (c->phase == CHAP_METHOD && takes_none(c)) ||
	       c->phase == CHAP_PROOF;
}

bool chap_has_key(struct span key)
{
	return span_listed(key, "AuthMethod CHAP_A CHAP_I CHAP_C CHAP_N CHAP_R");
}

static bool method_skipped(const struct chap *c, struct iscsi_failure *f)
{
	return failure_set(f, is_mutual(c) ? ISCSI_MUTUAL_SKIPPED : ISCSI_AUTH_SKIPPED,
			   span_of("AuthMethod"));
}

static bool take_method(struct chap *c, struct span value, struct iscsi_failure *f)
{
	c->has_method = true;
	c->none = span_eq(value, "None");
	if (c->none)
		return takes_none(c) || method_skipped(c, f);
	return span_eq(value, "CHAP") || failure_set(f, ISCSI_AUTH_METHOD, span_of("AuthMethod"));
}

static bool take_algorithm(struct chap *c, struct span value, struct iscsi_failure *f)
{
	uint64_t v;

	if (!text_number(value, DIGEST_SHA3_256, &v) || !(c->algorithms & CHAP_BIT((unsigned)v)))
		return failure_set(f, ISCSI_CHAP_ALGORITHM, span_of("CHAP_A"));
	c->algorithm = (uint8_t)v;
	return true;
}

static bool take_challenge(struct chap *c, struct span value, struct iscsi_failure *f)
{
	struct span key = span_of("CHAP_C");
	size_t longest;
	int n;

	if (value.n <= 2)
		return failure_set(f, ISCSI_CHAP_CHALLENGE_SHORT, key);
	longest = 2 + ((value.p[1] | 0x20) == 'b' ? (CHAP_CHALLENGE_MAX + 2) / 3 * 4
						  : 2 * CHAP_CHALLENGE_MAX);
	if (value.n > longest)
		return failure_set(f, ISCSI_CHAP_CHALLENGE_LONG, key);
	n = text_binary(value, c->challenge, sizeof(c->challenge));
	if (n < 0)
		return failure_set(f, ISCSI_CHAP_CHALLENGE_BAD, key);
	if (n < CHAP_CHALLENGE_MIN)
		return failure_set(f, ISCSI_CHAP_CHALLENGE_SHORT, key);
	c->challenge_len = (unsigned)n;
	return true;
}

/* Of the algorithm stage. Each key once. */
static bool take_question(struct chap *c, struct span key, struct span value, struct iscsi_failure *f)
{
	uint64_t v;

	if (span_eq(key, "CHAP_A"))
		return c->algorithm ? failure_set(f, ISCSI_DUPLICATE, key) : take_algorithm(c, value, f);
	if (span_eq(key, "CHAP_C"))
		return c->challenge_len ? failure_set(f, ISCSI_DUPLICATE, key)
					: take_challenge(c, value, f);
	if (!span_eq(key, "CHAP_I"))
		return failure_set(f, ISCSI_UNEXPECTED_KEY, key);
	if (c->has_identifier)
		return failure_set(f, ISCSI_DUPLICATE, key);
	if (!text_number(value, 255, &v))
		return failure_set(f, ISCSI_BAD_VALUE, key);
	c->has_identifier = true;
	c->identifier = (uint8_t)v;
	return true;
}

/* The target's own name and response. */
static bool take_proof(struct chap *c, struct span key, struct span value, struct iscsi_failure *f)
{
	struct span name = c->credentials->name_in;
	int n;

	if (span_eq(key, "CHAP_N")) {
		if (c->has_name)
			return failure_set(f, ISCSI_DUPLICATE, key);
		c->has_name = true;
		c->name_right = value.n == name.n && !memcmp(value.p, name.p, name.n);
		return true;
	}
	if (!span_eq(key, "CHAP_R"))
		return failure_set(f, ISCSI_UNEXPECTED_KEY, key);
	if (c->has_response)
		return failure_set(f, ISCSI_DUPLICATE, key);
	n = text_binary(value, c->response, sizeof(c->response));
	if (n < 0)
		return failure_set(f, ISCSI_MUTUAL_RESPONSE, key);
	c->has_response = true;
	c->response_len = (unsigned)n;
	return true;
}

bool chap_take(struct chap *c, struct span key, struct span value, struct iscsi_failure *f)
{
	if (span_eq(key, "AuthMethod")) {
		if (c->phase == CHAP_METHOD && !c->has_method)
			return take_method(c, value, f);
		/* the same again is no harm */
		return span_eq(value, c->none ? "None" : "CHAP") || failure_set(f, ISCSI_DUPLICATE, key);
	}
	switch (c->phase) {
	case CHAP_ALGORITHM:
		return take_question(c, key, value, f);
	case CHAP_PROOF:
		return take_proof(c, key, value, f);
	case CHAP_OVER:
		if (!is_mutual(c) && (span_eq(key, "CHAP_N") || span_eq(key, "CHAP_R")))
			return failure_set(f, ISCSI_MUTUAL_UNREQUESTED, key);
		/* fall through */
	default:
		return failure_set(f, ISCSI_UNEXPECTED_KEY, key);
	}
}

void chap_response(enum digest_id algorithm, uint8_t identifier, struct span secret,
		   const uint8_t *challenge, size_t n, uint8_t out[DIGEST_MAX])
{
	struct digest d;

	digest_begin(&d, algorithm);
	digest_add(&d, &identifier, 1);
	digest_add(&d, secret.p, secret.n);
	digest_add(&d, challenge, n);
	digest_end(&d, out);
}

/* In a time that does not tell where they differ. */
static bool equal_bytes(const uint8_t *a, const uint8_t *b, size_t n)
{
	uint8_t difference = 0;
	size_t i;

	for (i = 0; i < n; i++)
		difference |= a[i] ^ b[i];
	return !difference;
}

static void offer_algorithms(const struct chap *c, struct out *o)
{
	unsigned id;
	const char *before = "CHAP_A=";

	for (id = DIGEST_SHA3_256; id >= DIGEST_MD5; id--)
		if (c->algorithms & CHAP_BIT(id)) {
			out_fmt(o, "%s%u", before, id);
			before = ",";
		}
	out_ch(o, '\0');
}

/* Answer the target's challenge; mutual CHAP sends one of ours, as long as the digest. */
static bool respond(struct chap *c, struct out *o, struct iscsi_failure *f)
{
	size_t size = digest_size(c->algorithm);

	/* It would have us compute the response that it wants to give. */
	if (is_mutual(c) && c->challenge_len == size && !memcmp(c->challenge, c->random + 1, size))
		return failure_set(f, ISCSI_CHAP_REFLECTED, span_of("CHAP_C"));
	chap_response(c->algorithm, c->identifier, c->credentials->secret, c->challenge,
		      c->challenge_len, c->ours);
	text_add(o, "CHAP_N", "%pS", &c->credentials->name);
	text_add_binary(o, "CHAP_R", c->ours, size);
	if (is_mutual(c)) {
		text_add(o, "CHAP_I", "%u", (unsigned)c->random[0]);
		text_add_binary(o, "CHAP_C", c->random + 1, size);
	}
	c->phase = is_mutual(c) ? CHAP_PROOF : CHAP_OVER;
	/* one-way: the target refuses the login where it does not like the response */
	c->authenticated = !is_mutual(c);
	return true;
}

static bool verify(struct chap *c, struct iscsi_failure *f)
{
	size_t size = digest_size(c->algorithm);
	uint8_t want[DIGEST_MAX];
	bool right;

	if (c->response_len == size && equal_bytes(c->response, c->ours, size))
		return failure_set(f, ISCSI_CHAP_REFLECTED, span_of("CHAP_R"));
	chap_response(c->algorithm, c->random[0], c->credentials->secret_in, c->random + 1, size, want);
	right = c->response_len == size && equal_bytes(c->response, want, size);
	sys_wipe(want, sizeof(want));
	if (!right)
		return failure_set(f, ISCSI_MUTUAL_RESPONSE, span_of("CHAP_R"));
	if (!c->name_right)
		return failure_set(f, ISCSI_MUTUAL_NAME, span_of("CHAP_N"));
	c->authenticated = true;
	c->phase = CHAP_OVER;
	return true;
}

static bool settle_method(struct chap *c, bool transit, struct out *o, struct iscsi_failure *f)
{
	/* no answer, but on to the next stage: as None */
	if (c->none || (transit && !c->has_method)) {
		if (!takes_none(c))
			return method_skipped(c, f);
		c->none = true;
		c->phase = CHAP_OVER;
		return true;
	}
	if (transit)
		return method_skipped(c, f);
	if (c->has_method) {
		c->phase = CHAP_ALGORITHM;
		offer_algorithms(c, o);
	}
	return true;
}

bool chap_settle(struct chap *c, bool transit, struct out *o, struct iscsi_failure *f)
{
	if (c->phase == CHAP_METHOD)
		return settle_method(c, transit, o, f);
	if (c->phase == CHAP_ALGORITHM) {
		if (transit)
			return method_skipped(c, f);
		if (c->algorithm && c->has_identifier && c->challenge_len)
			return respond(c, o, f);
		return true;
	}
	if (c->phase == CHAP_PROOF && c->has_name && c->has_response && !verify(c, f))
		return false;
	if (transit && c->phase != CHAP_OVER)
		return failure_set(f, ISCSI_MUTUAL_SKIPPED, span_of("CHAP_R"));
	return true;
}

unsigned chap_algorithms(struct span list)
{
	static const struct {
		const char *name;
		enum digest_id id;
	} names[] = {
		{ "MD5", DIGEST_MD5 }, { "SHA1", DIGEST_SHA1 }, { "SHA256", DIGEST_SHA256 },
		{ "SHA3-256", DIGEST_SHA3_256 },
	};
	unsigned bits = 0, i;
	struct span part, name;

	while (list.n) {
		span_cut(&list, ',', &part);
		while (span_field(&part, &name)) {
			for (i = 0; i < sizeof(names) / sizeof(*names); i++)
				if (span_eq(name, names[i].name))
					break;
			if (i == sizeof(names) / sizeof(*names))
				return 0;
			bits |= CHAP_BIT(names[i].id);
		}
	}
	return bits;
}
