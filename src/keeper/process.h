/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process: what both kinds of keeper are as a process: never swapped out, and reachable by a socket.
 */
#ifndef ISCSIROOT_KEEPER_PROCESS_H
#define ISCSIROOT_KEEPER_PROCESS_H

/** process_harden() - never swapped out, no waiting for the root's I/O to get memory, killed last when memory runs
 * out; signals that end a process are ignored. 0 or -errno. */
int process_harden(void);

/** process_listen() - a socket at @path of that type, SOCK_SEQPACKET or SOCK_DGRAM, nonblocking. Return: it, or
 * -errno. */
int process_listen(const char *path, int type);

#endif
