/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bounds: how long each step of the shutdown may take, in microseconds.
 */
#ifndef ISCSIROOT_EXITRD_BOUNDS_H
#define ISCSIROOT_EXITRD_BOUNDS_H

#define DEAD_US		6000000		/* everything at dead targets except the last steps, once they are known */
#define RECOVERY_US	300000000	/* from the start: a target that answered then may take this to recover */
#define KILL_US		2000000		/* until killed processes have ended */
#define PROBE_US	4000000		/* until a disk has answered, while the session is not logged in */
#define SILENT_US	11000000	/* the same while it is: open-iscsi's NOP interval and timeout, and one */
#define SILENT_MAX_US	30000000	/* the most that a session's own NOP interval and timeout make of it */
#define BRIEF_US	3000000		/* one call that is not expected to block any more */
#define LOGOUT_US	3000000		/* until the target has answered the Logout */
#define REPORT_US	10000000	/* between two lines about a call that is still blocked */

#endif
