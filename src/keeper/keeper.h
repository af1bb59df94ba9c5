/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper: holds the root's sessions: starts iscsid when a connection errs or when it is asked to,
 * and again whenever it ends. Lives in its room (room.h) from the first login until the exitrd.
 */
#ifndef ISCSIROOT_KEEPER_KEEPER_H
#define ISCSIROOT_KEEPER_KEEPER_H

/* Where the kernel's events come from: session_listen(); a test has a socket of its own. */
extern int (*keeper_listen)(void);

/** keeper_keep() - the keeper's life, in its room. @ready: a descriptor that is told of its beginning
 * with one byte, and closed. Returns an exit code where it cannot begin, or when it was told to end. */
int keeper_keep(int ready);

#endif
