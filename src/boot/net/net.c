// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/codes.h"
#include "boot/net/net.h"

#define MISSING_GRACE 1000000	/* us until an absent interface is reported */
#define CARRIER_MAX 10000000	/* us that a lease without a target in it waits for another link */
#define READS_MAX 64		/* of a step: the other steps have their turn, too */
#define UDEV_MAX 3000000	/* us that a new interface waits for udev, which may have died */

/* ipconfig's process, its output and the socket beside it; the rest is login's and settle's */
_Static_assert(3 * NICS_MAX < WAIT_FDS_MAX, "each NIC may wait for three descriptors");

static struct nic *find_nic(struct net *n, int index)
{
	unsigned i;

	for (i = 0; i < n->n_nics; i++)
		if (n->nics[i].link.index == index)
			return &n->nics[i];
	return NULL;
}

/* A free entry for a link. NULL, once reported: there is none. */
static struct nic *new_nic(struct net *n, const struct link *l)
{
	struct nic *nic = find_nic(n, 0);

	if (!nic && n->n_nics < NICS_MAX)
		nic = &n->nics[n->n_nics++];
	if (nic) {
		nic_init(nic, n->plan, &n->nl, &n->routes, nic - n->nics);
	} else if (!n->full) {
		n->full = true;
		timeline_report(l->name, CAUSE(TOO_MANY_NICS), NICS_MAX);
	}
	return nic;
}

/* A link as the kernel shows it now. */
static void look_at(void *arg, const struct link *l, const bool *nets)
{
	static const bool none[NETS_MAX];
	struct net *n = arg;
	struct nic *nic = find_nic(n, l->index);

	if (!nic && nets)
		nic = new_nic(n, l);
	if (!nic)
		return;
	nic->link = *l;
	nic->seen = true;
	if (memcmp(nic->nets, nets ? nets : none, sizeof(none)) && nic->state <= NIC_WAIT_CARRIER)
		nic_bind(nic, nets);
}

static void set_hostname(struct net *n, const struct nic *nic)
{
	const char *name = nic->lease.hostname[0] ? nic->lease.hostname : n->hostname;

	if (nic->hostname[0])
		name = nic->hostname;
	if (*name && sethostname(name, strlen(name)))
		return;
	out_text(n->hostname, sizeof(n->hostname), "%s", name);
}

static void take_event(struct net *n, struct nic *nic, enum nic_event event)
{
	if (event == NIC_NO_CLIENT)
		n->hopeless = true;
	if (event != NIC_CAME_UP)
		return;
	set_hostname(n, nic);
	routes_plan(&n->routes, &nic->link);
	nic_report_up(nic);
}

static void look(struct net *n)
{
	struct nic *nic;

	for (nic = n->nics; nic < n->nics + n->n_nics; nic++)
		nic->seen = false;
	if (links_look(&n->nl, n->plan, look_at, n))
		return;
	n->look = false;
	for (nic = n->nics; nic < n->nics + n->n_nics; nic++) {
		if (nic->seen || !nic->link.index)
			continue;
		take_event(n, nic, nic_stop(nic));
		routes_up(&n->routes, nic->rank, false);
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

/* udev writes an interface into its database last of all. Then its name is read again. */
static bool is_named_by_udev(struct net *n, struct nic *nic, struct wait *w)
{
	char path[48];

	if (nic->named || n->udev_fd < 0)
		return true;
	out_text(path, sizeof(path), "/run/udev/data/n%d", nic->link.index);
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
	unsigned i;

	for (i = 0; i < READS_MAX && n->udev_fd >= 0 && read(n->udev_fd, events, sizeof(events)) > 0; i++)
		;
}

/* plan->nets[i] has no interface (yet). */
static void note_missing(struct net *n, unsigned i, struct wait *w)
{
	const struct plan_net *c = &n->plan->nets[i];
	char names[128], object[32];

	if (sys_now() < n->began + MISSING_GRACE) {
		wait_until(w, n->began + MISSING_GRACE);
		return;
	}
	if (c->has_mac)
		out_text(object, sizeof(object), "%pM", c->mac);
	else
		out_text(object, sizeof(object), "%s", links_is_any(c) ? "any" : c->device);
	links_list(&n->nl, names, sizeof(names));
	if (links_is_any(c) && *names)
		cause_set(&n->cause, object, CAUSE(NO_USABLE_NIC_ONLY), names);
	else if (links_is_any(c))
		cause_set(&n->cause, object, CAUSE(NO_USABLE_NIC));
	else if (*names)
		cause_set(&n->cause, object, CAUSE(NO_SUCH_NIC), names);
	else
		cause_set(&n->cause, object, CAUSE(NO_NIC_AT_ALL));
	if (!n->missing[i])
		timeline_cause(&n->cause, true);
	n->missing[i] = true;
}

/* Is plan->nets[i] set up? n->cause says why not. */
static bool is_done(struct net *n, unsigned i, struct wait *w)
{
	const struct plan_net *c = &n->plan->nets[i];
	bool bound = false, up = false, busy = false;
	const struct nic *nic;

	for (nic = n->nics; nic < n->nics + n->n_nics; nic++) {
		if (!nic->nets[i])
			continue;
		bound = true;
		up |= nic->state == NIC_UP;
		busy |= nic_busy(nic);
	}
	if (c->method == NET_OFF)
		return true;
	if (!bound)
		note_missing(n, i, w);
	return up && !busy;
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
	routes_init(&n->routes, plan, &n->nl);
	if (!err && !uname(&u))
		span_copy(span_of(u.nodename), n->hostname, sizeof(n->hostname));
	timeline_note(STEP_NET, EV_BEGIN, "", 0, "", false);
	return err;
}

/* An address that was given without a device goes to the first NIC that has a carrier. */
static bool is_taken(const struct net *n, const struct nic *nic, unsigned i)
{
	const struct nic *other;

	if (!links_is_any(&n->plan->nets[i]) || n->plan->nets[i].method != NET_STATIC)
		return false;
	for (other = n->nics; other < n->nics + n->n_nics; other++)
		if (other != nic && other->nets[i] && other->state >= NIC_DHCP && other->state != NIC_LEFT)
			return true;
	return false;
}

static void step_nics(struct net *n, struct wait *w)
{
	struct nic *nic;
	unsigned i;

	for (nic = n->nics; nic < n->nics + n->n_nics; nic++) {
		struct nic_others others;

		if (!nic->cfg || !is_named_by_udev(n, nic, w))
			continue;
		others = (struct nic_others){ .up = net_up(n) };
		for (i = 0; i < n->plan->n_nets; i++)
			others.taken[i] = is_taken(n, nic, i);
		take_event(n, nic, nic_step(nic, &others, w));
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
		routes_report(&n->routes);
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
	struct nic *nic;

	if (n->fd < 0)
		return;
	for (nic = n->nics; nic < n->nics + n->n_nics; nic++)
		take_event(n, nic, nic_stop(nic));
	rtnl_close(&n->nl);
	if (n->udev_fd >= 0)
		close(n->udev_fd);
	n->fd = n->udev_fd = -1;
}
