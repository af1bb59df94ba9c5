// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/sys.h"
#include "keeper/guard.h"
#include "kernel/kmsg.h"

#define LOG_AGAIN_US 60000000	/* a line a minute at most, however often something is removed */

static struct guard_nic *find_nic(struct guard *g, int index)
{
	unsigned i;

	for (i = 0; i < g->n_nics; i++)
		if (g->nics[i].index == index)
			return &g->nics[i];
	return NULL;
}

/* Is it an address or route to be saved? What a router advertises comes back by itself. */
static bool is_ours(struct guard *g, const struct nlmsg *m, int *index)
{
	struct nlmsg_addr a;
	struct nlmsg_route r;

	if (nlmsg_read_addr(m, &a) && a.permanent && !a.link_local)
		*index = a.index;
	else if (nlmsg_read_route(m, &r) && r.index && r.table == RT_TABLE_MAIN &&
		 r.type == RTN_UNICAST && r.protocol != RTPROT_RA)
		*index = r.index;
	else
		return false;
	return find_nic(g, *index);
}

struct look {
	struct guard *g;
	const struct addr *local;
	unsigned n;
	bool full;			/* more than there is room for */
	struct nlmsg_route before;	/* the previous message */
};

static void find_index(void *arg, const struct nlmsg *m)
{
	struct look *l = arg;
	struct nlmsg_addr a;
	unsigned i;

	if (!nlmsg_read_addr(m, &a) || find_nic(l->g, a.index))
		return;
	for (i = 0; i < l->n && !addr_eq(&a.addr, &l->local[i]); i++)
		;
	if (i == l->n)
		return;
	if (l->g->n_nics < NICS_MAX)
		l->g->nics[l->g->n_nics++] = (struct guard_nic){ .index = a.index };
	else
		l->full = true;
}

static void find_name(void *arg, const struct nlmsg_link *l)
{
	struct guard_nic *nic = find_nic(arg, l->index);

	if (nic)
		memcpy(nic->name, l->name, sizeof(nic->name));
}

/* A dump lists the routes to one destination together, the preferred one first. */
static bool has_preferred(struct look *l, const struct nlmsg *m)
{
	struct nlmsg_route r, before = l->before;

	if (!nlmsg_read_route(m, &r))
		return false;
	l->before = r;
	return r.to.family == 4 && r.table == before.table && r.prefix == before.prefix &&
	       addr_eq(&r.to, &before.to);
}

static void save(void *arg, const struct nlmsg *m)
{
	struct look *l = arg;
	struct guard_saved *s = &l->g->saved[l->g->n];
	bool last = has_preferred(l, m);
	int index;

	if (!is_ours(l->g, m, &index))
		return;
	if (l->g->n == GUARD_MAX || m->body.n > sizeof(s->body)) {
		l->full = true;
		return;
	}
	s->type = m->type;
	s->len = m->body.n;
	s->index = index;
	s->last = last;
	memcpy(s->body, m->body.p, m->body.n);
	/* the kernel reports these flags, but refuses a route that has them set */
	if (s->type == RTM_NEWROUTE)
		((struct rtmsg *)s->body)->rtm_flags &= ~(RTNH_F_DEAD | RTNH_F_LINKDOWN);
	l->g->n++;
}

void guard_off(struct guard *g)
{
	if (g->on)
		rtnl_close(&g->nl);
	memset(g, 0, sizeof(*g));
}

int guard_on(struct guard *g, const struct addr *local, unsigned n)
{
	struct look l = { .g = g, .local = local, .n = n };
	int err;

	guard_step(g);		/* what was removed by now is restored first */
	guard_off(g);
	err = rtnl_open(&g->nl, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE |
			RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE);
	if (err)
		return err;
	g->on = true;
	err = rtnl_dump(&g->nl, RTM_GETADDR, find_index, &l);
	if (!err)
		err = rtnl_links(&g->nl, find_name, g);
	if (!err)
		err = rtnl_dump(&g->nl, RTM_GETADDR, save, &l);
	if (!err)
		err = rtnl_dump(&g->nl, RTM_GETROUTE, save, &l);
	if (!err && l.full)
		err = -E2BIG;
	if (err)
		guard_off(g);
	return err;
}

/* Is it one of the saved ones? Compared by what identifies it, not by every attribute. */
static bool is_saved(const struct guard *g, const struct nlmsg *m)
{
	struct nlmsg_route r, sr;
	struct nlmsg_addr a, sa;
	unsigned i;

	for (i = 0; i < g->n; i++) {
		const struct guard_saved *s = &g->saved[i];
		struct nlmsg saved = { .type = s->type, .body = { (const char *)s->body, s->len } };

		if (s->type != m->type)
			continue;
		if (nlmsg_read_addr(m, &a) && nlmsg_read_addr(&saved, &sa) && a.index == sa.index &&
		    addr_eq(&a.addr, &sa.addr))
			return true;
		if (nlmsg_read_route(m, &r) && nlmsg_read_route(&saved, &sr) &&
		    r.index == sr.index && r.prefix == sr.prefix && addr_eq(&r.to, &sr.to) &&
		    addr_eq(&r.via, &sr.via))
			return true;
	}
	return false;
}

static void take_event(void *arg, const struct nlmsg *m)
{
	struct nlmsg was = *m;
	struct guard *g = arg;
	struct guard_nic *nic;
	struct nlmsg_link l;
	int index;

	if (nlmsg_read_link(m, &l)) {
		nic = find_nic(g, l.index);
		if (nic && !(l.flags & IFF_UP))
			nic->lost = true;
		return;
	}
	was.type = m->type == RTM_DELADDR ? RTM_NEWADDR : m->type == RTM_DELROUTE ? RTM_NEWROUTE : 0;
	if (was.type && is_ours(g, &was, &index) && is_saved(g, &was))
		find_nic(g, index)->lost = true;
}

static void restore_all(struct guard *g, int index)
{
	unsigned i;

	for (i = 0; i < g->n; i++)
		if (g->saved[i].index == index)
			rtnl_again(&g->nl, g->saved[i].type, g->saved[i].last,
				   (struct span){ (const char *)g->saved[i].body, g->saved[i].len });
}

/* Addresses come before routes; a gateway is accepted only once there is a route to it: hence twice. */
static void restore(struct guard *g, struct guard_nic *nic)
{
	nic->lost = false;
	nic->restored++;
	rtnl_link_up(&g->nl, nic->index, true);
	restore_all(g, nic->index);
	restore_all(g, nic->index);
	if (nic->logged && sys_now() < nic->logged + LOG_AGAIN_US)
		return;
	nic->logged = sys_now();
	kmsg_log("<4>", "iscsiroot: keeper: %s: link, address or route was removed: restored "
		 "(ISCSI_NETWORK=leave disables this)", nic->name);
}

bool guard_step(struct guard *g)
{
	bool any = false;
	unsigned i;

	if (!g->on)
		return false;
	/* one of the lost events may have been about any of our NICs */
	if (rtnl_events(&g->nl, take_event, g) == -ENOBUFS)
		for (i = 0; i < g->n_nics; i++)
			g->nics[i].lost = true;
	for (i = 0; i < g->n_nics; i++)
		if (g->nics[i].lost) {
			restore(g, &g->nics[i]);
			any = true;
		}
	return any;
}
