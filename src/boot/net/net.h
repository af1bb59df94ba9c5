/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net: from the plan's network to NICs that are up and have addresses. It waits for links by
 * rtnetlink events, and steps each NIC (nic.h). Where a kind of link would be added: links.h.
 */
#ifndef ISCSIROOT_BOOT_NET_NET_H
#define ISCSIROOT_BOOT_NET_NET_H

#include "boot/net/nic.h"

struct net {
	const struct plan *plan;
	int fd;				/* link events; -1: not open */
	int udev_fd;			/* inotify on udev's database; -1: there is no udev */
	struct rtnl nl;
	bool look;			/* links may have changed since we looked */
	bool hopeless;			/* no waiting can remove n->cause */
	bool full;			/* NICs beyond the ceiling were reported */
	int64_t began;			/* sys_now() */
	bool missing[NETS_MAX];		/* that plan->nets[i] has no interface was reported */
	unsigned n_nics;		/* entries in use, free ones among them */
	struct cause cause;		/* the latest, for the summary */
	char hostname[HOSTNAME_MAX + 1];	/* the machine's; at first as it was before us */
	struct routes routes;
	struct nic nics[NICS_MAX];	/* the place of each is its rank in @routes */
};

/** net_init() - subscribe, then look. @plan must outlive @n. 0 or -errno. */
int net_init(struct net *n, const struct plan *plan);

/**
 * net_step() - do what can be done now.
 * Return: READY once every interface asked for is up ("*": every NIC with a carrier); GOES_ON;
 * FAILED only where no waiting can help (n->cause says why).
 */
enum progress net_step(struct net *n, struct wait *w);

/** net_up() - number of NICs that have an address now. login may begin at the first. */
unsigned net_up(const struct net *n);

/** net_may_grow() - may DHCP still begin on one more NIC, which has no carrier or no name from udev
 * yet? For ten seconds: a link that is negotiated with its switch takes up to five. */
bool net_may_grow(const struct net *n, struct wait *w);

/**
 * net_close() - end children and sockets. What was set up stays; a lease that ipconfig has got
 * unseen is taken first, and counts in net_up().
 */
void net_close(struct net *n);

#endif
