/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * portal_login: one target through one portal: its state, which session is its own, and the argument
 * vector of its iscsistart.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_PORTAL_LOGIN_H
#define ISCSIROOT_BOOT_ISCSI_PORTAL_LOGIN_H

#include "base/cause.h"
#include "base/spawn.h"
#include "formats/iscsistart.h"
#include "kernel/session.h"
#include "plan/plan.h"

enum portal_state { PORTAL_IDLE, PORTAL_PROBE, PORTAL_LOGIN, PORTAL_BACKOFF, PORTAL_UP };

struct portal_login {
	const struct plan_target *target;
	const struct plan_portal *portal;
	enum portal_state state;
	int fd;				/* the probe's socket; -1: none */
	int64_t began, retry_at;	/* sys_now() */
	int64_t redirected_at;		/* when this iscsistart was first redirected; 0: not yet */
	unsigned tries;			/* failed probes in a row */
	unsigned refusals;		/* failed logins in a row */
	unsigned noted;			/* failures in the timeline */
	bool woken;			/* iscsistart's initial sleep was ended */
	struct cause cause;
	struct spawn iscsistart;	/* still runs for a moment after PORTAL_UP */
};

#define ISCSISTART_ARGS_MAX (35 + 2 * PARAMS_MAX)	/* program, 17 options with a value; a test fills it */

/* Secrets are not copied: argv points at them in the plan. */
struct iscsistart_argv {
	const char *argv[ISCSISTART_ARGS_MAX + 1];
	unsigned n;
	char address[64], port[8], group[8];
	char noop[64], replacement[64], ifname[64], iface[64];
};

/** portal_object() - "ADDRESS:PORT TARGET", as messages name it; valid until the next call. */
const char *portal_object(const struct portal_login *p);

/** portal_owns_session() - is @s the session of this login? By target name, address and port. */
bool portal_owns_session(const struct portal_login *p, const struct session *s);

/**
 * portal_is_multipath() - does multipathd use another path when this one fails? It is in the image, and
 * the target has several.
 * @n_paths: logins to the target
 */
bool portal_is_multipath(unsigned n_paths);

/** portal_argv() - how to run @iscsistart; @multipath: portal_is_multipath() of its target. */
void portal_argv(const struct portal_login *p, const struct plan *plan, bool multipath,
		 const char *iscsistart, struct iscsistart_argv *a);

#define PORTAL_PARAMS_MAX (PARAMS_MAX * (PARAM_MAX + 3) + 128)

/**
 * portal_params() - the parameters that the keeper's iscsid needs for its logins as well, in the form of
 * iscsid.conf, a line each: the timeouts, and those of ISCSI_PARAM without credentials, which iscsid reads
 * from the kernel. At most PORTAL_PARAMS_MAX bytes.
 */
void portal_params(const struct plan *plan, bool multipath, struct out *o);

/** portal_backoff() - microseconds from one attempt to the next: @first, doubled @n times, at most @max. */
int64_t portal_backoff(int64_t first, unsigned n, int64_t max);

/**
 * portal_retry_after() - set when @p is tried next: @us after the start of this attempt, so that after
 * one that took long there is no further wait; 100 ms from now at least.
 * @random: state of the jitter, a quarter of @us
 */
void portal_retry_after(struct portal_login *p, uint32_t *random, int64_t us);

/** portal_unexplained() - the cause where an iscsistart wrote no reason. @ended: it ended by itself. */
enum cause_id portal_unexplained(enum iscsistart_outcome outcome, bool ended);

#endif
