/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine: logs in to all portals of a plan, side by side on one loop, and keeps the sessions from then on. It
 * alone ends them. Its state is in the kernel and in the plan: one that is started anew finds its sessions
 * in sysfs and goes on without touching their connections.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_ENGINE_H
#define ISCSIROOT_KEEPER_ENGINE_ENGINE_H

#include "keeper/engine/connection.h"

struct engine {
	bool on;			/* it has a plan */
	int64_t look_at;		/* sys_now(): when sysfs is read again */
	bool blocked;			/* logged: the kernel carries out no request */
	bool restarted;			/* the helper had to be, since the last good result */
	unsigned n;
	struct keeper_plan plan;
	struct tuning tunings[TARGETS_MAX];
	struct iscsi_credentials credentials[TARGETS_MAX];
	struct connection connections[LOGINS_MAX];
	struct shared shared;
};

/** engine_prepare() - start the helper, early, while there is memory. @locked: its memory stays in RAM. 0 or
 * -errno. */
int engine_prepare(struct engine *e, bool locked);

/**
 * engine_begin() - take the plan in e->plan, adopt the sessions that exist, and log in to the others.
 * Events of the kernel must be subscribed to before.
 */
void engine_begin(struct engine *e);

/**
 * engine_replace() - take another plan: its secrets and timeouts for the sessions that exist, its portals beside or
 * instead of those that were never up. Connections that work are not touched.
 * Return: 0; -EBUSY where a session that was up is not in it; or -errno.
 */
int engine_replace(struct engine *e, const struct keeper_plan *p);

/** engine_event() - hand in an event of the kernel. */
void engine_event(struct engine *e, const struct iscsi_if_event *ev);

/** engine_look() - read sysfs. @lost: events were lost, so that responses may be missing. */
void engine_look(struct engine *e, bool lost);

/** engine_results() - take the helper's answers; before the kernel's events are read. */
void engine_results(struct engine *e);

/** engine_step() - do what can be done without blocking, and add what is waited for to @w. */
void engine_step(struct engine *e, struct wait *w);

/** engine_logout() - log out of every session, for good. Done: engine_ended(). */
void engine_logout(struct engine *e);

/** engine_ended() - is every connection at its end? */
bool engine_ended(const struct engine *e);

/** engine_close() - end the helper and close all sockets; sessions stay in the kernel as they are. */
void engine_close(struct engine *e);

#endif
