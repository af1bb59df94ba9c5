/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watchers: clients that get each change of a portal's state (runtime/keeper_event.h): the boot. One that does not
 * read loses no change for good: it gets the state as it is when it reads again.
 */
#ifndef ISCSIROOT_KEEPER_WATCHERS_H
#define ISCSIROOT_KEEPER_WATCHERS_H

#include "keeper/engine/engine.h"

#define WATCHERS_MAX 2		/* the boot, and another run of it that is beginning */

struct watchers {
	int fd[WATCHERS_MAX];		/* -1: none */
	bool due[WATCHERS_MAX][LOGINS_MAX];	/* portals whose state it does not have yet */
};

void watchers_init(struct watchers *w);

/** watchers_add() - a connection that is taken over, and gets the state of all portals. False: there are too many. */
bool watchers_add(struct watchers *w, int fd);

/** watchers_step() - send what has changed, and drop who has disconnected. Return: has any portal changed? */
bool watchers_step(struct watchers *w, struct engine *e, struct wait *wait);

/** watchers_any() - is there one? */
bool watchers_any(const struct watchers *w);

#endif
