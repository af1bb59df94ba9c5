/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * routes: which of several NICs' default routes counts, and rd.route=: which link a route goes to
 * and when it is added.
 */
#ifndef ISCSIROOT_BOOT_NET_ROUTES_H
#define ISCSIROOT_BOOT_NET_ROUTES_H

#include "boot/net/links.h"

struct routes {
	const struct plan *plan;
	struct rtnl *nl;
	bool has_default[NICS_MAX];	/* the NIC of that rank is up and has a default route */
	bool done[ROUTES_MAX];		/* plan->routes[i] was added, or reported as not added */
};

/* A NIC that gets routes. */
struct routes_nic {
	unsigned rank;			/* below NICS_MAX: the default route of the lowest counts */
	const struct link *link;
	const struct addr *address;	/* its own, */
	uint8_t prefix;			/* and the length of its prefix */
};

/** routes_init() - @plan and @nl must outlive @r. */
void routes_init(struct routes *r, const struct plan *plan, struct rtnl *nl);

/**
 * routes_add() - add a route of a NIC's lease or configuration. A gateway outside the NIC's own
 * prefix is taken as being on its link, and that is reported.
 * Return: 0 or -errno.
 */
int routes_add(struct routes *r, const struct routes_nic *nic, const struct route *rt);

/** routes_up() - the NIC of that rank is up, with a default route or without; or it is gone. */
void routes_up(struct routes *r, unsigned rank, bool has_default);

/** routes_plan() - a NIC is up: add the routes of rd.route= that lead over it, or whose gateway can
 * be reached now. */
void routes_plan(struct routes *r, const struct link *l);

/** routes_report() - every NIC is up: report the routes of rd.route= that could not be added. */
void routes_report(struct routes *r);

#endif
