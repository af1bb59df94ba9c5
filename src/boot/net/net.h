/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net: from the plan's network to links that are up and have addresses.
 * Waits by rtnetlink; DHCP by klibc's ipconfig, started once there is a carrier.
 */
#ifndef ISCSIROOT_BOOT_NET_NET_H
#define ISCSIROOT_BOOT_NET_NET_H

#include "base/spawn.h"
#include "formats/dhcp.h"
#include "kernel/rtnl.h"
#include "plan/plan.h"
#include "boot/net/netconf.h"
#include "runtime/timeline.h"

enum nic_state { NIC_IDLE, NIC_WAIT_CARRIER, NIC_DHCP, NIC_BACKOFF, NIC_UP, NIC_LEFT };

struct nic {
	int index;			/* ifindex; 0: free entry, all of it zero */
	char name[DEVNAME_MAX + 1];
	uint8_t mac[6];
	unsigned flags;			/* IFF_* */
	unsigned mtu;
	bool usable;			/* Ethernet, and a device behind it */
	bool seen;			/* when we last looked */
	bool opened;			/* with a carrier from the start: packets can be sent at once */
	bool named;			/* udev has given it its name, or there is no udev */
	unsigned cfgs;			/* bit i: plan->nets[i] is for it */
	const struct plan_net *cfg;	/* the first of these; NULL: not ours */
	const char *hostname;		/* the last that these give; "" */
	bool wants_dhcp;		/* one of these says so */
	enum nic_state state;
	int64_t since, retry_at;	/* sys_now(); since: found, then raised */
	unsigned tries;
	int listen;			/* socket that hears DHCP; -1 */
	struct dhcp_answer heard;	/* the last answer to this run of ipconfig */
	struct cause cause;
	struct lease lease;		/* with DHCP */
	struct spawn dhcp;
};

struct net {
	const struct plan *plan;
	int fd;				/* link events; -1: not open */
	int udev_fd;			/* what udev notes; -1: there is no udev */
	struct rtnl nl;
	bool look;			/* links may have changed since we looked */
	bool hopeless;			/* no waiting can mend n->cause */
	int64_t began;			/* sys_now() */
	unsigned missing_said;		/* bit i: that plan->nets[i] has no interface */
	unsigned routes_done;		/* bit i: plan->routes[i] is in place, or was given up */
	unsigned n_nics;		/* entries in use, free ones among them */
	struct cause cause;		/* the latest, for the summary */
	char hostname[HOSTNAME_MAX + 1];	/* before us */
	struct nic nics[NICS_MAX];
};

/** net_init() - subscribe, then look. @plan must outlive @n. 0 or -errno. */
int net_init(struct net *n, const struct plan *plan);

/**
 * net_step() - do what can be done now.
 * Return: READY once every asked for device is up ("*": every NIC with a carrier); GOES_ON; FAILED
 * only for what no waiting can mend (n->cause says why).
 */
enum progress net_step(struct net *n, struct wait *w);

/** net_up() - number of devices that have an address now. login may begin at the first. */
unsigned net_up(const struct net *n);

/** net_may_grow() - may DHCP still begin on one more device, whose carrier or name is not there yet?
 * For ten seconds: a link that is set up with its switch takes up to five. */
bool net_may_grow(const struct net *n, struct wait *w);

/**
 * net_close() - end children and sockets; what was set up stays, and counts (net_up()) also where
 * that is first seen now.
 */
void net_close(struct net *n);

#endif
