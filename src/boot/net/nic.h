/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic: configures one network device, from its discovery until it is up. It handles its own link
 * only: the state of the other NICs is a parameter, and what affects all of them is returned as an
 * event.
 */
#ifndef ISCSIROOT_BOOT_NET_NIC_H
#define ISCSIROOT_BOOT_NET_NIC_H

#include "boot/net/ipconfig.h"
#include "boot/net/links.h"
#include "boot/net/routes.h"
#include "formats/netconf.h"

/* LEFT: not configured, because of ip=...:off or as another NIC has the only address */
enum nic_state { NIC_IDLE, NIC_WAIT_CARRIER, NIC_DHCP, NIC_BACKOFF, NIC_UP, NIC_LEFT };

enum nic_event {
	NIC_NOTHING,
	NIC_CAME_UP,			/* its addresses were just configured */
	NIC_NO_CLIENT,			/* no DHCP client is installed; a retry cannot help */
};

struct nic {
	const struct plan *plan;
	struct rtnl *nl;
	struct routes *routes;
	unsigned rank;			/* in @routes */

	struct link link;		/* index 0: free entry */
	bool nets[NETS_MAX];		/* plan->nets[i] applies to it */
	const struct plan_net *cfg;	/* the first of these; NULL: not to be configured */
	const char *hostname;		/* the last one these set; "": none */
	bool wants_dhcp;		/* one of these asks for it */

	bool seen, named;		/* net.c: in the last look; udev has given it its name */
	enum nic_state state;
	bool opened;			/* it had a carrier at once: packets can be sent */
	int64_t since, retry_at;	/* sys_now(); since: found, then brought up */
	unsigned tries;
	struct cause cause;		/* why it is not up; code 0: none yet */
	struct lease lease;		/* with DHCP */
	struct ipconfig dhcp;
};

/* The state of the other NICs, as far as it matters to one. */
struct nic_others {
	bool up;			/* one of them is up */
	bool taken[NETS_MAX];		/* plan->nets[i] is an address that any NIC may get, and one has got */
};

/** nic_init() - @plan, @nl and @routes must outlive it. @rank: see struct routes_nic */
void nic_init(struct nic *nic, const struct plan *plan, struct rtnl *nl, struct routes *routes,
	      unsigned rank);

/** nic_bind() - assign the plan's @nets to it (NULL: none). Only before it is configured. */
void nic_bind(struct nic *nic, const bool *nets);

/** nic_step() - make progress without blocking, and add to @w what it waits for. */
enum nic_event nic_step(struct nic *nic, const struct nic_others *others, struct wait *w);

/**
 * nic_stop() - end its DHCP client. If ipconfig has got a lease that was not read yet, the
 * configuration is completed from it and the NIC is up.
 */
enum nic_event nic_stop(struct nic *nic);

/** nic_report_up() - report that it is up, and its addresses. */
void nic_report_up(const struct nic *nic);

/** nic_carrier() - can packets be sent on it? */
bool nic_carrier(const struct nic *nic);

/** nic_busy() - is it being configured: neither waiting for a carrier nor up? */
bool nic_busy(const struct nic *nic);

#endif
