// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/sys.h"
#include "keeper/guard.h"
#include "kernel/kmsg.h"

#define NAME_US 3000000		/* how long a NIC that was plugged in again may wait for udev to name it */
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

	if (!nic)
		return;
	memcpy(nic->name, l->name, sizeof(nic->name));
	memcpy(nic->mac, l->mac, sizeof(nic->mac));
	nic->has_mac = l->has_mac;
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

/* Subscribe, then look. */
static int begin(struct guard *g, const struct addr *local, unsigned n)
{
	struct look l = { .g = g, .local = local, .n = n };
	int err = rtnl_open(&g->nl, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE |
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
	return !err && l.full ? -E2BIG : err;
}

int guard_on(struct guard *g, const struct addr *local, unsigned n)
{
	static struct guard fresh;
	int err;

	guard_step(g);		/* what was removed by now is restored first */
	err = begin(&fresh, local, n);
	if (err) {
		guard_off(&fresh);
		return err;
	}
	guard_off(g);
	*g = fresh;
	memset(&fresh, 0, sizeof(fresh));
	return 0;
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

/* `ip route replace`: the kernel reports the new route only. It is the first of the saved ones to the same
 * destination, with the same metric, that has gone. */
static void take_replacement(struct guard *g, const struct nlmsg *m)
{
	struct nlmsg_route r, sr;
	unsigned i;

	if (!(m->flags & NLM_F_REPLACE) || !nlmsg_read_route(m, &r) || r.table != RT_TABLE_MAIN ||
	    is_saved(g, m))
		return;
	for (i = 0; i < g->n; i++) {
		struct guard_saved *s = &g->saved[i];
		struct nlmsg saved = { .type = s->type, .body = { (const char *)s->body, s->len } };

		if (!nlmsg_read_route(&saved, &sr) || sr.prefix != r.prefix || sr.priority != r.priority ||
		    sr.tos != r.tos || !addr_eq(&sr.to, &r.to))
			continue;
		s->replaced = true;
		find_nic(g, s->index)->lost = true;
		return;
	}
}

static void link_gone(struct guard_nic *nic)
{
	if (nic->gone)
		return;
	nic->gone = true;
	nic->back = 0;
	kmsg_log("<4>", "iscsiroot: keeper: %s: the link has disappeared: its addresses and routes are "
		 "restored when it is back", nic->name);
}

/* A link as it is now. One with the hardware address of a NIC that has gone is that NIC, once it has its
 * name: kernels before 6.2 refuse to rename a link that is up. */
static void take_link(void *arg, const struct nlmsg_link *l)
{
	struct guard *g = arg;
	unsigned i;

	for (i = 0; i < g->n_nics; i++) {
		struct guard_nic *nic = &g->nics[i];

		if (!nic->gone && nic->index == l->index) {
			nic->seen = true;
			nic->lost |= !(l->flags & IFF_UP);
			memcpy(nic->name, l->name, sizeof(nic->name));
		} else if (nic->gone && nic->has_mac && l->has_mac &&
			   !memcmp(nic->mac, l->mac, sizeof(nic->mac))) {
			if (nic->back != l->index)
				nic->back_at = sys_now() + NAME_US;
			if (!strcmp(nic->name, l->name))
				nic->back_at = 0;
			nic->back = l->index;
		}
	}
}

static void take_event(void *arg, const struct nlmsg *m)
{
	struct nlmsg was = *m;
	struct guard *g = arg;
	struct guard_nic *nic;
	struct nlmsg_link l;
	unsigned i;
	int index;

	if (nlmsg_read_link(m, &l))
		take_link(g, &l);
	take_replacement(g, m);
	was.type = m->type == RTM_DELADDR ? RTM_NEWADDR : m->type == RTM_DELROUTE ? RTM_NEWROUTE :
		   m->type == RTM_DELLINK ? RTM_NEWLINK : 0;
	/* of another family: a port that leaves its bridge */
	if (m->type == RTM_DELLINK && m->body.n && !*m->body.p && nlmsg_read_link(&was, &l)) {
		nic = find_nic(g, l.index);
		if (nic)
			link_gone(nic);
		for (i = 0; i < g->n_nics; i++)
			if (g->nics[i].back == l.index)
				g->nics[i].back = 0;
	} else if (was.type && is_ours(g, &was, &index) && is_saved(g, &was)) {
		find_nic(g, index)->lost = true;
	}
}

/* Some events were lost: they may have been about any NIC. */
static void look_again(struct guard *g)
{
	unsigned i;

	for (i = 0; i < g->n_nics; i++)
		g->nics[i].seen = false;
	if (rtnl_links(&g->nl, take_link, g))
		return;
	for (i = 0; i < g->n_nics; i++)
		if (g->nics[i].seen)
			g->nics[i].lost = true;
		else
			link_gone(&g->nics[i]);
	rtnl_links(&g->nl, take_link, g);
}

/* From now on the link that is back is this NIC. */
static void take_back(struct guard *g, struct guard_nic *nic)
{
	unsigned i;

	for (i = 0; i < g->n; i++) {
		struct guard_saved *s = &g->saved[i];

		if (s->index != nic->index)
			continue;
		s->index = nic->back;
		nlmsg_set_index(s->type, s->body, s->len, nic->back);
	}
	nic->index = nic->back;
	nic->back = 0;
	nic->gone = false;
	nic->lost = true;
	nic->logged = 0;
}

/* Return: 0, or why the first that failed did so. */
static int restore_all(struct guard *g, int index)
{
	int first = 0, err;
	unsigned i;

	for (i = 0; i < g->n; i++) {
		struct guard_saved *s = &g->saved[i];

		if (s->index != index)
			continue;
		err = rtnl_again(&g->nl, s->type, s->replaced ? RTNL_REPLACE : s->last ? RTNL_LAST : RTNL_FIRST,
				 (struct span){ (const char *)s->body, s->len });
		s->replaced &= !!err;
		first = first ? first : err;
	}
	return first;
}

/* Addresses come before routes; a gateway is accepted only once there is a route to it: hence twice.
 * Return: was it restored? */
static bool restore(struct guard *g, struct guard_nic *nic)
{
	int err = rtnl_link_up(&g->nl, nic->index, true);

	nic->lost = false;
	if (err == -ENODEV) {
		link_gone(nic);
		return false;
	}
	restore_all(g, nic->index);
	err = restore_all(g, nic->index);
	nic->restored += !err;
	if (nic->logged && sys_now() < nic->logged + LOG_AGAIN_US)
		return !err;
	nic->logged = sys_now();
	if (err)
		kmsg_log("<3>", "iscsiroot: keeper: %s: link, address or route was removed, and not all "
			 "restored: %s", nic->name, sys_error(err));
	else
		kmsg_log("<4>", "iscsiroot: keeper: %s: link, address or route was removed: restored "
			 "(ISCSI_NETWORK=leave disables this)", nic->name);
	return !err;
}

void guard_wait(const struct guard *g, struct wait *w)
{
	unsigned i;

	if (!g->on)
		return;
	wait_fd(w, g->nl.events, POLLIN);
	for (i = 0; i < g->n_nics; i++)
		if (g->nics[i].gone && g->nics[i].back)
			wait_until(w, g->nics[i].back_at);
}

bool guard_step(struct guard *g)
{
	bool any = false;
	unsigned i;

	if (!g->on)
		return false;
	if (rtnl_events(&g->nl, take_event, g) == -ENOBUFS)
		look_again(g);
	for (i = 0; i < g->n_nics; i++) {
		struct guard_nic *nic = &g->nics[i];

		if (nic->gone && nic->back && sys_now() >= nic->back_at)
			take_back(g, nic);
		if (nic->lost && !nic->gone)
			any |= restore(g, nic);
	}
	return any;
}
