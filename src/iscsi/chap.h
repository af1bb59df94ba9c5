/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chap: the security stage of a login (RFC 7143 sections 9.2.1 and 12.1): AuthMethod, CHAP with MD5,
 * SHA-1, SHA-256 or SHA3-256, one-way or mutual. Pure: random bytes come from the caller.
 *
 * What is refused, each with an error of its own: a target that takes no authentication where it is
 * wanted, an algorithm that was not offered, a challenge that is empty, too short or too long, our own
 * challenge or response sent back, and, of mutual CHAP, no response, a wrong one, or another name.
 *
 * None: open-iscsi offers "CHAP,None" and takes None (or no answer at all) from the target as long as
 * mutual CHAP is not configured. That gives nothing away (the secret is not used), and one-way CHAP
 * does not tell who the target is in any case. `allow_none` is that behaviour. Safe is false: whoever
 * answers at the portal's address has at least been asked for the method that was configured. With
 * mutual CHAP None is never offered nor taken.
 */
#ifndef ISCSIROOT_ISCSI_CHAP_H
#define ISCSIROOT_ISCSI_CHAP_H

#include "base/limits.h"
#include "iscsi/digest.h"
#include "iscsi/failure.h"

#define CHAP_RANDOM (1 + DIGEST_MAX)	/* bytes: an identifier and a challenge */
#define CHAP_CHALLENGE_MAX 1024		/* bytes, RFC 7143 section 12.1.3 */
#define CHAP_CHALLENGE_MIN 8		/* bytes; those of known targets are 16 or more */

/* The algorithms that may be offered, as bits; they are offered strongest first. */
#define CHAP_BIT(id) (1u << (id))
#define CHAP_ALL (CHAP_BIT(DIGEST_MD5) | CHAP_BIT(DIGEST_SHA1) | CHAP_BIT(DIGEST_SHA256) | \
		  CHAP_BIT(DIGEST_SHA3_256))

/* Any 8-bit text without NUL, 1 to CHAP_MAX bytes each; p NULL, n 0: not configured. */
struct iscsi_credentials {
	struct span name, secret;		/* ours */
	struct span name_in, secret_in;		/* of the target: mutual CHAP */
	bool allow_none;			/* one-way only, see above */
};

enum chap_phase {
	CHAP_METHOD,		/* AuthMethod is offered */
	CHAP_ALGORITHM,		/* the target's algorithm, identifier and challenge are awaited */
	CHAP_PROOF,		/* its name and response are */
	CHAP_OVER,		/* nothing is left to be done; the stage may end */
};

struct chap {
	const struct iscsi_credentials *credentials;	/* the caller's */
	unsigned algorithms;		/* CHAP_BIT() of those offered */
	enum chap_phase phase;
	bool authenticated;		/* CHAP was completed as it is configured */
	bool has_method, has_identifier, has_name, has_response, none;
	uint8_t algorithm;		/* enum digest_id; 0: not known yet */
	uint8_t identifier;		/* the target's */
	uint8_t random[CHAP_RANDOM];	/* our identifier and challenge */
	bool name_right;
	uint8_t response[DIGEST_MAX];	/* the target's */
	uint8_t ours[DIGEST_MAX];	/* our response */
	unsigned response_len, challenge_len;
	uint8_t challenge[CHAP_CHALLENGE_MAX];	/* the target's */
};

/** chap_wanted() - are there credentials, so that a login has a security stage? */
bool chap_wanted(const struct iscsi_credentials *c);

/**
 * chap_begin() - check the credentials, and begin.
 * @credentials: stays the caller's, who wipes it after the login
 * @algorithms: CHAP_BIT()s, at least one of CHAP_ALL
 * Return: false with @f for what cannot work: see ISCSI_CHAP_SAME_SECRET and the two after it.
 */
bool chap_begin(struct chap *c, const struct iscsi_credentials *credentials, unsigned algorithms,
		const uint8_t random[CHAP_RANDOM], struct iscsi_failure *f);

/** chap_offer() - append AuthMethod to the first request. */
void chap_offer(const struct chap *c, struct out *o);

/** chap_may_transit() - may a request now ask to leave the stage (T bit)? */
bool chap_may_transit(const struct chap *c);

/** chap_has_key() - is it a key of this stage: AuthMethod, CHAP_A, _I, _C, _N or _R? */
bool chap_has_key(struct span key);

/** chap_take() - take one such pair of a response. false with @f. */
bool chap_take(struct chap *c, struct span key, struct span value, struct iscsi_failure *f);

/**
 * chap_settle() - after all pairs of a response: go on, and append what is to be sent.
 * @transit: the response leaves the stage; refused unless all is done
 * Return: false with @f.
 */
bool chap_settle(struct chap *c, bool transit, struct out *o, struct iscsi_failure *f);

/**
 * chap_response() - digest of identifier, secret and challenge (RFC 1994 section 4.1).
 * @out: digest_size(@algorithm) bytes
 * The secret is left on the stack below the caller until sys_wipe_stack(), which who began the login
 * calls after its end.
 */
void chap_response(enum digest_id algorithm, uint8_t identifier, struct span secret,
		   const uint8_t *challenge, size_t n, uint8_t out[DIGEST_MAX]);

/**
 * chap_algorithms() - a list as open-iscsi's setting node.session.auth.chap_algs has it: names (MD5,
 * SHA1, SHA256, SHA3-256) apart by commas or blanks; the order is ignored.
 * Return: CHAP_BIT()s, 0 where one is unknown or there is none.
 */
unsigned chap_algorithms(struct span list);

#endif
