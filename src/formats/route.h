/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * route: a route, and by which network device an address is reached, as the kernel's tables of
 * routes show it. Pure.
 */
#ifndef ISCSIROOT_FORMATS_ROUTE_H
#define ISCSIROOT_FORMATS_ROUTE_H

#include "base/limits.h"
#include "base/scan.h"

struct route {
	struct addr to;
	uint8_t prefix;			/* length, of @to */
	struct addr via;		/* family 0: on the link */
	char device[DEVNAME_MAX + 1];	/* empty: whichever leads to @via */
};

/**
 * route_device() - the device of the longest matching route, of equals that with the least
 * metric. Main table only: what rules of policy say is not in these files.
 * @table: /proc/net/route for an IPv4 address (Linux net/ipv4/fib_trie.c, fib_route_seq_show()),
 * /proc/net/ipv6_route for an IPv6 one (net/ipv6/ip6_fib.c, ipv6_route_native_seq_show())
 * Return: false where there is none.
 */
bool route_device(struct span table, const struct addr *to, char name[DEVNAME_MAX + 1]);

#endif
