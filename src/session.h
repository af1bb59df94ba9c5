/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session: the kernel's iSCSI sessions: sysfs to look, iSCSI netlink
 * (scsi/iscsi_if.h) to end what a killed iscsistart left behind.
 */
#ifndef ISCSIROOT_SESSION_H
#define ISCSIROOT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "limits.h"
#include "scan.h"

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

/** session_destroy() - end a session that is not logged in: stop and destroy its connection, then
 * itself (ISCSI_UEVENT_STOP_CONN, DESTROY_CONN, DESTROY_SESSION). 0 or -errno. */
int session_destroy(const struct session *s);

#endif
