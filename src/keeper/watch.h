/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch: notices an iscsid that no longer makes progress: a session is down though its portal answers.
 * iscsid does not notice a connection error whose event was lost (the kernel allocates it GFP_ATOMIC), and
 * versions before 2.1.9 can retry a login for ever that the kernel refuses. A restart helps in both cases.
 */
#ifndef ISCSIROOT_KEEPER_WATCH_H
#define ISCSIROOT_KEEPER_WATCH_H

#include "base/sys.h"
#include "keeper/sessions.h"

struct watch {
	int64_t look_at;		/* sys_now(): when sysfs is read again */
	int64_t pause;			/* the last pause between two restarts; 0: no restart so far */
	int64_t restart_at;		/* no restart before this time */
	int fd;				/* connects to a portal; -1: none */
	int64_t until;			/* how long it may take */
	unsigned sid;			/* whose portal it is */
};

#define WATCH_INIT { .fd = -1 }

/**
 * watch_step() - do what is due: read the sessions every three seconds, and try to connect to the portal of
 * one that has been down for ten seconds without a sign of progress.
 * Return: true where the running iscsid is to be restarted; that is logged.
 */
bool watch_step(struct watch *w, struct sessions *s);

/** watch_wait() - add what it waits for. */
void watch_wait(const struct watch *w, struct wait *wait);

#endif
