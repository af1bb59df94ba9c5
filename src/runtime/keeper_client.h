/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_client: is the keeper there, and what does it report? Its file, its process, its status, and
 * iscsid. Without a request: it also works for another root directory.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_CLIENT_H
#define ISCSIROOT_RUNTIME_KEEPER_CLIENT_H

#include "runtime/keeper_status.h"

struct keeper_client {
	bool named;			/* KEEPER_FILE exists and names a process */
	bool alive;			/* which is the keeper */
	bool known;			/* @status was read */
	unsigned pid;			/* the keeper's */
	unsigned iscsid;		/* process of the keeper's or the system's iscsid; 0: none */
	struct keeper_status status;
};

/** keeper_client_look() - @root: directory that stands for /. */
void keeper_client_look(int root, struct keeper_client *c);

/** keeper_client_session() - what the keeper reports of a session; NULL: nothing. */
const struct keeper_session *keeper_client_session(const struct keeper_client *c, unsigned sid);

#endif
