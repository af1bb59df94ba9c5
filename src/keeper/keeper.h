/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper: keeps the root's sessions logged in: runs iscsid when a connection is lost or when it is asked
 * to, and restarts it whenever it ends. Lives in its sandbox from the first login to the shutdown.
 */
#ifndef ISCSIROOT_KEEPER_KEEPER_H
#define ISCSIROOT_KEEPER_KEEPER_H

/* Where the kernel's events come from: iscsi_session_listen(); a test has a socket of its own. */
extern int (*keeper_listen)(void);

/* How a connection is stopped, so that it can be bound again: iscsi_session_stop(); likewise. */
extern int (*keeper_stop)(unsigned sid, unsigned cid);

/** keeper_keep() - the keeper's main loop, in its sandbox. @ready: a descriptor that gets one byte once
 * the keeper has started, and is closed. Return: an exit code: it could not start, or was told to end. */
int keeper_keep(int ready);

#endif
