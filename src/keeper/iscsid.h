/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iscsid: the process of the keeper's iscsid: its start, its log, its end, and when to restart it.
 */
#ifndef ISCSIROOT_KEEPER_ISCSID_H
#define ISCSIROOT_KEEPER_ISCSID_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/scan.h"

#define ISCSID_NOTIFY "/notify"	/* the socket for its READY=1, sd_notify(3) */

struct iscsid {
	pid_t pid;			/* 0: not running */
	int pidfd, log;			/* @log: the read end of its standard output and error */
	unsigned starts;
	int64_t started, start_at;	/* sys_now(); @start_at: do not start it before */
	int64_t pause;			/* before the next restart, microseconds */
	char buf[512];			/* what is read of its log: @len bytes, @taken of them handed out */
	size_t len, taken;
};

/** iscsid_start() - start it. 0 or -errno; then @start_at says when to try again. */
int iscsid_start(struct iscsid *i);

/** iscsid_protect() - exempt it from the OOM killer again: at its start it sets a value of its own, -17. */
void iscsid_protect(const struct iscsid *i);

/** iscsid_line() - take the next line of its log; one of more than 512 bytes comes in pieces.
 * @rest: also what follows the last newline. False: there is none now. */
bool iscsid_line(struct iscsid *i, struct span *line, bool rest);

/** iscsid_has_ended() - has it ended by itself? Then iscsid_reap() is due. */
bool iscsid_has_ended(const struct iscsid *i);

/** iscsid_reap() - after its end: set when to restart it, at once or, where it ended early, after a
 * pause that doubles each time. Return: its status of waitpid(2). */
int iscsid_reap(struct iscsid *i);

/** iscsid_kill() - kill it, if it runs, with all of its process group. It may be restarted at once. */
void iscsid_kill(struct iscsid *i);

#endif
