// SPDX-License-Identifier: GPL-2.0-or-later
/* The items portal ADDRESS:PORT: connects to all of them at the same time. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "kernel/probe.h"
#include "system/check/check.h"

#define PROBE_US 5000000	/* a portal that takes longer is of no use for a disk */

/* A portal of a target, and the connection to it. */
static struct path {
	const struct plan_target *target;
	const struct plan_portal *portal;
	int fd;				/* -1: none is under way */
	int result;			/* of the last look: 0 or -errno */
} paths[LOGINS_MAX];

static bool same_portal(const struct path *a, const struct path *b)
{
	return a->portal->port == b->portal->port && !strcmp(a->portal->host, b->portal->host) &&
	       !memcmp(&a->portal->addr, &b->portal->addr, sizeof(a->portal->addr)) &&
	       !strcmp(a->target->netdev, b->target->netdev);
}

/* Two targets may share a portal, which is reported once. */
static bool is_new(const struct path *p)
{
	const struct path *before;

	for (before = paths; before < p; before++)
		if (same_portal(before, p))
			return false;
	return true;
}

static unsigned portal_connect(const struct plan *plan)
{
	unsigned n = 0, t, i;

	for (t = 0; t < plan->n_targets; t++)
		for (i = 0; i < plan->targets[t].n_portals; i++) {
			struct path *p = &paths[n++];

			*p = (struct path){ .target = &plan->targets[t],
					    .portal = &plan->targets[t].portals[i], .fd = -1 };
			if (p->portal->addr.family)
				p->fd = p->result = probe_start(&p->portal->addr, p->portal->port,
								p->target->netdev);
		}
	return n;
}

static void portal_await(unsigned n)
{
	int64_t until = sys_now() + PROBE_US;
	struct wait w;
	unsigned i;

	do {
		wait_begin(&w, until);
		for (i = 0; i < n; i++) {
			if (paths[i].fd < 0)
				continue;
			paths[i].result = probe_result(paths[i].fd);
			if (paths[i].result == -EINPROGRESS && sys_now() < until) {
				wait_fd(&w, paths[i].fd, POLLOUT);
				continue;
			}
			close(paths[i].fd);
			paths[i].fd = -1;
		}
	} while (w.n && wait_run(&w) >= 0);
}

/* Does another portal of that target answer? */
static bool has_other(unsigned n, unsigned of)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (i != of && !paths[i].result && paths[i].portal->addr.family &&
		    !strcmp(paths[i].target->name, paths[of].target->name))
			return true;
	return false;
}

static void report_portal(struct check *c, unsigned n, unsigned i)
{
	const struct path *p = &paths[i];
	char object[HOST_MAX + INAME_MAX + 32], name[HOST_MAX + 32];
	struct cause why = { 0 };
	struct span rest, portal;
	enum check_state bad = has_other(n, i) ? CHECK_WARN : CHECK_FAIL;

	plan_portal_text(p->portal, p->target, object, sizeof(object));
	rest = span_of(object);
	span_cut(&rest, ' ', &portal);
	out_text(name, sizeof(name), "portal %pS", (void *)&portal);
	if (!p->portal->addr.family) {
		report_item(&c->report, CHECK_WARN, name, "use its address",
			    "host name, not tested: the boot would depend on a name server too");
	} else if (!paths[i].result) {
		report_ok(&c->report, name, "answers");
	} else {
		probe_cause(paths[i].result == -EINPROGRESS ? -ETIMEDOUT : paths[i].result, &why);
		report_words(&c->report, bad, name, why.text);
	}
}

void check_portals(struct check *c)
{
	unsigned n, i;

	if (!c->valid)
		return;
	n = portal_connect(&c->plan);
	portal_await(n);
	for (i = 0; i < n; i++)
		if (is_new(&paths[i]))
			report_portal(c, n, i);
}
