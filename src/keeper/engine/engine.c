// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "keeper/engine/engine.h"
#include "keeper/engine/look.h"
#include "kernel/kmsg.h"

#define LOOK_US 3000000
#define BLOCKED_US 10000000	/* a request that takes so long waits for another program's */
#define WAITED_US 1000000	/* a login's response that may be abandoned for another login */

int engine_prepare(struct engine *e, bool locked)
{
	e->shared.urandom = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	if (e->shared.urandom < 0)
		return -errno;
	if (read(e->shared.urandom, &e->shared.random, sizeof(e->shared.random)) < 0)
		e->shared.random = (uint32_t)sys_now();
	return iscsi_helper_start(&e->shared.helper, locked);
}

static void report_ignored(struct span name, bool bad)
{
	kmsg_log("<4>", bad ? "iscsiroot: keeper: %pS: malformed value, ignored (check ISCSI_PARAM)"
			    : "iscsiroot: keeper: %pS: no effect, ignored (check ISCSI_PARAM)", &name);
}

static struct span text_or_none(const char *s)
{
	return *s ? span_of(s) : (struct span){ NULL, 0 };
}

static void prepare_target(struct engine *e, unsigned t, bool first)
{
	const struct keeper_target *target = &e->plan.targets[t];
	bool multipath = e->plan.multipath && keeper_plan_paths(&e->plan, t) > 1;

	tuning_read(&e->plan, multipath, &e->tunings[t], first ? report_ignored : NULL);
	e->credentials[t] = (struct iscsi_credentials){
		.name = text_or_none(target->username), .secret = text_or_none(target->password),
		.name_in = text_or_none(target->username_in), .secret_in = text_or_none(target->password_in),
		.allow_none = e->tunings[t].allow_none,
	};
}

void engine_begin(struct engine *e)
{
	unsigned i;

	e->shared.initiator = e->plan.initiator;
	for (i = 0; i < e->plan.n_targets; i++)
		prepare_target(e, i, !i);
	e->n = e->plan.n_portals;
	for (i = 0; i < e->n; i++) {
		const struct keeper_portal *portal = &e->plan.portals[i];

		e->connections[i] = (struct connection){
			.index = i, .portal = portal, .target = &e->plan.targets[portal->target],
			.tuning = &e->tunings[portal->target],
			.credentials = chap_wanted(&e->credentials[portal->target]) ?
				       &e->credentials[portal->target] : NULL,
		};
		connection_init(&e->connections[i]);
	}
	look_adopt(e->connections, e->n);
	e->on = true;
	e->look_at = sys_now() + LOOK_US;
}

static bool has_portal(const struct keeper_plan *p, const struct connection *c)
{
	unsigned i;

	for (i = 0; i < p->n_portals; i++)
		if (p->portals[i].port == c->portal->port && addr_eq(&p->portals[i].address, &c->portal->address) &&
		    !strcmp(p->targets[p->portals[i].target].name, c->target->name))
			return true;
	return false;
}

/* The sockets of sessions that are up, while the connections are made anew. */
struct kept {
	uint32_t sid;
	int fd;				/* -1: none */
};

static void keep_sockets(struct engine *e, struct kept *kept, unsigned n)
{
	unsigned i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < e->n && kept[i].fd >= 0; k++)
			if (connection_keep(&e->connections[k], kept[i].sid, kept[i].fd))
				kept[i].fd = -1;
		if (kept[i].fd >= 0)
			close(kept[i].fd);
	}
}

int engine_replace(struct engine *e, const struct keeper_plan *p)
{
	static struct kept kept[LOGINS_MAX];
	unsigned i, n = e->n;
	int err;

	if (e->on && !memcmp(p, &e->plan, sizeof(*p)))
		return 0;
	for (i = 0; i < e->n; i++)
		if (e->connections[i].was_up && e->connections[i].step != CONN_OFF &&
		    !has_portal(p, &e->connections[i]))
			return -EBUSY;
	for (i = 0; i < n; i++) {
		kept[i] = (struct kept){ e->connections[i].sid, connection_release(&e->connections[i]) };
		connection_close(&e->connections[i]);
	}
	/* results of the old requests have nobody to take them any more */
	iscsi_helper_end(&e->shared.helper);
	err = iscsi_helper_start(&e->shared.helper, true);
	if (err) {
		keep_sockets(e, kept, n);
		return err;
	}
	e->plan = *p;
	engine_begin(e);
	keep_sockets(e, kept, n);
	return 0;
}

void engine_event(struct engine *e, const struct iscsi_if_event *ev)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		if (e->connections[i].has_session && e->connections[i].sid == ev->sid && !ev->cid)
			connection_event(&e->connections[i], ev);
}

void engine_look(struct engine *e, bool lost)
{
	unsigned i;

	e->look_at = sys_now() + LOOK_US;
	for (i = 0; i < e->n; i++)
		look_at(&e->connections[i], lost);
}

/* The helper has ended: what was asked of it may have been done or not. */
static void restart_helper(struct engine *e)
{
	struct iscsi_if_reply none = { .err = -EIO };
	unsigned i;
	int err;

	iscsi_helper_end(&e->shared.helper);
	err = iscsi_helper_start(&e->shared.helper, true);
	if (err || !e->restarted)
		kmsg_log("<3>", "iscsiroot: keeper: the process for requests to the kernel has ended, %s",
			 err ? sys_error(err) : "started again");
	e->restarted = true;
	for (i = 0; i < e->n; i++)
		if (e->connections[i].asked)
			connection_result(&e->connections[i], &e->shared, &none);
}

void engine_results(struct engine *e)
{
	struct iscsi_result r;
	int n;

	if (!e->on)
		return;
	while ((n = iscsi_helper_result(&e->shared.helper, &r)) > 0) {
		e->restarted = e->blocked = false;
		if (r.tag < e->n && e->connections[r.tag].asked)
			connection_result(&e->connections[r.tag], &e->shared, &r.reply);
	}
	if (n < 0 && !e->restarted)
		restart_helper(e);
}

static void watch_helper(struct engine *e, struct wait *w)
{
	int64_t now = sys_now();

	if (e->restarted && e->shared.helper.fd < 0 && now >= e->look_at)
		restart_helper(e);
	if (e->shared.helper.fd >= 0)
		wait_fd(w, e->shared.helper.fd, POLLIN);
	if (!e->shared.helper.since || e->blocked)
		return;
	if (now < e->shared.helper.since + BLOCKED_US) {
		wait_until(w, e->shared.helper.since + BLOCKED_US);
		return;
	}
	e->blocked = true;
	kmsg_log("<4>", "iscsiroot: keeper: the kernel has not carried out a request for %u s: another program's "
		 "request may be blocked (see ps for iscsiadm and iscsid)", BLOCKED_US / 1000000);
}

/* A portal that is connected needs a login's text: the one whose response is the longest outstanding gives its own. */
static void share_texts(struct engine *e)
{
	struct connection *c, *oldest = NULL;
	int64_t now = sys_now();
	unsigned i, waiting = 0;

	for (i = 0; i < e->n; i++) {
		c = &e->connections[i];
		waiting += c->step == CONN_CONNECT && c->fd >= 0;
		if (c->step == CONN_ANSWER && !c->answered && now - c->began >= WAITED_US &&
		    (!oldest || c->began < oldest->began))
			oldest = c;
	}
	if (waiting && oldest)
		oldest->deadline = now;
}

void engine_step(struct engine *e, struct wait *w)
{
	unsigned i;

	if (!e->on)
		return;
	if (sys_now() >= e->look_at)
		engine_look(e, false);
	share_texts(e);
	for (i = 0; i < e->n; i++)
		connection_step(&e->connections[i], &e->shared, w);
	watch_helper(e, w);
	wait_until(w, e->look_at);
}

void engine_logout(struct engine *e)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		connection_end(&e->connections[i]);
}

bool engine_ended(const struct engine *e)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		if (e->connections[i].step != CONN_OFF)
			return false;
	return true;
}

void engine_close(struct engine *e)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		connection_close(&e->connections[i]);
	e->n = 0;
	e->on = false;
	iscsi_helper_end(&e->shared.helper);
	if (e->shared.urandom >= 0)
		close(e->shared.urandom);
	e->shared.urandom = -1;
}
