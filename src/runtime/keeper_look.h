/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * held: does anybody stand ready to log in again to the root's session? The
 * keeper's file, its process, its own status file, and iscsid.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_LOOK_H
#define ISCSIROOT_RUNTIME_KEEPER_LOOK_H

#include "runtime/keeper_status.h"

struct held {
	bool named;			/* /run/iscsiroot/keeper is there and names a process */
	bool alive;			/* and that is the keeper */
	bool known;			/* @status was read */
	unsigned pid;			/* the keeper's */
	unsigned iscsid;		/* that runs, the keeper's or the system's own; 0: none */
	struct keeper_status status;
};

/** held_look() - @root: directory that stands for /. */
void held_look(int root, struct held *h);

/** held_session() - what the keeper knows of a session; NULL: nothing. */
const struct keeper_session *held_session(const struct held *h, unsigned sid);

#endif
