/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic: one network device of the boot's, from found to up. It knows its own link and no other NIC;
 * what it must know of them it is told, and what concerns all of them it returns as an event.
 */
#ifndef ISCSIROOT_BOOT_NET_NIC_H
#define ISCSIROOT_BOOT_NET_NIC_H

#include "boot/net/ipconfig.h"
#include "boot/net/links.h"
#include "boot/net/routes.h"
#include "formats/netconf.h"

/* LEFT: not configured: ip=...:off, or another NIC has the one address that there is */
enum nic_state { NIC_IDLE, NIC_WAIT_CARRIER, NIC_DHCP, NIC_BACKOFF, NIC_UP, NIC_LEFT };

enum nic_event {
	NIC_NOTHING,
	NIC_CAME_UP,			/* it has its addresses now */
	NIC_NO_CLIENT,			/* there is no DHCP client, and no retry can change that */
};

struct nic {
	const struct plan *plan;
	struct rtnl *nl;
	struct routes *routes;
	unsigned rank;			/* in @routes */

	struct link link;		/* index 0: free entry */
	bool nets[NETS_MAX];		/* plan->nets[i] is for it */
	const struct plan_net *cfg;	/* the first of these; NULL: not ours */
	const char *hostname;		/* the last that these give; "" */
	bool wants_dhcp;		/* one of these says so */

	bool seen, named;		/* net.c: in the last look; udev has given it its name */
	enum nic_state state;
	bool opened;			/* it had a carrier at once: packets can be sent */
	int64_t since, retry_at;	/* sys_now(); since: found, then brought up */
	unsigned tries;
	struct cause cause;		/* why it is not up; code 0: none yet */
	struct lease lease;		/* with DHCP */
	struct ipconfig dhcp;
};

/* What a NIC has to know of the others. */
struct nic_others {
	bool up;			/* one of them is up */
	bool has_address;		/* one of them gets the address that any one may get */
};

/** nic_init() - @plan, @nl and @routes must outlive it. @rank: see struct routes_nic */
void nic_init(struct nic *nic, const struct plan *plan, struct rtnl *nl, struct routes *routes,
	      unsigned rank);

/** nic_bind() - @nets of the plan are for it (NULL: none is). Only before it is set up. */
void nic_bind(struct nic *nic, const bool *nets);

/** nic_step() - do what can be done now, and add to @w what it waits for. */
enum nic_event nic_step(struct nic *nic, const struct nic_others *others, struct wait *w);

/**
 * nic_stop() - end its DHCP. Where ipconfig has got a lease that was not seen yet, what it leaves
 * undone is done and the NIC is up.
 */
enum nic_event nic_stop(struct nic *nic);

/** nic_report_up() - report that it is up, with which addresses. */
void nic_report_up(const struct nic *nic);

/** nic_carrier() - can packets be sent on it? */
bool nic_carrier(const struct nic *nic);

/** nic_busy() - is it being set up: not waiting for a carrier, and not up? */
bool nic_busy(const struct nic *nic);

#endif
