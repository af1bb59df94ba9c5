// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A datagram of any bytes: every reader on every message; ends, and stays within its bytes. What
 * was read is built again, and read from that as the same.
 */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "formats/nlmsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

/* The one message that was built. */
static void take_built(struct nlreq *r, struct nlmsg *m)
{
	struct span rest = { (const char *)r->words, r->len };

	must(nlmsg_end(r, 7) && nlmsg_next(&rest, m) && !rest.n && m->seq == 7);
}

static void check_link(const struct nlmsg_link *l)
{
	struct ifinfomsg head = { .ifi_index = l->index, .ifi_flags = l->flags, .ifi_type = l->type };
	struct nlmsg_link again;
	struct nlmsg m;
	struct nlreq r;

	must(l->index > 0 && l->name[0] && memchr(l->name, 0, sizeof(l->name)));
	nlmsg_begin(&r, RTM_NEWLINK, 0, &head, sizeof(head));
	nlmsg_attr(&r, IFLA_IFNAME, l->name, strlen(l->name) + 1);
	nlmsg_attr_u32(&r, IFLA_MTU, l->mtu);
	if (l->has_mac)
		nlmsg_attr(&r, IFLA_ADDRESS, l->mac, sizeof(l->mac));
	if (l->has_master)
		nlmsg_attr_u32(&r, IFLA_MASTER, 1);
	if (l->has_parent)
		nlmsg_attr(&r, 56, "pci", 4);
	take_built(&r, &m);
	memset(&again, 0, sizeof(again));
	must(nlmsg_read_link(&m, &again) && !strcmp(again.name, l->name) &&
	     again.index == l->index && again.flags == l->flags && again.type == l->type &&
	     again.mtu == l->mtu && again.has_mac == l->has_mac &&
	     (!l->has_mac || !memcmp(again.mac, l->mac, 6)) &&
	     again.has_master == l->has_master && again.has_parent == l->has_parent);
}

static void check_addr(const struct nlmsg_addr *a)
{
	struct ifaddrmsg head = { .ifa_family = a->addr.family == 4 ? 2 : 10,
				  .ifa_prefixlen = a->prefix, .ifa_index = a->index };
	struct nlmsg_addr again;
	struct nlmsg m;
	struct nlreq r;

	must(a->addr.family == 4 || a->addr.family == 6);
	nlmsg_begin(&r, RTM_NEWADDR, 0, &head, sizeof(head));
	nlmsg_attr_addr(&r, IFA_LOCAL, &a->addr);
	nlmsg_attr_addr(&r, IFA_ADDRESS, &(struct addr){ .family = a->addr.family, .b = { 1 } });
	take_built(&r, &m);
	memset(&again, 0, sizeof(again));
	must(nlmsg_read_addr(&m, &again) && !memcmp(&again.addr, &a->addr, sizeof(a->addr)) &&
	     again.index == a->index && again.prefix == a->prefix);
}

static void check_route(const struct nlmsg_route *rt)
{
	struct rtmsg head = { .rtm_family = rt->to.family == 4 ? 2 : 10, .rtm_dst_len = rt->prefix,
			      .rtm_type = rt->type, .rtm_protocol = rt->protocol };
	struct nlmsg_route again;
	struct nlmsg m;
	struct nlreq r;

	must((rt->to.family == 4 && rt->prefix <= 32) || (rt->to.family == 6 && rt->prefix <= 128));
	must(!rt->via.family || rt->via.family == rt->to.family);
	nlmsg_begin(&r, RTM_NEWROUTE, 0, &head, sizeof(head));
	nlmsg_attr_addr(&r, RTA_DST, &rt->to);
	nlmsg_attr_addr(&r, RTA_GATEWAY, &rt->via);
	nlmsg_attr_u32(&r, RTA_OIF, rt->index);
	nlmsg_attr_u32(&r, RTA_TABLE, rt->table);
	take_built(&r, &m);
	memset(&again, 0, sizeof(again));
	must(nlmsg_read_route(&m, &again) && again.index == rt->index && again.table == rt->table &&
	     again.prefix == rt->prefix && again.type == rt->type &&
	     again.protocol == rt->protocol && !memcmp(&again.to, &rt->to, sizeof(rt->to)) &&
	     again.via.family == rt->via.family);
}

/* A request of attributes of any sizes: what does not fit is told, and nothing is overwritten. */
static void check_overflow(const uint8_t *data, size_t size)
{
	static const char filler[256];
	struct { struct nlreq r; uint32_t guard; } g = { .guard = 0x5ca1ab1e };

	nlmsg_begin(&g.r, RTM_NEWROUTE, 0, filler, sizeof(struct rtmsg));
	for (size_t i = 0; i < size && !g.r.overflow; i++)
		nlmsg_attr(&g.r, i + 1, filler, data[i]);
	must(g.guard == 0x5ca1ab1e && g.r.len <= sizeof(g.r.words));
	must(nlmsg_end(&g.r, 1) == !g.r.overflow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size };
	struct nlmsg_link l;
	struct nlmsg_route rt;
	struct nlmsg_addr a;
	struct nlmsg m;
	size_t before = size + 1;
	int err;

	while (nlmsg_next(&rest, &m)) {
		must(rest.n < before && rest.p + rest.n == (const char *)data + size);
		must(m.body.p >= (const char *)data && m.body.p + m.body.n <= rest.p);
		before = rest.n;
		if (nlmsg_read_link(&m, &l))
			check_link(&l);
		if (nlmsg_read_addr(&m, &a))
			check_addr(&a);
		if (nlmsg_read_route(&m, &rt))
			check_route(&rt);
		if (nlmsg_read_error(&m, &err))
			must(err <= 0);
	}
	check_overflow(data, size);
	return 0;
}
