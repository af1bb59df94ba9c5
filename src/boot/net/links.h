/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * links: the network devices that the kernel shows, and which of the plan's networks are for each.
 *
 * A kind of link that iscsiroot is to create (VLAN, bond, bridge) belongs into links_look(): see there.
 */
#ifndef ISCSIROOT_BOOT_NET_LINKS_H
#define ISCSIROOT_BOOT_NET_LINKS_H

#include "kernel/rtnl.h"
#include "plan/plan.h"

/* A network device as the kernel showed it last. */
struct link {
	int index;			/* ifindex */
	char name[DEVNAME_MAX + 1];
	uint8_t mac[6];
	unsigned flags;			/* IFF_* */
	unsigned mtu;			/* bytes */
	bool usable;			/* for ip=dhcp: Ethernet, with a device behind it */
};

/**
 * links_match() - which of the plan's networks are for this link? Those that name it (by its name,
 * its hardware address or BOOTIF=); else, where it is @usable, those for every link ("*"). Pure.
 * @nets: [i] is set where plan->nets[i] is for it
 * Return: is there one?
 */
bool links_match(const struct plan *p, const struct nlmsg_link *l, bool usable,
		 bool nets[NETS_MAX]);

/**
 * links_look() - hand each link of the kernel but the loopback device to @fn, with the plan's
 * networks for it (@nets, NULL: there is none); bring the loopback device up.
 * Return: 0 or -errno (then some links may be missing).
 */
int links_look(struct rtnl *nl, const struct plan *p,
	       void (*fn)(void *arg, const struct link *l, const bool *nets), void *arg);

/** links_list() - the names of all Ethernet links, ", " between two; where some do not fit, the
 * number of those. "": there is none. */
void links_list(struct rtnl *nl, char *buf, size_t size);

/** links_is_any() - is this network for every usable link? */
bool links_is_any(const struct plan_net *c);

#endif
