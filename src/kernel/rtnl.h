/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtnl: requests to the kernel's rtnetlink, and its link events.
 *
 * The kernel carries a request out within sendmsg(2) and has the answer in our queue when that
 * returns, so reading it does not wait. Requests go over a socket of their own; the one that
 * hears events is only emptied: whatever came, the caller looks again at all links.
 */
#ifndef ISCSIROOT_KERNEL_RTNL_H
#define ISCSIROOT_KERNEL_RTNL_H

#include "formats/nlmsg.h"
#include "formats/route.h"

struct rtnl {
	int fd, events;		/* requests; link events, to be waited for */
	uint32_t seq;
};

/** rtnl_open() - 0 or -errno. @groups: of events, RTMGRP_* */
int rtnl_open(struct rtnl *r, unsigned groups);
void rtnl_close(struct rtnl *r);

/** rtnl_drain() - empty the queue of events; true where there was one, or some were lost. */
bool rtnl_drain(struct rtnl *r);

/** rtnl_events() - hand the events to @fn. 0; -ENOBUFS: and some were lost. */
int rtnl_events(struct rtnl *r, void (*fn)(void *arg, const struct nlmsg *m), void *arg);

/** rtnl_dump() - all that the kernel has of a kind (RTM_GETADDR, ...), each handed to @fn. */
int rtnl_dump(struct rtnl *r, uint16_t type, void (*fn)(void *arg, const struct nlmsg *m), void *arg);

enum rtnl_place { RTNL_FIRST, RTNL_LAST, RTNL_REPLACE };

/**
 * rtnl_again() - make again what a message of a dump tells of; one that is there already is fine.
 * @place: where an IPv4 route goes among those with the same destination and metric: before or after the
 * others; RTNL_REPLACE: in place of the first one, also with IPv6
 */
int rtnl_again(struct rtnl *r, uint16_t type, enum rtnl_place place, struct span body);

/** rtnl_links() - all links, each handed to @fn. 0 or -errno. */
int rtnl_links(struct rtnl *r, void (*fn)(void *arg, const struct nlmsg_link *l), void *arg);

/**
 * rtnl_link() - one link, handed to @fn. From Linux 6.8 on this also makes the kernel bring what it
 * says of the carrier up to date, which it may otherwise do up to a second later.
 */
int rtnl_link(struct rtnl *r, int index, void (*fn)(void *arg, const struct nlmsg_link *l),
	      void *arg);

/** rtnl_has_addr() - is @a on the link? */
bool rtnl_has_addr(struct rtnl *r, int index, const struct addr *a);

int rtnl_link_up(struct rtnl *r, int index, bool up);
int rtnl_link_rename(struct rtnl *r, int index, const char *name);
/** rtnl_free_name() - give the link of that name another one, "renameINDEX"; it must be down. */
int rtnl_free_name(struct rtnl *r, const char *name);
int rtnl_link_mtu(struct rtnl *r, int index, unsigned mtu);
int rtnl_link_mac(struct rtnl *r, int index, const uint8_t mac[6]);

/**
 * rtnl_addr_add() - add an address. IPv4 gets its broadcast address; IPv6 is used at once,
 * without the second that duplicate address detection takes. One that is there already is fine.
 * @peer: family 0: none
 */
int rtnl_addr_add(struct rtnl *r, int index, const struct addr *a, uint8_t prefix,
		  const struct addr *peer);

enum route_how {
	ROUTE_ONLINK = 1,	/* take the gateway as reachable on the link whatever its address */
	ROUTE_LAST = 2,		/* IPv4: behind what goes to the same place; else before it */
	ROUTE_DELETE = 4,
};

/**
 * rtnl_route() - add (or delete) a route; one that is there already is fine.
 * @index: 0: the kernel finds the link by @rt->via
 */
int rtnl_route(struct rtnl *r, int index, const struct route *rt, unsigned how);

#endif
