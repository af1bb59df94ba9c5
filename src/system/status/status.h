/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * status: the present state of the path from the mount of / down to the NIC, and of
 * what keeps it available. Reads files below one directory; nothing here reads from a
 * disk, so nothing can block on one.
 */
#ifndef ISCSIROOT_SYSTEM_STATUS_STATUS_H
#define ISCSIROOT_SYSTEM_STATUS_STATUS_H

#include "runtime/keeper_client.h"
#include "system/check/check.h"

#define CHAIN_MAX 256		/* devices below /: volumes, paths of each session, partitions, disks */

/* A disk below / and the way to it. */
struct status_path {
	short block, session;
	bool good;			/* disk, session and NIC work */
	bool spare;			/* another path to the same LUN is good */
};

/* Beside each of check's sessions. */
struct status_session {
	char state[24];			/* in sysfs: LOGGED_IN, FAILED, FREE */
	struct addr local;		/* our end of its connection */
	short nic;			/* index; -1: not known */
	bool carries;			/* a disk below / */
	bool lost_route;		/* no route leads to its portal */
};

struct status_nic {
	char name[DEVNAME_MAX + 1];
	char state[24];			/* operstate; empty: no such device */
	bool carrier, good;
};

struct status {
	struct check c;			/* root, report, sessions, blocks, disk, hand-off */
	struct keeper_client keeper;
	struct span mounts, timeline;
	uint64_t uptime;		/* seconds since boot, CLOCK_BOOTTIME */
	unsigned n_chain, n_paths, n_nics;
	short chain[CHAIN_MAX];		/* indices of blocks, / first */
	bool chain_cut;			/* there are more */
	struct status_path paths[CHAIN_MAX];
	struct status_session sessions[SESSIONS_MAX];
	struct status_nic nics[SESSIONS_MAX];
};

/** status_open() - look at all of it; what @st had is gone. 0 or -errno: no such directory. */
int status_open(struct status *st, const char *dir);

/** status_asked() - is / on an iSCSI disk, or was it handed over as being on one? */
bool status_asked(const struct status *st);

/** status_grade() - how grave a fault of this path is: a warning where another path is good. */
enum check_state status_grade(const struct status_path *p);

/** status_of_session() - the same for all paths of a session (by index), the worst of them. */
enum check_state status_of_session(const struct status *st, unsigned session);

/** status_attr() - the first line of sys/class/CLASS/NAME, empty where there is none. */
void status_attr(const char *name, char *buf, size_t size);

void status_mount(struct status *st);		/* mount, volume NAME, disk NAME */
void status_sessions(struct status *st);	/* session SID, portal SID, nic NAME */
void status_support(struct status *st);		/* keeper, exitrd, handoff */
void status_net(struct status *st);		/* manager NIC, lease NIC */

#endif
