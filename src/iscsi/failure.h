/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failure: why a login failed, by status or by what was wrong in the exchange, and the cause (causes.h)
 * that is shown for it. Never a secret. Pure.
 */
#ifndef ISCSIROOT_ISCSI_FAILURE_H
#define ISCSIROOT_ISCSI_FAILURE_H

#include "base/cause.h"
#include "base/scan.h"

enum iscsi_error {
	ISCSI_OK,
	ISCSI_REFUSED,			/* status classes 2 and 3, and those that do not exist */
	/* the PDU */
	ISCSI_NOT_LOGIN_RESPONSE,	/* another PDU */
	ISCSI_CUT,			/* less data than its header announces */
	ISCSI_VERSION,			/* another version of the protocol */
	ISCSI_BAD_STAGE,		/* not the stage that we are in, or one that we did not ask for */
	ISCSI_NOT_EMPTY,		/* text while ours is not complete (C bit) */
	ISCSI_TOO_LONG,			/* more text than LOGIN_TEXT_MAX */
	ISCSI_ENDLESS,			/* LOGIN_EXCHANGES_MAX exchanges and no end */
	/* its text; `key` names the key */
	ISCSI_MALFORMED,		/* no key=value */
	ISCSI_TOO_MANY_KEYS,
	ISCSI_DUPLICATE,		/* a key twice, with two values */
	ISCSI_BAD_VALUE,		/* not a value of this key */
	ISCSI_NOT_AGREED,		/* a value that was not offered */
	ISCSI_UNEXPECTED_KEY,		/* a key that cannot come now */
	ISCSI_NO_ROOM,			/* the target asks more than we can answer (LOGIN_ANSWER_MAX) */
	/* authentication */
	ISCSI_AUTH_SKIPPED,		/* no authentication, where we have credentials */
	ISCSI_AUTH_METHOD,		/* none of the methods offered */
	ISCSI_MUTUAL_SKIPPED,		/* the target did not authenticate itself */
	ISCSI_MUTUAL_UNREQUESTED,
	ISCSI_MUTUAL_NAME,		/* another name than the one configured */
	ISCSI_MUTUAL_RESPONSE,		/* wrong response: it does not have the secret */
	ISCSI_CHAP_ALGORITHM,		/* none that was offered */
	ISCSI_CHAP_CHALLENGE_SHORT,
	ISCSI_CHAP_CHALLENGE_LONG,
	ISCSI_CHAP_CHALLENGE_BAD,	/* neither hexadecimal nor base64 */
	ISCSI_CHAP_REFLECTED,		/* the target sends our own challenge, or our own response */
	/* found before anything is sent */
	ISCSI_CHAP_SAME_SECRET,		/* the same secret in both directions */
	ISCSI_CHAP_NO_SECRET,		/* mutual CHAP without credentials of our own */
	ISCSI_BAD_CONFIG,		/* a name, secret or offer out of its bounds; `key` names it */
	/* redirection */
	ISCSI_REDIRECT_UNUSABLE,	/* without an address, or one that is no number */
	ISCSI_ERRORS
};

struct iscsi_failure {
	enum iscsi_error error;
	uint8_t status_class, status_detail;	/* where the target has refused the login; else 0 */
	char key[64];				/* the key it is about, escaped; mostly empty */
};

/** failure_set() - note an error. @key: shortened and escaped; false always, for `return`. */
bool failure_set(struct iscsi_failure *f, enum iscsi_error error, struct span key);

/** failure_name() - the error in a few words for a log: static text. */
const char *failure_name(enum iscsi_error error);

/**
 * failure_cause() - the cause that is shown: what happened (what to do).
 * @chap: credentials are configured, so being refused does not mean that they are missing
 * @object: of the cause; "192.0.2.1:3260 iqn..."
 */
void failure_cause(const struct iscsi_failure *f, bool chap, const char *object, struct cause *c);

#endif
