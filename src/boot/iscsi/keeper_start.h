/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_start: runs `iscsiroot-keeper start` whenever there are sessions that the keeper does not know yet,
 * and writes the parameters that its iscsid needs.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_KEEPER_START_H
#define ISCSIROOT_BOOT_ISCSI_KEEPER_START_H

#include "base/spawn.h"
#include "plan/plan.h"

struct keeper_start {
	const char *program;		/* NULL: the installed one; tests have their own */
	const char *params_file;	/* NULL: KEEPER_PARAMS; likewise */
	unsigned n;			/* sessions at its last start; 0: it was not started */
	struct spawn spawn;		/* ends when the keeper holds them */
};

/**
 * keeper_start_step() - start it where @n, how many sessions there are to keep, has changed.
 * @multipath: portal_is_multipath() of any target: iscsid has one configuration for all sessions
 */
void keeper_start_step(struct keeper_start *k, const struct plan *plan, bool multipath, unsigned n, struct wait *w);

/** keeper_start_failed() - no keeper could be started, so that nobody logs in again to a session that is lost. */
bool keeper_start_failed(const struct keeper_start *k);

/** keeper_start_close() - await its end, and report it where it has failed. */
void keeper_start_close(struct keeper_start *k);

#endif
