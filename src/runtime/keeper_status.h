/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * status_text: what `iscsiroot status` reads in files of other programs (the
 * keeper's, the hand-off, the timeline), and how it shows sizes and ages. Pure.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_STATUS_H
#define ISCSIROOT_RUNTIME_KEEPER_STATUS_H

#include "base/limits.h"
#include "base/scan.h"

#define PID_LIMIT 4194304	/* PID_MAX_LIMIT, linux/threads.h */

/* What the keeper knows of a session. */
struct keeper_session {
	unsigned sid;
	unsigned errors, recoveries;
	unsigned error;			/* the last, enum iscsi_err of scsi/iscsi_if.h; 0: none */
	int64_t since;			/* of the last of both, microseconds since boot; -1: none */
};

/* The keeper's own status file: blocks of key=value, one for each session. */
struct keeper_status {
	unsigned iscsid;		/* its process; 0: does not run */
	unsigned starts;		/* how often it was started */
	unsigned guarded, restored;	/* NICs, and how often one of them was put back */
	unsigned n;
	struct keeper_session sessions[SESSIONS_MAX];
};

/** status_text_keeper() - read it; false where it is malformed or of another version. */
bool status_text_keeper(struct span text, struct keeper_status *k);

/** status_text_pid() - the process that /run/iscsiroot/keeper names; false: none. */
bool status_text_pid(struct span text, unsigned *pid);

/** status_text_login() - when @portal ("192.0.2.1:3260") was logged in to last, by the timeline. */
bool status_text_login(struct span timeline, const char *portal, int64_t *when);

/** status_text_booted() - when this boot began, seconds since 1970, by /proc/stat; false: none. */
bool status_text_booted(struct span stat, uint64_t *when);

/** status_text_error() - an enum iscsi_err in words (scsi/iscsi_if.h); NULL: not known. */
const char *status_text_error(unsigned error);

/** status_text_age() - "34 s", "12 min", "3 h 12 min", "4 d 3 h". */
void status_text_age(struct out *o, uint64_t seconds);

/** status_text_size() - "8 GiB", "1.5 TiB": rounded down, at most one digit behind the point. */
void status_text_size(struct out *o, uint64_t bytes);

#endif
