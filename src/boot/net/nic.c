// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/if.h>
#include <stdarg.h>
#include <string.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/net/netconf.h"
#include "boot/net/nic.h"

#define SECOND 1000000		/* us */
#define CARRIER_GRACE SECOND	/* a missing carrier is reported after that */

/* Why it is not up: always noted, shown on the console if it is new. */
static void __attribute__((format(printf, 3, 4)))
nic_cause(struct nic *nic, enum cause_id id, const char *fmt, ...)
{
	bool fresh;
	va_list ap;

	va_start(ap, fmt);
	fresh = cause_vset(&nic->cause, nic->link.name, id, fmt, ap);
	va_end(ap);
	timeline_cause(&nic->cause, fresh);
}

bool nic_carrier(const struct nic *nic)
{
	return nic->link.flags & IFF_RUNNING && nic->link.flags & IFF_LOWER_UP;
}

bool nic_busy(const struct nic *nic)
{
	return nic->state == NIC_DHCP || nic->state == NIC_BACKOFF ||
	       (nic->state == NIC_WAIT_CARRIER && nic_carrier(nic));
}

void nic_init(struct nic *nic, const struct plan *plan, struct rtnl *nl, struct routes *routes,
	      unsigned rank)
{
	memset(nic, 0, sizeof(*nic));
	nic->plan = plan;
	nic->nl = nl;
	nic->routes = routes;
	nic->rank = rank;
	nic->hostname = "";
	nic->since = sys_now();
	ipconfig_init(&nic->dhcp);
}

void nic_bind(struct nic *nic, const bool *nets)
{
	unsigned i;

	nic->cfg = NULL;
	nic->hostname = "";
	nic->wants_dhcp = false;
	nic->state = nets ? NIC_LEFT : NIC_IDLE;
	for (i = 0; i < NETS_MAX; i++) {
		const struct plan_net *c = &nic->plan->nets[i];

		nic->nets[i] = nets && nets[i];
		if (!nic->nets[i] || c->method == NET_OFF)
			continue;
		if (!nic->cfg)
			nic->cfg = c;
		if (c->hostname[0])
			nic->hostname = c->hostname;
		nic->wants_dhcp |= c->method == NET_DHCP;
		nic->state = NIC_IDLE;
	}
}

/* ifname=: the name may be another interface's, which then has to give it up. */
static void rename_link(struct nic *nic, const char *name)
{
	int err;

	if (nic->link.flags & IFF_UP)
		rtnl_link_up(nic->nl, nic->link.index, false);
	err = rtnl_link_rename(nic->nl, nic->link.index, name);
	if (err == -EEXIST && !rtnl_free_name(nic->nl, name))
		err = rtnl_link_rename(nic->nl, nic->link.index, name);
	if (!err)
		out_text(nic->link.name, sizeof(nic->link.name), "%s", name);
	else
		nic_cause(nic, CAUSE(RENAME_FAILED), sys_error(-err));
}

static void set_mtu(struct nic *nic)
{
	unsigned i;

	for (i = 0; i < nic->plan->n_nets; i++) {
		unsigned mtu = nic->plan->nets[i].mtu;

		if (!nic->nets[i] || !mtu || !rtnl_link_mtu(nic->nl, nic->link.index, mtu))
			continue;
		timeline_report(nic->link.name, CAUSE(MTU_REFUSED), mtu, nic->link.mtu);
	}
}

static void set_mac(struct nic *nic, const uint8_t mac[6])
{
	int err = rtnl_link_mac(nic->nl, nic->link.index, mac);

	if (err == -EBUSY) {
		rtnl_link_up(nic->nl, nic->link.index, false);
		err = rtnl_link_mac(nic->nl, nic->link.index, mac);
	}
	if (err)
		timeline_report(nic->link.name, CAUSE(MAC_REFUSED));
}

static void back_off(struct nic *nic)
{
	unsigned shift = nic->tries < 3 ? nic->tries : 3;
	int64_t us = (int64_t)(SECOND / 4) << shift;

	nic->tries++;
	nic->state = NIC_BACKOFF;
	/* a quarter more or less: guests started together shall not ask at the same time */
	nic->retry_at = sys_now() + us * 3 / 4 + sys_now() % (us / 2);
}

static void take_flags(void *arg, const struct nlmsg_link *l)
{
	struct nic *nic = arg;

	nic->link.flags = l->flags;
}

/* Name, hardware address and MTU first: some drivers take them only while the link is down. */
static void prepare(struct nic *nic)
{
	unsigned i;
	int err;

	for (i = 0; i < nic->plan->n_nets; i++) {
		const struct plan_net *c = &nic->plan->nets[i];

		if (!nic->nets[i])
			continue;
		if (c->has_mac && c->device[0] && strcmp(c->device, nic->link.name))
			rename_link(nic, c->device);
		if (c->set_mac && memcmp(c->new_mac, nic->link.mac, 6))
			set_mac(nic, c->new_mac);
	}
	set_mtu(nic);
	err = rtnl_link_up(nic->nl, nic->link.index, true);
	nic->state = NIC_WAIT_CARRIER;
	nic->since = sys_now();
	if (err) {
		nic_cause(nic, CAUSE(LINK_UP_FAILED), sys_error(-err));
		back_off(nic);
		return;
	}
	rtnl_link(nic->nl, nic->link.index, take_flags, nic);
	nic->opened = nic->link.flags & IFF_LOWER_UP;
}

static bool has_default(const struct nic *nic)
{
	unsigned i;

	for (i = 0; i < nic->lease.n_routes; i++)
		if (!nic->lease.routes[i].prefix)
			return true;
	return nic->lease.gateway.family || nic->cfg->gateway.family;
}

static int add_route(struct nic *nic, const struct route *rt, const struct addr *own,
		     uint8_t prefix)
{
	struct routes_nic via = { nic->rank, &nic->link, own, prefix };

	return routes_add(nic->routes, &via, rt);
}

static int add_gateway(struct nic *nic, const struct addr *gateway, const struct addr *own,
		       uint8_t prefix)
{
	struct route rt = { .to.family = gateway->family, .via = *gateway };

	return gateway->family ? add_route(nic, &rt, own, prefix) : 0;
}

/* Does @err mean that IPv6 is disabled? EACCES: by the sysctl disable_ipv6. */
static bool has_no_ipv6(const struct plan_net *c, int err)
{
	return c->address.family == 6 &&
	       (err == -EAFNOSUPPORT || err == -EOPNOTSUPP || err == -EACCES);
}

static bool add_static(struct nic *nic, const struct plan_net *c)
{
	int err = rtnl_addr_add(nic->nl, nic->link.index, &c->address, c->prefix, &c->peer);

	if (err && has_no_ipv6(c, err))
		nic_cause(nic, CAUSE(ADDRESS_NO_IPV6), &c->address, c->prefix, sys_error(-err));
	else if (err)
		nic_cause(nic, CAUSE(ADDRESS_FAILED), &c->address, c->prefix, sys_error(-err));
	if (err)
		return false;
	err = add_gateway(nic, &c->gateway, &c->address, c->prefix);
	if (err && has_no_ipv6(c, err))
		nic_cause(nic, CAUSE(GATEWAY_NO_IPV6), &c->gateway, sys_error(-err));
	else if (err)
		nic_cause(nic, CAUSE(GATEWAY_FAILED), &c->gateway, sys_error(-err));
	return !err;
}

static enum nic_event come_up(struct nic *nic)
{
	char refused[24];
	int err;

	err = netconf_write(nic->plan, nic->nets, nic->wants_dhcp, nic->link.name, refused);
	if (err)
		nic_cause(nic, CAUSE(NETCONF_FAILED), sys_error(-err));
	if (refused[0])
		timeline_report(nic->link.name, CAUSE(DHCP_MALFORMED), refused);
	nic->state = NIC_UP;
	cause_clear(&nic->cause);
	routes_up(nic->routes, nic->rank, has_default(nic));
	return NIC_CAME_UP;
}

void nic_report_up(const struct nic *nic)
{
	bool leased = nic->lease.address.family;
	const struct addr *a = leased ? &nic->lease.address : &nic->cfg->address,
			  *gateway = leased ? &nic->lease.gateway : &nic->cfg->gateway;
	uint8_t prefix = leased ? nic->lease.prefix : nic->cfg->prefix;
	char text[192];

	if (a->family)
		out_text(text, sizeof(text), "%pI/%u%s%pI%s", a, prefix,
			 gateway->family ? ", gateway " : "", gateway,
			 leased ? ", by DHCP" : ", static");
	else
		out_text(text, sizeof(text), "IPv6 by router advertisements");
	timeline_note(STEP_NET, EV_OK, nic->link.name, 0, text, true);
}

/*
 * What ipconfig 2.0.12 leaves undone: a gateway outside the net (it reports that and goes on),
 * routes of option 121 after the first that fails, and an MTU of ip= (option 26 it does set).
 */
static enum nic_event complete_lease(struct nic *nic)
{
	struct lease *l = &nic->lease;
	unsigned i, gateways;

	set_mtu(nic);
	if (!l->n_routes)
		add_gateway(nic, &l->gateway, &l->address, l->prefix);
	/* those without a gateway first: they may lead to the others' gateways */
	for (gateways = 0; gateways < 2; gateways++)
		for (i = 0; i < l->n_routes; i++)
			if (gateways == !!l->routes[i].via.family)
				add_route(nic, &l->routes[i], &l->address, l->prefix);
	if (l->routes_cut)
		timeline_report(nic->link.name, CAUSE(TOO_MANY_LEASE_ROUTES), LEASE_ROUTES_MAX);
	return come_up(nic);
}

static bool load_lease(struct nic *nic)
{
	static struct lease l;

	if (netconf_load(nic->link.name, &l) || !l.dhcp ||
	    !rtnl_has_addr(nic->nl, nic->link.index, &l.address))
		return false;
	nic->lease = l;
	return true;
}

enum nic_event nic_stop(struct nic *nic)
{
	if (nic->state != NIC_DHCP)
		return NIC_NOTHING;
	ipconfig_stop(&nic->dhcp);
	if (load_lease(nic))
		return complete_lease(nic);
	netconf_remove(nic->link.name);
	return NIC_NOTHING;
}

/* A lease of an earlier run is kept. */
static enum nic_event start_dhcp(struct nic *nic)
{
	int err;

	if (load_lease(nic))
		return complete_lease(nic);
	netconf_remove(nic->link.name);
	err = ipconfig_start(&nic->dhcp, &nic->link, nic->hostname, nic->tries);
	nic->state = NIC_DHCP;
	if (!err)
		return NIC_NOTHING;
	if (err == -ENOENT)
		nic_cause(nic, CAUSE(IPCONFIG_MISSING));
	else
		nic_cause(nic, CAUSE(IPCONFIG_FAILED), sys_error(-err));
	back_off(nic);
	return err == -ENOENT ? NIC_NO_CLIENT : NIC_NOTHING;
}

static enum nic_event end_dhcp(struct nic *nic)
{
	struct cause why = { 0 };
	bool fresh;

	if (ipconfig_ok(&nic->dhcp) && load_lease(nic))
		return complete_lease(nic);
	netconf_remove(nic->link.name);
	ipconfig_why(&nic->dhcp, &nic->link, &why);
	fresh = !cause_equals(&nic->cause, &why);
	nic->cause = why;
	timeline_cause(&nic->cause, fresh);
	back_off(nic);
	return NIC_NOTHING;
}

/* Leave out the addresses that another NIC has got. Return: is anything left to be configured? */
static bool drop_taken(struct nic *nic, const bool *taken)
{
	unsigned i;

	nic->cfg = NULL;
	for (i = 0; i < nic->plan->n_nets; i++) {
		nic->nets[i] &= !taken[i];
		if (nic->nets[i] && !nic->cfg && nic->plan->nets[i].method != NET_OFF)
			nic->cfg = &nic->plan->nets[i];
	}
	return nic->cfg;
}

/*
 * IFF_RUNNING may come a second after the carrier. ipconfig waits a second of its own where it is
 * not set; a static address need not wait for it.
 */
static enum nic_event configure(struct nic *nic, const struct nic_others *others)
{
	unsigned i;

	if (!nic_carrier(nic) && (nic->wants_dhcp || !nic->opened)) {
		if (sys_now() >= nic->since + CARRIER_GRACE && nic->cause.code != CODE_NO_DEVICE &&
		    (!links_is_any(nic->cfg) || !others->up))
			nic_cause(nic, CAUSE(NO_CARRIER));
		return NIC_NOTHING;
	}
	if (!drop_taken(nic, others->taken)) {
		nic->state = NIC_LEFT;
		return NIC_NOTHING;
	}
	for (i = 0; i < nic->plan->n_nets; i++) {
		const struct plan_net *c = &nic->plan->nets[i];

		if (nic->nets[i] && c->method == NET_STATIC && !add_static(nic, c)) {
			back_off(nic);
			return NIC_NOTHING;
		}
	}
	return nic->wants_dhcp ? start_dhcp(nic) : come_up(nic);
}

enum nic_event nic_step(struct nic *nic, const struct nic_others *others, struct wait *w)
{
	enum nic_event event = NIC_NOTHING;

	if (nic->state == NIC_BACKOFF && sys_now() >= nic->retry_at)
		nic->state = nic->link.flags & IFF_UP ? NIC_WAIT_CARRIER : NIC_IDLE;
	if (nic->state == NIC_IDLE)
		prepare(nic);
	if (nic->state == NIC_WAIT_CARRIER)
		event = configure(nic, others);
	if (nic->state == NIC_WAIT_CARRIER && sys_now() < nic->since + CARRIER_GRACE)
		wait_until(w, nic->since + CARRIER_GRACE);
	if (nic->state == NIC_DHCP && ipconfig_step(&nic->dhcp, &nic->link, w))
		event = end_dhcp(nic);
	if (nic->state == NIC_BACKOFF)
		wait_until(w, nic->retry_at);
	return event;
}
