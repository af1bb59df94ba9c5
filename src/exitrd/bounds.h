/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bounds: how long each step of the shutdown may take, in microseconds.
 */
#ifndef ISCSIROOT_EXITRD_BOUNDS_H
#define ISCSIROOT_EXITRD_BOUNDS_H

/* The first three count from the start: together they keep the bound of a dead target. */
#define DEAD_US		12000000	/* everything at a dead target except the last steps */
#define RECOVERY_US	300000000	/* a target that answered at the start may take this long to recover */
#define KILL_US		2000000		/* until killed processes have ended */
#define PROBE_US	4000000		/* until one of a session's disks has answered */
#define BRIEF_US	3000000		/* one call that is not expected to block any more */
#define LOGOUT_US	3000000		/* until the target has answered the Logout */
#define REPORT_US	10000000	/* between two lines about a call that is still blocked */

#endif
