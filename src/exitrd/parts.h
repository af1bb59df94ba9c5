/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shutdown_parts: the steps of the exitrd, and what they share.
 */
#ifndef ISCSIROOT_EXITRD_PARTS_H
#define ISCSIROOT_EXITRD_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/session.h"

/* Microseconds. The first three count from the start: together they keep a dead target's bound. */
#define DEAD_US		12000000	/* all of it at a dead target, but for the last steps */
#define PATIENCE_US	300000000	/* a target that was there when it began is waited for */
#define KILL_US		2000000		/* processes that were killed */
#define PROBE_US	4000000		/* does one of a session's disks answer? */
#define BRIEF_US	3000000		/* one call that should not block any more */
#define LOGOUT_US	3000000		/* the target's answer to the Logout */
#define SAY_US		10000000	/* how long a wait may stay silent */

enum fate {
	FATE_NONE,		/* has no disk: nothing hangs on it */
	FATE_ALIVE,		/* one of its disks answered */
	FATE_DEAD,		/* none did: destroyed, so that its I/O fails and does not wait */
	FATE_KEPT,		/* still written to: no Logout */
};

struct down {
	int64_t start;
	pid_t keeper;		/* 0: none */
	bool init_stays;	/* process 1 is another program, and goes on from the old root */
	bool hopeless;		/* waiting has not helped: no long wait any more */
	bool writable;		/* something is, or may be, still written to */
	unsigned n;
	struct session sessions[SESSIONS_MAX];
	enum fate fate[SESSIONS_MAX];
};

/* Where the kernel's files and its log are; a test puts its own there. */
extern const char *down_proc, *down_kmsg;

/* shutdown_say.c */
/** down_console() - standard streams on this root's console: they held something of the old one. */
void down_console(void);
/** down_say() - one line, on the console and in the kernel's log: OBJECT: text. */
void down_say(const char *object, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* shutdown_root.c */
/** down_enter() - what systemd-shutdown does for us: the exitrd becomes the root of all, the old one is
 * /oldroot. 0 or -errno: nothing was changed. */
int down_enter(void);

/* shutdown_wait.c */
/** down_pause() - let some microseconds pass. */
void down_pause(int64_t us);
/**
 * down_call() - call @fn in a child and wait: long where an iSCSI target that was alive may come
 * back, with a line every ten seconds; briefly where not. When that is over sessions that are dead
 * by now are destroyed, which makes the call fail or end.
 * @object, @doing: "/oldroot", "unmounting"
 * Return: what @fn returned; -ETIMEDOUT: left behind.
 */
int down_call(struct down *d, const char *object, const char *doing, int (*fn)(void *), void *arg);
/** down_patience() - until when a call that begins at @now is waited for. */
int64_t down_patience(const struct down *d, int64_t now);

/* shutdown_procs.c */
/** procs_find_keeper() - from /run/iscsiroot/keeper, if it is one. */
void procs_find_keeper(struct down *d);
/** procs_wake_keeper() - SIGCONT to it and its descendants. */
void procs_wake_keeper(const struct down *d);
/** procs_kill() - SIGKILL to all but the kernel's, ourselves and the keeper's. */
void procs_kill(const struct down *d);
/** procs_end_keeper() - SIGKILL to it, then to its descendants. */
void procs_end_keeper(struct down *d);

/* shutdown_mounts.c */
/** mounts_take_down() - swap, file systems, loop devices and device-mapper devices: in passes until
 * nothing goes any more. What stays mounted is made read-only; what stays at all is said. */
void mounts_take_down(struct down *d);

/* shutdown_disks.c */
/** disks_loops_off() - detach the loop devices; true where one went. */
bool disks_loops_off(struct down *d);
/** disks_dm_off() - remove device-mapper devices, say which stay (@last); true where one went. */
bool disks_dm_off(struct down *d, bool last);
/** disks_limit() - a command that a session's disks answer with an error is not tried for ever. */
void disks_limit(const struct session *s);
/** disks_flush() - the caches of a session's disks. */
void disks_flush(struct down *d, const struct session *s);
/** disks_delete() - take a session's disks out of the kernel. */
void disks_delete(struct down *d, const struct session *s);
/** disks_held() - does anything have one of a session's disks open? */
bool disks_held(const struct session *s);
/** disks_ask() - scsi_alive(); a test puts its own disks there. */
extern int (*disks_ask)(const char *disk, unsigned timeout_ms);
/**
 * disks_alive() - ask a session's disks until one answers. For a child; its own ones that hang are
 * left behind.
 * Return: 0: one did, or all of them cannot be opened, and the session is logged in; or -errno.
 */
int disks_alive(const struct session *s, int64_t until);
/** disks_count() - how many a session has. */
unsigned disks_count(const struct session *s);

/* shutdown_sessions.c */
/** sessions_look() - list them, and find out which are alive; the dead are destroyed. */
void sessions_look(struct down *d);
/** sessions_give_up() - find out again which are dead. False where none was. */
bool sessions_give_up(struct down *d);
/** sessions_flush() - what the disks of the living hold in their caches; then the disks are taken
 * out of the kernel. A session whose file system is still writable is left as it is. */
void sessions_flush(struct down *d);
/** sessions_logout() - log out of all at a time, then end them in the kernel. */
void sessions_logout(struct down *d);

#endif
