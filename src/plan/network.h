/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * network: the whole network of the plan: ip=, BOOTIF=, ifname=, nameserver=, rd.route= and what
 * the leases add. Pure.
 */
#ifndef ISCSIROOT_PLAN_NETWORK_H
#define ISCSIROOT_PLAN_NETWORK_H

#include "formats/netconf.h"
#include "plan/plan.h"

struct work;

bool network_build(struct work *w);

/**
 * network_add_lease() - the name servers of a lease, as many as there is room for (a resolver uses
 * the first RESOLV_SERVERS), and its search list where there is none yet.
 * Return: false where one was left out.
 */
bool network_add_lease(struct plan *p, const struct lease *l);

#endif
