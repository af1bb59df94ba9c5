/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session: the kernel's iSCSI sessions as sysfs shows them.
 */
#ifndef ISCSIROOT_KERNEL_SESSION_H
#define ISCSIROOT_KERNEL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/scan.h"

/*
 * The value of recovery_tmo that stands for "never", in seconds: the most that the kernel's timer takes
 * (times HZ, in an int), 24 days of outage. The kernel has "off" as well, but open-iscsi's postinst compares
 * the value as a number, and complains at each upgrade.
 */
#define RECOVERY_NEVER 2147483

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

/** session_list() - look in sysfs. Return: how many, at most @max, or -errno. */
int session_list(struct session *list, unsigned max);

/** session_count() - how many there are, also beyond @max of session_list(). */
unsigned session_count(void);

/** session_portal() - "192.0.2.1:3260", "[2001:db8::1]:3260". */
void session_portal(const struct session *s, char *buf, size_t size);

/** session_disks() - hand @fn the name of each disk of a session ("sda"), until it says false.
 * 0 or -errno. */
int session_disks(const struct session *s, bool (*fn)(void *arg, const char *disk), void *arg);

/**
 * session_was_up() - was it logged in at some time? Then the kernel has scanned it: there are SCSI devices
 * below it. Otherwise a program is still creating it, or has failed to.
 */
bool session_was_up(const struct session *s);

/** session_local() - our address of its connection. False: not connected. */
bool session_local(const struct session *s, struct addr *local);

#endif
