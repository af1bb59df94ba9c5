/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * procs: killing all processes; the keeper of the sessions, with its iscsid, comes last.
 */
#ifndef ISCSIROOT_EXITRD_PROCS_H
#define ISCSIROOT_EXITRD_PROCS_H

#include <stdbool.h>
#include <sys/types.h>

struct procs {
	pid_t keeper;		/* 0: not running */
	bool init_stays;	/* process 1 and our own ancestors are not killed */
};

/** procs_find_keeper() - read its process number from /run/iscsiroot/keeper and check that it is one. */
void procs_find_keeper(struct procs *p);

/** procs_wake_keeper() - SIGCONT to it and its descendants, in case they were stopped. */
void procs_wake_keeper(const struct procs *p);

/** procs_kill() - SIGKILL to all processes except the kernel's, ourselves and the keeper's. */
void procs_kill(const struct procs *p);

/** procs_end_keeper() - SIGKILL to the keeper and its descendants. */
void procs_end_keeper(struct procs *p);

#endif
