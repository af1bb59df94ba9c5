/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iscsi_nl: the kernel's iSCSI netlink (scsi/iscsi_if.h): events of sessions, Logout, and the end of a
 * session that a killed iscsistart did not set up completely.
 */
#ifndef ISCSIROOT_KERNEL_ISCSI_NL_H
#define ISCSIROOT_KERNEL_ISCSI_NL_H

#include "kernel/session.h"

/**
 * iscsi_nl_destroy() - end a session without a Logout: stop and destroy its connection, then itself
 * (ISCSI_UEVENT_STOP_CONN, DESTROY_CONN, DESTROY_SESSION). I/O to its disks fails. 0 or -errno.
 */
int iscsi_nl_destroy(const struct session *s);

/**
 * iscsi_nl_stop() - stop a connection that has failed, so that it can be bound again
 * (ISCSI_UEVENT_STOP_CONN, STOP_CONN_RECOVER). I/O is blocked until the session is logged in. It may
 * block while another program's request does. 0 or -errno.
 */
int iscsi_nl_stop(unsigned sid, unsigned cid);

/* What the kernel reports of a connection. */
struct iscsi_nl_event {
	enum {
		ISCSI_NL_OTHER,		/* of no use here, or malformed */
		ISCSI_NL_CONN_ERROR,
		ISCSI_NL_PDU,
	} kind;
	unsigned sid, cid;
	unsigned error;			/* ISCSI_NL_CONN_ERROR: enum iscsi_err, 1001 and up */
	uint8_t bhs[48];		/* ISCSI_NL_PDU: its header, RFC 7143 section 11.2.1 */
};

/** iscsi_nl_listen() - a socket that gets the events that iscsid gets (group 1), O_CLOEXEC and
 * O_NONBLOCK. Return: descriptor or -errno. */
int iscsi_nl_listen(void);

/** iscsi_nl_event() - take one event. Return: 1 an event, 0 there is none, -errno (-ENOBUFS: some were
 * lost, so that the state of the sessions has to be read again). */
int iscsi_nl_event(int fd, struct iscsi_nl_event *ev);

/**
 * iscsi_nl_send_logout() - have the kernel send a Logout that closes the session (RFC 7143 section
 * 11.14); after it the session sends no command.
 * @fd: of iscsi_nl_listen(), but not the one that the response is awaited on: events that come before
 * the kernel's answer are discarded
 * Return: 0 or -errno; -EINVAL, -ENOTCONN and others where the session is not logged in.
 */
int iscsi_nl_send_logout(int fd, const struct session *s);

/**
 * iscsi_nl_await_logout() - await the response on @fd, which was opened before the Logout was sent.
 * @until: sys_now()'s clock
 * @response: the target's code (RFC 7143 section 11.15.1), 0: closed
 * Return: 0, -ETIMEDOUT, -ECONNRESET where the connection failed first, or -errno.
 */
int iscsi_nl_await_logout(int fd, const struct session *s, int64_t until, uint8_t *response);

#endif
