// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/sys.h"
#include "keeper/guard.h"
#include "kernel/kmsg.h"

#define SAY_AGAIN_US 60000000	/* who takes it away again and again is told of once a minute */

static struct guard_nic *find_nic(struct guard *g, int index)
{
	unsigned i;

	for (i = 0; i < g->n_nics; i++)
		if (g->nics[i].index == index)
			return &g->nics[i];
	return NULL;
}

/* What of a link somebody may take away; what a router advertises comes again by itself. */
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
	bool full;
	struct nlmsg_route before;	/* the message before */
};

static void find_index(void *arg, const struct nlmsg *m)
{
	struct look *l = arg;
	struct nlmsg_addr a;
	unsigned i;

	if (!nlmsg_read_addr(m, &a) || find_nic(l->g, a.index))
		return;
	for (i = 0; i < l->n; i++)
		if (addr_eq(&a.addr, &l->local[i]) && l->g->n_nics < SESSIONS_MAX)
			l->g->nics[l->g->n_nics++] = (struct guard_nic){ .index = a.index };
}

static void find_name(void *arg, const struct nlmsg_link *l)
{
	struct guard_nic *nic = find_nic(arg, l->index);

	if (nic)
		memcpy(nic->name, l->name, sizeof(nic->name));
}

/* Routes to one place stand together in a dump, in the order in which they count. */
static bool has_one_before(struct look *l, const struct nlmsg *m)
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
	bool last = has_one_before(l, m);
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
	/* the kernel tells of these, and takes no route that has them */
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

	guard_step(g);		/* what is away by now is put back first */
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

/* Is it one of those that were saved? By what makes it itself, not by every attribute. */
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

static void hear(void *arg, const struct nlmsg *m)
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

static void put_all(struct guard *g, int index)
{
	unsigned i;

	for (i = 0; i < g->n; i++)
		if (g->saved[i].index == index)
			rtnl_again(&g->nl, g->saved[i].type, g->saved[i].last,
				   (struct span){ (const char *)g->saved[i].body, g->saved[i].len });
}

/* Addresses stand before routes; a gateway is only taken once there is a route to it, so twice. */
static void put_back(struct guard *g, struct guard_nic *nic)
{
	nic->lost = false;
	nic->restored++;
	rtnl_link_up(&g->nl, nic->index, true);
	put_all(g, nic->index);
	put_all(g, nic->index);
	if (nic->said && sys_now() < nic->said + SAY_AGAIN_US)
		return;
	nic->said = sys_now();
	kmsg_log("<4>", "iscsiroot: keeper: %s: its link, address or route was taken away: put back "
		 "(ISCSI_NETWORK=leave leaves them)", nic->name);
}

bool guard_step(struct guard *g)
{
	bool any = false;
	unsigned i;

	if (!g->on)
		return false;
	/* what was lost of the events may have been one of ours */
	if (rtnl_events(&g->nl, hear, g) == -ENOBUFS)
		for (i = 0; i < g->n_nics; i++)
			g->nics[i].lost = true;
	for (i = 0; i < g->n_nics; i++)
		if (g->nics[i].lost) {
			put_back(g, &g->nics[i]);
			any = true;
		}
	return any;
}
