/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iscsistart: the messages of open-iscsi's iscsistart, turned into an outcome and a cause. Its exit
 * status is 1 whatever went wrong; only its text tells. Pure.
 */
#ifndef ISCSIROOT_FORMATS_ISCSISTART_H
#define ISCSIROOT_FORMATS_ISCSISTART_H

#include "base/cause.h"
#include "base/scan.h"

enum iscsistart_outcome {
	ISCSISTART_UNDECIDED,	/* no message that decides */
	ISCSISTART_LISTENS,	/* started; its parent sleeps for a second before it logs in */
	ISCSISTART_LOST,	/* connection lost: it waits for its timeout, no other message comes */
	ISCSISTART_REDIRECTED,	/* it was redirected and connects again */
	ISCSISTART_FAILED,
	ISCSISTART_EXISTS,	/* there is such a session already */
	ISCSISTART_LOGGED_IN,
};

struct iscsistart_result {
	enum iscsistart_outcome outcome;
	struct cause cause;	/* of ..._LOST, _REDIRECTED, _FAILED; without object, never a secret */
};

/**
 * iscsistart_read() - read all that one run of iscsistart has written until now.
 * @chap: credentials were given, so being refused does not mean that they are missing
 * @result: written whole
 *
 * The texts are those of open-iscsi 2.1.8 to 2.1.11: usr/{iscsistart,initiator,initiator_common,
 * login,auth,io,netlink,iscsi_err,idbm}.c. Statuses: RFC 7143 section 11.13.5.
 */
void iscsistart_read(const char *output, size_t len, bool chap, struct iscsistart_result *result);

#endif
