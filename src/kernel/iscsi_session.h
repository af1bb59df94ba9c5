/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iscsi_session: the door to the kernel's iSCSI netlink (NETLINK_ISCSI; drivers/scsi/scsi_transport_iscsi.c):
 * requests and their replies, and the events of sessions. iscsi/iscsi_if has the messages.
 *
 * The kernel carries a request out within sendto(2), and has queued the reply before it returns. It holds
 * one mutex meanwhile, for all programs: while another program's DESTROY_SESSION hangs, sendto(2) blocks,
 * and not even SIGKILL ends it. So there are two ways:
 *
 *   iscsi_session_ask()   in this process: the exitrd's children, the boot, tests
 *   struct iscsi_helper   in a process of its own (kernel/iscsi_helper.h), which the keeper uses: requests
 *                         go to it through a socket, their results come back through the same
 *
 * The reply to a request goes to the port of the socket that sent it, and to nobody else; a request socket is
 * not in the group of events, so that events never crowd out a reply.
 */
#ifndef ISCSIROOT_KERNEL_ISCSI_SESSION_H
#define ISCSIROOT_KERNEL_ISCSI_SESSION_H

#include "iscsi/iscsi_if.h"
#include "kernel/session.h"

/* How the sockets are made; a test has a socket pair instead. @port: nl_pid, 0 the kernel's choice; @groups:
 * nl_groups. Return: a socket, O_CLOEXEC, or -errno. */
extern int (*iscsi_session_socket)(uint32_t port, uint32_t groups);

/**
 * iscsi_session_ask() - send one request and take its reply.
 * @fd: of iscsi_session_open(), or -1: a socket for this request alone
 * @m: the request, of iscsi_if_*(); the transport is filled in, and the reply is written over it
 * CREATE_SESSION is always sent from a socket of its own, bound to port 0xffffffff: the kernel shows the port as
 * the session's `creator`, and iscsid takes over at its start every session whose creator is not -1. One
 * process at a time can have that port.
 * Return: 0, or -errno: the kernel's, also of an error that the reply reports; -ENODEV iscsi_tcp is not
 * loaded; -EADDRINUSE another process is creating a session; -EIO there was no reply.
 */
int iscsi_session_ask(int fd, struct iscsi_if *m, struct iscsi_if_reply *reply);

/** iscsi_session_open() - a socket for requests. Return: descriptor or -errno. */
int iscsi_session_open(void);

/**
 * iscsi_session_listen() - a socket that gets the events that iscsid gets (group 1), O_CLOEXEC and
 * O_NONBLOCK, with room for a burst of them. Subscribe first, then look at sysfs. While a session exists
 * a process has to listen: where none does, the kernel fails the connection that brings an asynchronous
 * message, and complains on the console.
 * Return: descriptor or -errno.
 */
int iscsi_session_listen(void);

/**
 * iscsi_session_event() - take one event.
 * @m: the message; @ev points into it
 * Return: 1 an event, 0 there is none, -errno. -ENOBUFS: some were lost, so that the state of the sessions has
 * to be read again.
 */
int iscsi_session_event(int fd, struct iscsi_if *m, struct iscsi_if_event *ev);

/**
 * iscsi_session_destroy() - end a session without a Logout: stop and destroy its connection, then itself
 * (STOP_CONN, DESTROY_CONN, DESTROY_SESSION). I/O to its disks fails. 0 or -errno.
 */
int iscsi_session_destroy(const struct session *s);

/**
 * iscsi_session_stop() - stop a connection that has failed, so that it can be bound again
 * (STOP_CONN for recovery). I/O is blocked until the session is logged in. 0 or -errno.
 */
int iscsi_session_stop(unsigned sid, unsigned cid);

/**
 * iscsi_session_logout() - have the kernel send a Logout that closes the session (RFC 7143 section 11.14); after
 * it the session sends no command.
 * Return: 0 or -errno; -EPERM, -ENOTCONN and others where the session is not logged in.
 */
int iscsi_session_logout(const struct session *s);

/**
 * iscsi_session_await_logout() - await the response on @fd, of iscsi_session_listen() before the Logout was sent.
 * @until: sys_now()'s clock
 * @response: the target's code (RFC 7143 section 11.15.1), 0: closed
 * Return: 0, -ETIMEDOUT, -ECONNRESET where the connection failed first, or -errno.
 */
int iscsi_session_await_logout(int fd, const struct session *s, int64_t until, uint8_t *response);

#endif
