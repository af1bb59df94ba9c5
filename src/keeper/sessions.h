/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sessions: what the keeper records of the kernel's sessions, and when they need iscsid.
 */
#ifndef ISCSIROOT_KEEPER_SESSIONS_H
#define ISCSIROOT_KEEPER_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/limits.h"
#include "base/scan.h"

struct kept_session {
	unsigned sid, errors, recoveries, error;
	struct addr local;		/* our address of its connection; family 0: not known yet */
	struct addr portal;		/* family 0: it has a host name */
	uint16_t port;
	bool logged_in;			/* by the last look */
	int64_t progress;		/* sys_now() of the last sign of iscsid's work on it while it is down */
	bool known;			/* existed when the running iscsid was started */
	bool down;			/* its connection had an error, and is not restored yet */
	bool taken_over;		/* by an iscsid that was just started: drops the connection */
	int64_t since;			/* sys_boottime() of the last error or recovery; 0: none */
};

struct sessions {
	pid_t iscsid;			/* that runs; 0: none. Set by the caller */
	bool iscsid_wanted;		/* a session is down: iscsid has to run */
	bool iscsid_stale;		/* a session is down that the running iscsid does not know */
	bool too_many;			/* reported: more than SESSIONS_MAX */
	unsigned n;
	struct kept_session list[SESSIONS_MAX];
};

/**
 * sessions_look() - read the sessions from sysfs: at the start, when sessions were added, and when
 * events were lost. Only those are kept that were logged in; any other is still being created by iscsistart.
 */
void sessions_look(struct sessions *s);

/** sessions_taken_over() - iscsid is being started: it will know all sessions of the last look, and
 * drop and restore their connections. */
void sessions_taken_over(struct sessions *s);

/** sessions_error() - the kernel has reported an error of a session's connection, enum iscsi_err. */
void sessions_error(struct sessions *s, unsigned sid, unsigned error);

/** sessions_progress() - iscsid has reported an answer of the target: its login is not stuck. */
void sessions_progress(struct sessions *s, unsigned sid);

/** sessions_recovery() - iscsid has reported that a session is logged in again. */
void sessions_recovery(struct sessions *s, unsigned sid);

/** sessions_local() - our addresses of the connections. Return: how many. */
unsigned sessions_local(const struct sessions *s, struct addr local[SESSIONS_MAX]);

#endif
