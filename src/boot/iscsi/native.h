/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native: the boot as the client of the keeper's engine (ISCSI_ENGINE=native): it hands the plan with its secrets
 * to the keeper in a memfd, and gets each change of a portal's state back. The engine goes on after the boot.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_NATIVE_H
#define ISCSIROOT_BOOT_ISCSI_NATIVE_H

#include "base/cause.h"
#include "base/spawn.h"
#include "boot/iscsi/names.h"
#include "plan/plan.h"
#include "runtime/keeper_event.h"
#include "runtime/keeper_plan.h"

struct native_portal {
	const struct plan_target *target;
	const struct plan_portal *portal;
	bool already;			/* it was logged in before this run */
	bool shown_up;			/* it was reported that it is logged in */
	unsigned noted;			/* failures in the timeline */
	struct keeper_event event;	/* the latest */
};

struct native {
	const struct plan *plan;
	const char *program;		/* the keeper's; NULL: the installed one; tests have their own */
	bool modules_loaded;
	bool due;			/* the keeper is to be given the plan in @handed, at retry_at */
	bool giving;			/* that is in progress */
	int watch;			/* connection to the keeper; -1: none */
	int64_t retry_at;		/* sys_now(): 0: now */
	unsigned n_portals;
	struct cause cause;		/* the latest, for the summary */
	struct spawn modprobe, keeper;
	struct native_portal portals[LOGINS_MAX];
	struct names names;		/* of portals that have no address yet */
	struct {
		unsigned target;
		const struct plan_portal *portal;
	} named[LOGINS_MAX];		/* as names.list */
	struct keeper_plan handed;	/* wiped once the keeper has it */
};

/* As those of boot/iscsi/login.h. */
void native_preload(struct native *l);
void native_init(struct native *l, const struct plan *plan);
enum progress native_step(struct native *l, struct wait *w);
unsigned native_portals(const struct native *l);
unsigned native_up(const struct native *l);
unsigned native_targets_up(const struct native *l);
bool native_scanning(const struct native *l);
unsigned native_untried(const struct native *l);
void native_report_abandoned(const struct native *l);
/** native_close() - leave the keeper to itself: it keeps the sessions, and goes on with the other portals. */
void native_close(struct native *l);

#endif
