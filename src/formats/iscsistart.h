/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * login_text: what iscsistart says, turned into a cause. Its exit status is
 * 1 whatever went wrong; only its text tells. Pure.
 */
#ifndef ISCSIROOT_FORMATS_ISCSISTART_H
#define ISCSIROOT_FORMATS_ISCSISTART_H

#include "base/scan.h"

enum login_said {
	SAID_NOTHING,		/* nothing that decides */
	SAID_READY,		/* it is up and listens; it sleeps for a second before it begins */
	SAID_LOST,		/* the connection broke: it waits for its timeout, nothing else comes */
	SAID_MOVED,		/* it was redirected and connects anew */
	SAID_NO,		/* a reason for a failure */
	SAID_NEVER,		/* a reason that no retry mends */
	SAID_EXISTS,		/* such a session is there already */
	SAID_UP,		/* logged in */
};

struct login_words {
	enum login_said said;
	int code;		/* exit code of SAID_LOST, SAID_MOVED, SAID_NO and SAID_NEVER */
	char text[256];		/* what happened (what to do); never a secret */
};

/**
 * login_read_output() - read all that one run of iscsistart has said until now.
 * @chap: credentials were given, so being refused does not mean that they are missing
 * @words: written whole
 *
 * The texts are those of open-iscsi 2.1.8 to 2.1.11: usr/{iscsistart,initiator,initiator_common,
 * login,auth,io,netlink,iscsi_err,idbm}.c. Statuses: RFC 7143 section 11.13.5.
 */
void login_read_output(const char *output, size_t len, bool chap, struct login_words *words);

#endif
