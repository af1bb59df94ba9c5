/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sessions: the iSCSI sessions at shutdown: which targets still answer, and the Logout.
 */
#ifndef ISCSIROOT_EXITRD_SESSIONS_H
#define ISCSIROOT_EXITRD_SESSIONS_H

#include <stdbool.h>

#include "exitrd/bounded.h"
#include "kernel/session.h"
#include "runtime/handoff.h"

enum fate {
	FATE_NO_DISK,		/* nothing can wait for it */
	FATE_ALIVE,		/* one of its disks answered */
	FATE_DEAD,		/* none did: destroyed, so that its I/O fails instead of waiting */
	FATE_KEPT,		/* its disks are still written to: no Logout */
};

struct sessions {
	struct bounded *bounded;
	unsigned n;
	struct session list[SESSIONS_MAX + 1];	/* one more shows that there are too many */
	enum fate fate[SESSIONS_MAX];
};

/** sessions_find() - list them, and destroy those whose targets do not answer. */
void sessions_find(struct sessions *s);

/** sessions_report_missing() - report each session that the boot set up and that has no successor: no
 * session to its target exists any more. The others are logged out of, whoever made them. */
void sessions_report_missing(const struct sessions *s, const struct handoff *h);

/** sessions_destroy_dead() - ask the targets again, and destroy the sessions of those that do not
 * answer any more. True where there was one. */
bool sessions_destroy_dead(struct sessions *s);

/** sessions_flush() - flush the write caches of all disks, then remove them from the kernel.
 * @writable: a file system may still be written to: a session with a busy disk is left as it is */
void sessions_flush(struct sessions *s, bool writable);

/** sessions_logout() - log out of all at the same time, then destroy them in the kernel. */
void sessions_logout(struct sessions *s);

#endif
