// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/codes.h"
#include "boot/net/net.h"
#include "boot/net/nic.h"

#define MISSING_GRACE 1000000	/* us until an absent interface is worth a word */
#define CARRIER_MAX 10000000	/* us that a lease with no target in it waits for another link */
#define UDEV_MAX 3000000	/* us that a new interface waits for udev, should it have died */

static bool has_device(const struct nlmsg_link *l)
{
	char path[64];

	if (l->has_parent)
		return true;
	out_text(path, sizeof(path), "/sys/class/net/%s/device", l->name);
	return !access(path, F_OK);
}

static bool is_usable(const struct nlmsg_link *l)
{
	return l->type == ARPHRD_ETHER && l->has_mac && !l->has_master &&
	       !(l->flags & IFF_LOOPBACK) && has_device(l);
}

static bool is_any(const struct plan_net *c)
{
	return !strcmp(c->device, "*");
}

static bool is_named(const struct plan_net *c, const struct nlmsg_link *l)
{
	if (!c->has_mac)
		return !strcmp(c->device, l->name);
	/* in a second run it has its new address already */
	return l->has_mac && (!memcmp(c->mac, l->mac, 6) ||
			      (c->set_mac && !memcmp(c->new_mac, l->mac, 6)));
}

/* Which of the plan's networks are for this link? One that names it beats "every usable one". */
static unsigned find_cfgs(const struct plan *p, const struct nlmsg_link *l, bool usable)
{
	unsigned named = 0, any = 0, i;

	for (i = 0; i < p->n_nets; i++) {
		if (is_any(&p->nets[i]))
			any |= 1u << i;
		else if (is_named(&p->nets[i], l))
			named |= 1u << i;
	}
	return named ? named : usable ? any : 0;
}

static struct nic *find_nic(struct net *n, int index)
{
	unsigned i;

	for (i = 0; i < n->n_nics; i++)
		if (n->nics[i].index == index)
			return &n->nics[i];
	return NULL;
}

static struct nic *new_nic(struct net *n)
{
	struct nic *nic = find_nic(n, 0);

	if (!nic && n->n_nics < NICS_MAX)
		nic = &n->nics[n->n_nics++];
	if (nic) {
		nic->since = sys_now();
		nic->listen = -1;
	}
	return nic;
}

static void bind_nic(const struct plan *p, struct nic *nic, unsigned cfgs)
{
	unsigned i;

	nic->cfgs = cfgs;
	nic->cfg = NULL;
	nic->hostname = "";
	nic->wants_dhcp = false;
	nic->state = cfgs ? NIC_LEFT : NIC_IDLE;
	for (i = 0; i < p->n_nets; i++) {
		const struct plan_net *c = &p->nets[i];

		if (!(cfgs & 1u << i) || c->method == NET_OFF)
			continue;
		if (!nic->cfg)
			nic->cfg = c;
		if (c->hostname[0])
			nic->hostname = c->hostname;
		nic->wants_dhcp |= c->method == NET_DHCP;
		nic->state = NIC_IDLE;
	}
}

/* A link as the kernel shows it now. */
static void look_at(void *arg, const struct nlmsg_link *l)
{
	struct net *n = arg;
	struct nic *nic = find_nic(n, l->index);
	bool usable = is_usable(l);
	unsigned cfgs = find_cfgs(n->plan, l, usable);

	if (l->flags & IFF_LOOPBACK && !(l->flags & IFF_UP))
		rtnl_link_up(&n->nl, l->index, true);
	if (l->flags & IFF_LOOPBACK || (!nic && !cfgs))
		return;
	if (!nic)
		nic = new_nic(n);
	if (!nic)
		return;
	nic->index = l->index;
	nic->seen = true;
	nic->flags = l->flags;
	nic->mtu = l->mtu;
	nic->usable = usable;
	memcpy(nic->name, l->name, sizeof(nic->name));
	memcpy(nic->mac, l->mac, sizeof(nic->mac));
	if (nic->cfgs != cfgs && nic->state <= NIC_WAIT_CARRIER)
		bind_nic(n->plan, nic, cfgs);
}

static void look(struct net *n)
{
	unsigned i;

	for (i = 0; i < n->n_nics; i++)
		n->nics[i].seen = false;
	if (rtnl_links(&n->nl, look_at, n))
		return;
	n->look = false;
	for (i = 0; i < n->n_nics; i++) {
		struct nic *nic = &n->nics[i];

		if (nic->seen || !nic->index)
			continue;
		nic_stop(n, nic);
		memset(nic, 0, sizeof(*nic));
	}
}

/* Where udev runs it may give a new interface another name: not every kernel can once it is up. */
static void watch_udev(struct net *n)
{
	n->udev_fd = access("/run/udev/control", F_OK) ? -1 : inotify_init();
	if (n->udev_fd < 0)
		return;
	fcntl(n->udev_fd, F_SETFD, FD_CLOEXEC);
	fcntl(n->udev_fd, F_SETFL, O_NONBLOCK);
	inotify_add_watch(n->udev_fd, "/run/udev/data", IN_CREATE | IN_MOVED_TO);
}

/* udev notes an interface once it has done everything for it. Then its name is looked at again. */
static bool is_named_by_udev(struct net *n, struct nic *nic, struct wait *w)
{
	char path[48];

	if (nic->named || n->udev_fd < 0)
		return true;
	out_text(path, sizeof(path), "/run/udev/data/n%d", nic->index);
	nic->named = !access(path, F_OK) || sys_now() >= nic->since + UDEV_MAX;
	if (nic->named)
		n->look = true;
	else
		wait_until(w, nic->since + UDEV_MAX);
	return false;
}

static void drain_udev(struct net *n)
{
	char events[1024];

	while (n->udev_fd >= 0 && read(n->udev_fd, events, sizeof(events)) > 0)
		;
}

static void list_link(void *arg, const struct nlmsg_link *l)
{
	struct out *o = arg;

	if (l->flags & IFF_LOOPBACK || l->type != ARPHRD_ETHER)
		return;
	out_fmt(o, "%s%s", o->len ? ", " : "", l->name);
}

/* plan->nets[i] has no interface (yet). */
static void miss(struct net *n, unsigned i, struct wait *w)
{
	const struct plan_net *c = &n->plan->nets[i];
	char names[128], text[256], object[32];
	struct out o;

	if (sys_now() < n->began + MISSING_GRACE) {
		wait_until(w, n->began + MISSING_GRACE);
		return;
	}
	if (c->has_mac)
		out_text(object, sizeof(object), "%pM", c->mac);
	else
		out_text(object, sizeof(object), "%s", is_any(c) ? "any" : c->device);
	out_init(&o, names, sizeof(names));
	rtnl_links(&n->nl, list_link, &o);
	if (is_any(c))
		out_text(text, sizeof(text), "no usable network interface%s%s (is its driver in the "
			 "image?)", o.len ? ", only " : "", names);
	else
		out_text(text, sizeof(text), "no such network interface (%s%s%s)",
			 o.len ? "there are: " : "there is none; is its driver in the image?",
			 names, o.len ? "; name one in ip=" : "");
	cause_set(&n->cause, CODE_NO_DEVICE, object, text);
	if (!(n->missing_said & 1u << i))
		timeline_note(STEP_NET, EV_RETRY, object, CODE_NO_DEVICE, text, true);
	n->missing_said |= 1u << i;
}

/* Is plan->nets[i] done with? n->cause says why not. */
static bool is_done(struct net *n, unsigned i, struct wait *w)
{
	const struct plan_net *c = &n->plan->nets[i];
	bool bound = false, up = false, busy = false;
	unsigned k;

	for (k = 0; k < n->n_nics; k++) {
		const struct nic *nic = &n->nics[k];

		if (!(nic->cfgs & 1u << i))
			continue;
		bound = true;
		up |= nic->state == NIC_UP;
		busy |= nic->state == NIC_DHCP || nic->state == NIC_BACKOFF ||
			(nic->state == NIC_WAIT_CARRIER && nic_carrier(nic));
	}
	if (c->method == NET_OFF)
		return true;
	if (!bound)
		miss(n, i, w);
	return up && !busy;
}

/* The routes that no interface could be found for, said once all are up. */
static void note_routes(struct net *n)
{
	unsigned i;

	for (i = 0; i < n->plan->n_routes; i++) {
		const struct route *rt = &n->plan->routes[i];
		char object[64];

		if (n->routes_done & 1u << i)
			continue;
		n->routes_done |= 1u << i;
		out_text(object, sizeof(object), "%pI/%u", &rt->to, rt->prefix);
		timeline_note(STEP_NET, EV_RETRY, object, 0,
			      "route not set: its gateway is on no link (check rd.route=)", true);
	}
}

int net_init(struct net *n, const struct plan *plan)
{
	struct utsname u;
	int err;

	memset(n, 0, sizeof(*n));
	n->plan = plan;
	n->began = sys_now();
	n->look = true;
	watch_udev(n);
	err = rtnl_open(&n->nl, RTMGRP_LINK);
	n->fd = n->nl.events;
	if (!err && !uname(&u))
		span_copy(span_of(u.nodename), n->hostname, sizeof(n->hostname));
	timeline_note(STEP_NET, EV_BEGIN, "", 0, "", false);
	return err;
}

static void step_nics(struct net *n, struct wait *w)
{
	unsigned i;

	for (i = 0; i < n->n_nics; i++) {
		struct nic *nic = &n->nics[i];

		if (nic->cfg && is_named_by_udev(n, nic, w))
			nic_step(n, nic, w);
	}
}

enum progress net_step(struct net *n, struct wait *w)
{
	bool done = true;
	unsigned i;

	drain_udev(n);
	if (rtnl_drain(&n->nl))
		n->look = true;
	for (i = 0; i < 2 && (n->look || !i); i++) {
		if (n->look)
			look(n);
		step_nics(n, w);
	}
	n->cause.code = 0;
	for (i = 0; i < n->n_nics; i++)
		if (n->nics[i].cause.code && n->nics[i].state != NIC_UP)
			n->cause = n->nics[i].cause;
	for (i = 0; i < n->plan->n_nets; i++)
		done &= is_done(n, i, w);
	wait_fd(w, n->fd, POLLIN);
	if (n->udev_fd >= 0)
		wait_fd(w, n->udev_fd, POLLIN);
	if (n->look)
		wait_until(w, sys_now() + MISSING_GRACE / 10);
	if (done)
		note_routes(n);
	else if (n->hopeless && !net_up(n))
		return FAILED;
	return done ? READY : GOES_ON;
}

unsigned net_up(const struct net *n)
{
	unsigned up = 0, i;

	for (i = 0; i < n->n_nics; i++)
		up += n->nics[i].state == NIC_UP;
	return up;
}

bool net_may_grow(const struct net *n, struct wait *w)
{
	const struct nic *nic;

	for (nic = n->nics; nic < n->nics + n->n_nics; nic++) {
		int64_t until = nic->since + CARRIER_MAX;

		if (nic->wants_dhcp && nic->state <= NIC_WAIT_CARRIER && sys_now() < until) {
			wait_until(w, until);
			return true;
		}
	}
	return false;
}

void net_close(struct net *n)
{
	unsigned i;

	if (n->fd < 0)
		return;
	for (i = 0; i < n->n_nics; i++)
		nic_stop(n, &n->nics[i]);
	rtnl_close(&n->nl);
	if (n->udev_fd >= 0)
		close(n->udev_fd);
	n->fd = n->udev_fd = -1;
}
