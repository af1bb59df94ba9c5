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
 * The value of recovery_tmo that stands for "never", in seconds: 24 days of outage, the most that the kernel can
 * multiply with HZ in an int (__iscsi_block_session() of drivers/scsi/scsi_transport_iscsi.c). It also has a real
 * "never", any negative number, -1 being "off" in sysfs. That is worse here, in three ways:
 *   - open-iscsi's postinst compares sysfs' text with `-gt` at each upgrade, and complains about "off"
 *   - SET_PARAM reads a number only: "off" is 0, where I/O fails at once
 *   - once the system is shutting down, the kernel fails the I/O of a session that is lost, unless this is
 *     negative: then the reboot hangs (iscsi_cleanup_conn_work_fn())
 * Written to sysfs it holds against what any SET_PARAM says later, but sysfs is EBUSY unless the session is
 * LOGGED_IN: SET_PARAM before the start, sysfs after it.
 */
#define RECOVERY_NEVER 2147483

struct session {
	unsigned sid;			/* /sys/class/iscsi_session/sessionSID */
	unsigned cid;			/* its connection, mostly 0 */
	unsigned host;			/* SCSI host number */
	uint16_t port;
	uint16_t tpgt;
	bool logged_in;			/* state LOGGED_IN */
	bool first_login;		/* is being logged in for the first time, or was given up at that */
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

enum session_state {
	SESSION_GONE,			/* there is no such session */
	SESSION_FREE,			/* never logged in; or its recovery_tmo has passed, and I/O fails */
	SESSION_LOGGED_IN,
	SESSION_FAILED,			/* I/O is blocked */
};

/* What a session's owner needs besides struct session. */
struct session_facts {
	enum session_state state;
	bool connected;			/* it has a connection, of whatever state */
	int32_t creator;		/* netlink port of who created it; -1: the kernel, or we: iscsid leaves it alone */
	int32_t recovery_tmo;		/* seconds; -1: off */
	uint32_t exp_statsn;		/* of its connection; 0: none */
};

/** session_facts() - read them anew, of session @sid and its connection @cid. */
void session_facts(unsigned sid, unsigned cid, struct session_facts *f);

/**
 * session_set_recovery() - pin recovery_tmo to @seconds, at most RECOVERY_NEVER.
 * Return: 0 or -errno; -EBUSY while it is not logged in.
 */
int session_set_recovery(unsigned sid, uint32_t seconds);

#endif
