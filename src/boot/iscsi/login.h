/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * login: logs in to all portals of all targets in parallel: a TCP probe of our own first, then one
 * iscsistart, whose messages become a cause.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_LOGIN_H
#define ISCSIROOT_BOOT_ISCSI_LOGIN_H

#include "boot/iscsi/keeper_start.h"
#include "boot/iscsi/portal_login.h"
#include "runtime/timeline.h"

struct login {
	const struct plan *plan;
	const char *iscsistart;		/* program; tests have their own */
	bool modules_loaded;
	bool no_wake;			/* this iscsistart dies of SIGINT */
	uint32_t random;
	unsigned n_portals;
	struct cause cause;		/* the latest, for the summary */
	struct keeper_start keeper;
	struct spawn modprobe;		/* started before the network is up */
	struct portal_login portals[LOGINS_MAX];
};

/** login_preload() - start to load the kernel modules; may be called long before login_init(). */
void login_preload(struct login *l);

/** login_init() - @plan must outlive @l. A session that exists already counts as up. */
void login_init(struct login *l, const struct plan *plan);

/** login_step() - READY when all portals are logged in; GOES_ON; FAILED: no retry can help. */
enum progress login_step(struct login *l, struct wait *w);

/** login_up() - how many portals are logged in. settle may succeed from the first on. */
unsigned login_up(const struct login *l);

/** login_targets_up() - how many of the plan's targets are logged in, through one portal at least. */
unsigned login_targets_up(const struct login *l);

/** login_scanning() - may a session still be scanning for LUNs? */
bool login_scanning(const struct login *l);

/** login_untried() - how many portals have not been answered yet: neither a session nor a failure. */
unsigned login_untried(const struct login *l);

/** login_report_abandoned() - report the portals without an answer by the time the root is ready. */
void login_report_abandoned(const struct login *l);

/** login_close() - end all children; incomplete sessions of killed ones are destroyed. */
void login_close(struct login *l);

#endif
