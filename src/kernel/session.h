/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session: the kernel's iSCSI sessions: sysfs to look, iSCSI netlink (scsi/iscsi_if.h) to hear of
 * them, to log out, and to end what a killed iscsistart left behind.
 */
#ifndef ISCSIROOT_KERNEL_SESSION_H
#define ISCSIROOT_KERNEL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/scan.h"

struct session {
	unsigned sid;			/* /sys/class/iscsi_session/sessionSID */
	unsigned cid;			/* its connection, mostly 0 */
	unsigned host;			/* SCSI host number */
	uint16_t port;
	uint16_t tpgt;
	bool logged_in;			/* state LOGGED_IN */
	char target[INAME_MAX + 1];
	char address[HOST_MAX + 1];	/* persistent: as iscsistart was given it */
};

/* Where sysfs is; a test puts a tree of its own there. */
extern const char *session_sysfs;

/** session_sysfs_has() - is there such a path in sysfs ("class/iscsi_transport/tcp")? */
bool session_sysfs_has(const char *path);

/** session_list() - look in sysfs. Return: how many, at most @max, or -errno. */
int session_list(struct session *list, unsigned max);

/** session_count() - how many there are, also beyond @max of session_list(). */
unsigned session_count(void);

/** session_portal() - "192.0.2.1:3260", "[2001:db8::1]:3260". */
void session_portal(const struct session *s, char *buf, size_t size);

/** session_disks() - hand @fn the name of each disk of a session ("sda"), until it says false.
 * 0 or -errno. */
int session_disks(const struct session *s, bool (*fn)(void *arg, const char *disk), void *arg);

/** session_destroy() - end a session, without a Logout: stop and destroy its connection, then
 * itself (ISCSI_UEVENT_STOP_CONN, DESTROY_CONN, DESTROY_SESSION). What waits for its disks is told
 * of an error. 0 or -errno. */
int session_destroy(const struct session *s);

/* What the kernel tells of a connection. */
struct session_event {
	enum {
		SESSION_OTHER,		/* of no use here, or malformed */
		SESSION_CONN_ERROR,
		SESSION_PDU,
	} kind;
	unsigned sid, cid;
	unsigned error;			/* SESSION_CONN_ERROR: enum iscsi_err, 1001 and up */
	uint8_t bhs[48];		/* SESSION_PDU: its header, RFC 7143 section 11.2.1 */
};

/** session_listen() - a socket of the kernel's iSCSI netlink that hears what iscsid hears (group
 * 1), O_CLOEXEC and O_NONBLOCK. Return: descriptor or -errno. */
int session_listen(void);

/** session_event() - take one event. Return: 1 an event, 0 none is there now, -errno (-ENOBUFS:
 * some were lost; look again at what matters). */
int session_event(int fd, struct session_event *ev);

/**
 * session_send_logout() - have the kernel send a Logout that closes the session (RFC 7143 section
 * 11.14); from then on it sends no command any more.
 * @fd: of session_listen(), but not the one that is awaited with: what came before the kernel's
 * answer is thrown away
 * Return: 0 or -errno; -EINVAL, -ENOTCONN and others where the session is not logged in.
 */
int session_send_logout(int fd, const struct session *s);

/**
 * session_await_logout() - await its response on @fd, which listens since before it was sent.
 * @until: sys_now()'s clock
 * @response: the target's code (RFC 7143 section 11.15.1), 0: closed
 * Return: 0, -ETIMEDOUT, -ECONNRESET where the connection erred first, or -errno.
 */
int session_await_logout(int fd, const struct session *s, int64_t until, uint8_t *response);

#endif
