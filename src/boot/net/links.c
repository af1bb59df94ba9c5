// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/if.h>
#include <linux/if_arp.h>
#include <string.h>

#include "boot/net/links.h"
#include "kernel/sysfs.h"

/* Kernels before 5.14 do not report a link's parent over rtnetlink. */
static bool has_device(const struct nlmsg_link *l)
{
	return l->has_parent || sysfs_exists("class/net/%s/device", l->name);
}

static bool is_usable(const struct nlmsg_link *l)
{
	return l->type == ARPHRD_ETHER && l->has_mac && !l->has_master &&
	       !(l->flags & IFF_LOOPBACK) && has_device(l);
}

bool links_is_any(const struct plan_net *c)
{
	return !strcmp(c->device, "*");
}

static bool is_named(const struct plan_net *c, const struct nlmsg_link *l)
{
	if (!c->has_mac)
		return !strcmp(c->device, l->name);
	/* an earlier run may have given it its new hardware address already */
	return l->has_mac && (!memcmp(c->mac, l->mac, 6) ||
			      (c->set_mac && !memcmp(c->new_mac, l->mac, 6)));
}

bool links_match(const struct plan *p, const struct nlmsg_link *l, bool usable, bool nets[NETS_MAX])
{
	bool named = false, any = false;
	unsigned i;

	for (i = 0; i < p->n_nets; i++)
		named |= !links_is_any(&p->nets[i]) && is_named(&p->nets[i], l);
	memset(nets, 0, NETS_MAX * sizeof(*nets));
	for (i = 0; i < p->n_nets; i++) {
		const struct plan_net *c = &p->nets[i];

		nets[i] = named ? !links_is_any(c) && is_named(c, l) : usable && links_is_any(c);
		any |= nets[i];
	}
	return any;
}

struct links_call {
	const struct plan *plan;
	void (*fn)(void *arg, const struct link *l, const bool *nets);
	void *arg;
	int loopback;			/* its ifindex, while it is down; else 0 */
};

static void hand_on(void *arg, const struct nlmsg_link *l)
{
	struct links_call *c = arg;
	struct link link = { .index = l->index, .flags = l->flags, .mtu = l->mtu,
			     .usable = is_usable(l) };
	bool nets[NETS_MAX];

	if (l->flags & IFF_LOOPBACK) {
		c->loopback = l->flags & IFF_UP ? 0 : l->index;
		return;
	}
	memcpy(link.name, l->name, sizeof(link.name));
	memcpy(link.mac, l->mac, sizeof(link.mac));
	c->fn(c->arg, &link, links_match(c->plan, l, link.usable, nets) ? nets : NULL);
}

/*
 * Called at the start and after every change of a link. A kind of link that iscsiroot is to create
 * (VLAN, bond, bridge) is created here, before rtnl_links(): each link of the plan that does not exist
 * yet, in the first call in which the links below it exist. rtnl_links() then shows it like any other
 * link: an ip= that names it is matched to it, and nic.c brings it up.
 */
int links_look(struct rtnl *nl, const struct plan *p,
	       void (*fn)(void *arg, const struct link *l, const bool *nets), void *arg)
{
	struct links_call c = { p, fn, arg, 0 };
	int err = rtnl_links(nl, hand_on, &c);

	/* not within the dump: the answer to another request would end it */
	if (c.loopback)
		rtnl_link_up(nl, c.loopback, true);
	return err;
}

struct links_names {
	struct out *o;
	unsigned more;			/* of those that did not fit */
};

#define MORE_ROOM 24			/* " and 4294967295 more" */

static void list_link(void *arg, const struct nlmsg_link *l)
{
	struct links_names *n = arg;

	if (l->flags & IFF_LOOPBACK || l->type != ARPHRD_ETHER)
		return;
	if (n->more || n->o->len + strlen(l->name) + MORE_ROOM > n->o->size)
		n->more++;
	else
		out_fmt(n->o, "%s%s", n->o->len ? ", " : "", l->name);
}

void links_list(struct rtnl *nl, char *buf, size_t size)
{
	struct out o;
	struct links_names n = { &o, 0 };

	out_init(&o, buf, size);
	rtnl_links(nl, list_link, &n);
	if (n.more)
		out_fmt(&o, " and %u more", n.more);
}
