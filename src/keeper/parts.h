/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the keeper share: keeper.c has iscsid and the requests, keeper_sessions.c what
 * becomes of the sessions.
 */
#ifndef ISCSIROOT_KEEPER_PARTS_H
#define ISCSIROOT_KEEPER_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/limits.h"
#include "base/scan.h"
#include "keeper/guard.h"

struct kept {
	unsigned sid, errors, recoveries, error;
	struct addr local;		/* our end of its connection; family 0: not known yet */
	bool known;			/* was there when iscsid began */
	bool down;			/* erred, and not recovered yet */
	bool taken_over;		/* by an iscsid that has just begun: drops the connection */
	int64_t since;			/* sys_boottime() of the latest of both */
};

struct keeper {
	int events, control, client, notify;
	pid_t pid;			/* of iscsid; 0: not running */
	int pidfd, log;
	bool wanted, ready;
	bool stale;			/* iscsid does not know a session that is down */
	bool asked;			/* @client waits for iscsid to be ready */
	unsigned starts;
	int64_t began, again_at, pause;
	size_t line_len;
	unsigned n;
	struct kept list[SESSIONS_MAX];
	struct guard *guard;
	char line[512];			/* of iscsid's log, as far as it has come */
};

/** keeper_status() - write the status, which `iscsiroot status` reads through /proc/PID/root. */
void keeper_status(const struct keeper *k);

/**
 * keeper_look() - look in sysfs, at the beginning, when sessions have come, and when events were
 * lost. Sessions that carry disks are ours to keep; one without is still being made, by iscsistart.
 */
void keeper_look(struct keeper *k);

/** keeper_guard() - KEEPER_GUARD. 0 or -errno; the caller says so. */
int keeper_guard(struct keeper *k);

/** keeper_note_error() - the kernel has told of a connection's error, enum iscsi_err. */
void keeper_note_error(struct keeper *k, unsigned sid, unsigned error);

/** keeper_note_recovery() - iscsid has told that it is logged in again. */
void keeper_note_recovery(struct keeper *k, unsigned sid);

#endif
