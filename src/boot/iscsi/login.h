/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * login: every portal of every target side by side: our own TCP connect
 * first, then one iscsistart; what it says is turned into a cause.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_LOGIN_H
#define ISCSIROOT_BOOT_ISCSI_LOGIN_H

#include "base/spawn.h"
#include "kernel/session.h"
#include "plan/plan.h"
#include "runtime/timeline.h"

enum path_state { PATH_IDLE, PATH_PROBE, PATH_LOGIN, PATH_BACKOFF, PATH_UP };

/* One target through one portal. */
struct path {
	const struct plan_target *target;
	const struct plan_portal *portal;
	enum path_state state;
	int fd;				/* the probe's socket */
	int64_t began, retry_at;	/* sys_now() */
	int64_t moved_at;		/* when this iscsistart was first redirected; 0 */
	unsigned tries;			/* failed probes on end */
	unsigned refusals;		/* failed logins on end */
	unsigned noted;			/* failures in the timeline */
	bool nudged;
	struct cause cause;
	struct spawn start;		/* iscsistart; runs on for a moment after PATH_UP */
};

struct login {
	const struct plan *plan;
	const char *iscsistart;		/* program; a test has its own */
	const char *keeper_program;	/* likewise */
	bool modules_loaded;
	bool no_nudge;			/* this iscsistart dies of it */
	uint32_t random;
	unsigned n_paths;
	struct cause cause;		/* the latest, for the summary */
	unsigned n_kept;		/* sessions that the keeper was told of */
	struct spawn keeper;		/* iscsiroot-keeper start: ends when the keeper holds them */
	struct spawn modprobe;		/* iscsi_tcp and what disks need; begun before there is a network */
	struct path paths[LOGINS_MAX];
};

/** login_preload() - begin to load the kernel modules; may be called long before login_init(). */
void login_preload(struct login *l);

/** login_init() - @plan must outlive @l. A session that is there already counts as up. */
void login_init(struct login *l, const struct plan *plan);

/** login_step() - READY when all paths are up; GOES_ON; FAILED where nothing can mend it. */
enum progress login_step(struct login *l, struct wait *w);

/** login_up() - how many paths are up. settle may succeed from the first on. */
unsigned login_up(const struct login *l);

/** login_scanning() - may a session that is up still have LUNs to show? */
bool login_scanning(const struct login *l);

/** login_report_abandoned() - report the portals without an answer by the time the root is ready. */
void login_report_abandoned(const struct login *l);

/** login_close() - end all children; sessions that a killed one left half made are destroyed. */
void login_close(struct login *l);

#endif
