// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/net/nic.h"

#define SECOND 1000000		/* us */
#define CARRIER_GRACE SECOND	/* a link without carrier is worth a word after that */
#define KLIBC_IPCONFIG "/usr/lib/klibc/bin/ipconfig"

void nic_cause(struct nic *nic, int code, const char *text)
{
	bool fresh = cause_set(&nic->cause, code, nic->name, text);

	timeline_note(STEP_NET, EV_RETRY, nic->name, code, text, fresh);
}

static void nic_errno(struct nic *nic, int err, const char *what, const char *hint)
{
	char text[256];

	/* EACCES: what the sysctl disable_ipv6 makes of it */
	if (err == -EAFNOSUPPORT || err == -EOPNOTSUPP || err == -EACCES)
		hint = "the kernel has no IPv6: is ipv6.disable set?";
	out_text(text, sizeof(text), "%s: %s%s%s%s", what, sys_error(-err), *hint ? " (" : "", hint,
		 *hint ? ")" : "");
	nic_cause(nic, CODE_SYSTEM, text);
}

/* What is said in passing: it is not why the interface is not up. */
static void note(const struct nic *nic, const char *text)
{
	timeline_note(STEP_NET, EV_RETRY, nic->name, 0, text, true);
}

bool nic_carrier(const struct nic *nic)
{
	return nic->flags & IFF_RUNNING && nic->flags & IFF_LOWER_UP;
}

/* ifname=: the name may be another interface's, which then has to give it up. */
static void rename_nic(struct net *n, struct nic *nic, const char *name)
{
	int err;

	if (nic->flags & IFF_UP)
		rtnl_link_up(&n->nl, nic->index, false);
	err = rtnl_link_rename(&n->nl, nic->index, name);
	if (err == -EEXIST && !rtnl_free_name(&n->nl, name))
		err = rtnl_link_rename(&n->nl, nic->index, name);
	if (!err)
		out_text(nic->name, sizeof(nic->name), "%s", name);
	else
		nic_errno(nic, err, "cannot be renamed", "check ifname=");
}

static void set_mtu(struct net *n, struct nic *nic)
{
	char text[96];
	unsigned i;

	for (i = 0; i < n->plan->n_nets; i++) {
		unsigned mtu = n->plan->nets[i].mtu;

		if (!(nic->cfgs & 1u << i) || !mtu ||
		    !rtnl_link_mtu(&n->nl, nic->index, mtu))
			continue;
		out_text(text, sizeof(text), "MTU %u refused, %u stays (check ip=)", mtu, nic->mtu);
		note(nic, text);
	}
}

static void set_mac(struct net *n, struct nic *nic, const uint8_t mac[6])
{
	int err = rtnl_link_mac(&n->nl, nic->index, mac);

	if (err == -EBUSY) {
		rtnl_link_up(&n->nl, nic->index, false);
		err = rtnl_link_mac(&n->nl, nic->index, mac);
	}
	if (err)
		note(nic, "the hardware address of ip= was refused, the own one stays");
}

static void back_off(struct nic *nic)
{
	unsigned shift = nic->tries < 3 ? nic->tries : 3;
	int64_t us = (int64_t)(SECOND / 4) << shift;

	nic->tries++;
	nic->state = NIC_BACKOFF;
	/* +-25 %: guests that were started together shall not ask together */
	nic->retry_at = sys_now() + us * 3 / 4 + sys_now() % (us / 2);
}

static void take_flags(void *arg, const struct nlmsg_link *l)
{
	struct nic *nic = arg;

	nic->flags = l->flags;
}

/* Name, hardware address and MTU first: some drivers take them only while the link is down. */
static void prepare(struct net *n, struct nic *nic)
{
	unsigned i;
	int err;

	for (i = 0; i < n->plan->n_nets; i++) {
		const struct plan_net *c = &n->plan->nets[i];

		if (!(nic->cfgs & 1u << i))
			continue;
		if (c->has_mac && c->device[0] && strcmp(c->device, nic->name))
			rename_nic(n, nic, c->device);
		if (c->set_mac && memcmp(c->new_mac, nic->mac, 6))
			set_mac(n, nic, c->new_mac);
	}
	set_mtu(n, nic);
	err = rtnl_link_up(&n->nl, nic->index, true);
	nic->state = NIC_WAIT_CARRIER;
	nic->since = sys_now();
	if (err) {
		nic_errno(nic, err, "cannot be brought up", "");
		back_off(nic);
		return;
	}
	rtnl_link(&n->nl, nic->index, take_flags, nic);
	nic->opened = nic->flags & IFF_LOWER_UP;
}

static bool has_default(const struct nic *nic)
{
	unsigned i;

	for (i = 0; i < nic->lease.n_routes; i++)
		if (!nic->lease.routes[i].prefix)
			return true;
	return nic->lease.gateway.family || nic->cfg->gateway.family;
}

/* Is one of the interfaces from @nic on, and before @end, up with a default route? */
static bool has_default_among(const struct nic *nic, const struct nic *end)
{
	for (; nic < end; nic++)
		if (nic->state == NIC_UP && has_default(nic))
			return true;
	return false;
}

/*
 * Add a route of the configuration or the lease. A gateway outside the link's own net is taken as
 * being on it. Of several default routes the first interface's counts, whichever was up first:
 * ipconfig puts each new one before the others, and may end in another order.
 */
static int add_route(struct net *n, struct nic *nic, const struct route *rt,
		     const struct addr *own, uint8_t prefix)
{
	const struct addr *via = &rt->via;
	bool link_local = via->family == 6 && via->b[0] == 0xfe && (via->b[1] & 0xc0) == 0x80;
	bool second = has_default_among(n->nics, nic);
	unsigned how = 0;
	char text[160];

	if (via->family && !link_local && !addr_in(via, own, prefix)) {
		how = ROUTE_ONLINK;
		out_text(text, sizeof(text), "gateway %pI is outside %pI/%u: taken as on this link", via,
			 own, prefix);
		note(nic, text);
	}
	if (!rt->prefix && (second || has_default_among(nic, n->nics + n->n_nics)))
		rtnl_route(&n->nl, nic->index, rt, ROUTE_DELETE);
	if (!rt->prefix && second)
		how |= ROUTE_LAST;
	return rtnl_route(&n->nl, nic->index, rt, how);
}

static int add_gateway(struct net *n, struct nic *nic, const struct addr *gateway,
		       const struct addr *own, uint8_t prefix)
{
	struct route rt = { .to.family = gateway->family, .via = *gateway };

	return gateway->family ? add_route(n, nic, &rt, own, prefix) : 0;
}

/* rd.route=: those of this interface, and those whose gateway the kernel can reach by now. */
static void add_plan_routes(struct net *n, struct nic *nic)
{
	unsigned i;
	int err, index;

	for (i = 0; i < n->plan->n_routes; i++) {
		struct route rt = n->plan->routes[i];

		if (n->routes_done & 1u << i || (rt.device[0] && strcmp(rt.device, nic->name)))
			continue;
		index = rt.device[0] || !rt.via.family ? nic->index : 0;
		err = rtnl_route(&n->nl, index, &rt, 0);
		if (err && rt.device[0])
			err = rtnl_route(&n->nl, index, &rt, ROUTE_ONLINK);
		if (!err)
			n->routes_done |= 1u << i;
	}
}

static bool add_static(struct net *n, struct nic *nic, const struct plan_net *c)
{
	char what[96];
	int err;

	out_text(what, sizeof(what), "address %pI/%u", &c->address, c->prefix);
	err = rtnl_addr_add(&n->nl, nic->index, &c->address, c->prefix, &c->peer);
	if (!err) {
		out_text(what, sizeof(what), "gateway %pI", &c->gateway);
		err = add_gateway(n, nic, &c->gateway, &c->address, c->prefix);
	}
	if (err)
		nic_errno(nic, err, what, "check ip=");
	return !err;
}

static void set_hostname(struct net *n, const struct nic *nic)
{
	const char *name = nic->lease.hostname[0] ? nic->lease.hostname : n->hostname;

	if (nic->hostname[0])
		name = nic->hostname;
	if (*name && sethostname(name, strlen(name)))
		return;
	out_text(n->hostname, sizeof(n->hostname), "%s", name);
}

static void come_up(struct net *n, struct nic *nic)
{
	const struct addr *a = &nic->lease.address, *gateway = &nic->lease.gateway;
	uint8_t prefix = nic->lease.prefix;
	char text[192], refused[24];
	int err;

	err = netconf_write(n->plan, nic->cfgs, nic->wants_dhcp, nic->name, refused);
	if (err)
		nic_errno(nic, err, "/run/net-*.conf cannot be written", "is /run mounted?");
	if (refused[0]) {
		out_text(text, sizeof(text), "%s of the DHCP answer is malformed: left out (check "
			 "the DHCP server)", refused);
		note(nic, text);
	}
	if (!a->family) {
		a = &nic->cfg->address;
		gateway = &nic->cfg->gateway;
		prefix = nic->cfg->prefix;
	}
	out_text(text, sizeof(text), "%pI/%u%s%pI%s", a, prefix, gateway->family ? ", gateway " : "",
		 gateway, nic->lease.address.family ? ", by DHCP" : ", static");
	set_hostname(n, nic);
	add_plan_routes(n, nic);
	nic->state = NIC_UP;
	nic->cause.code = 0;
	timeline_note(STEP_NET, EV_OK, nic->name, 0, text, true);
}

/*
 * What ipconfig 2.0.12 leaves undone: a gateway outside the net (it says so and goes on), routes
 * of option 121 after the first that fails, and an MTU of ip= (option 26 it does set).
 */
static void complete_lease(struct net *n, struct nic *nic)
{
	struct lease *l = &nic->lease;
	unsigned i, gateways;

	set_mtu(n, nic);
	if (!l->n_routes)
		add_gateway(n, nic, &l->gateway, &l->address, l->prefix);
	for (gateways = 0; gateways < 2; gateways++)
		for (i = 0; i < l->n_routes; i++)
			if (gateways == !!l->routes[i].via.family)
				add_route(n, nic, &l->routes[i], &l->address, l->prefix);
	come_up(n, nic);
}

static bool load_lease(struct net *n, struct nic *nic)
{
	static struct lease l;

	if (netconf_load(nic->name, &l) || !l.dhcp ||
	    !rtnl_has_addr(&n->nl, nic->index, &l.address))
		return false;
	nic->lease = l;
	return true;
}

static void unlisten(struct nic *nic)
{
	if (nic->listen >= 0)
		close(nic->listen);
	nic->listen = -1;
}

void nic_stop(struct net *n, struct nic *nic)
{
	if (nic->state != NIC_DHCP)
		return;
	spawn_kill(&nic->dhcp);
	unlisten(nic);
	if (load_lease(n, nic))
		complete_lease(n, nic);
	else
		netconf_remove(nic->name);
}

/* Without it all is as well, but for what can be said. */
static void listen_dhcp(struct nic *nic)
{
	struct sockaddr_ll sa = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
				  .sll_ifindex = nic->index };

	nic->heard.type = 0;
	nic->listen = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_IP));
	if (nic->listen >= 0 && bind(nic->listen, (struct sockaddr *)&sa, sizeof(sa)))
		unlisten(nic);
}

static void hear_dhcp(struct nic *nic, struct wait *w)
{
	char packet[1500];
	ssize_t n;

	while (nic->listen >= 0 && (n = recv(nic->listen, packet, sizeof(packet), 0)) > 0)
		dhcp_read((struct span){ packet, n }, nic->mac, &nic->heard);
	if (nic->listen >= 0)
		wait_fd(w, nic->listen, POLLIN);
}

/* A name that is asked for goes to the server as well; a colon would end ipconfig's field. */
static void start_dhcp(struct net *n, struct nic *nic)
{
	char seconds[4] = "4", spec[HOSTNAME_MAX + DEVNAME_MAX + 16];
	char found[64];
	const char *argv[] = { "ipconfig", "-t", seconds, "-c", "dhcp", "-d", spec, NULL };
	const char *hostname = nic->hostname;
	int err;

	if (load_lease(n, nic)) {
		complete_lease(n, nic);
		return;
	}
	netconf_remove(nic->name);
	if (!spawn_find(argv[0], found, sizeof(found)))
		argv[0] = KLIBC_IPCONFIG;
	seconds[0] += nic->tries < 2 ? 2 * nic->tries : 4;
	if (*hostname && !strchr(hostname, ':'))
		out_text(spec, sizeof(spec), "::::%s:%s:dhcp", hostname, nic->name);
	else
		out_text(spec, sizeof(spec), "%s", nic->name);
	listen_dhcp(nic);
	err = spawn_start(&nic->dhcp, argv);
	nic->state = NIC_DHCP;
	if (!err)
		return;
	if (err == -ENOENT) {
		n->hopeless = true;
		nic_cause(nic, CODE_SYSTEM, "ipconfig, the DHCP client, is not in the image "
			  "(install klibc-utils and run update-initramfs -u)");
	} else {
		nic_errno(nic, err, "ipconfig cannot be started", "");
	}
	unlisten(nic);
	back_off(nic);
}

/* The last line that ipconfig wrote. */
static struct span last_line(const struct spawn *s)
{
	struct span all = { s->output, s->len }, line;

	while (all.n && all.p[all.n - 1] == '\n')
		all.n--;
	line = (struct span){ all.p + all.n, 0 };
	while (line.p > all.p && line.p[-1] != '\n')
		line = (struct span){ line.p - 1, line.n + 1 };
	if (line.n > 128)
		line.n = 128;
	return line;
}

static void end_dhcp(struct net *n, struct nic *nic)
{
	char text[256];
	struct span said;

	if (spawn_ok(&nic->dhcp) && load_lease(n, nic)) {
		complete_lease(n, nic);
		return;
	}
	netconf_remove(nic->name);
	if (nic->heard.type == DHCP_ACK) {
		nic_cause(nic, CODE_UNAVAILABLE,
			  "the DHCP answer has no usable address (check the DHCP server)");
	} else if (nic->heard.type == DHCP_NAK) {
		out_text(text, sizeof(text), "the DHCP server %pI refused the address (check its leases "
			 "and reservations)", &nic->heard.server);
		nic_cause(nic, CODE_UNAVAILABLE, text);
	} else if (nic->heard.type == DHCP_OFFER) {
		out_text(text, sizeof(text), "the DHCP server %pI offered an address and then fell "
			 "silent (see its log)", &nic->heard.server);
		nic_cause(nic, CODE_UNAVAILABLE, text);
	} else if (span_find((struct span){ nic->dhcp.output, nic->dhcp.len }, "no response after").p) {
		nic_cause(nic, CODE_UNAVAILABLE, "no answer from a DHCP server "
			  "(is there one on this network? else give an address in ip=)");
	} else {
		said = last_line(&nic->dhcp);
		out_text(text, sizeof(text), "DHCP gave no address; ipconfig said: %pS", &said);
		nic_cause(nic, CODE_UNAVAILABLE, text);
	}
	back_off(nic);
}

static bool is_any(const struct nic *nic)
{
	return !strcmp(nic->cfg->device, "*");
}

/* An address that was given without a device goes to the first NIC that has a carrier. */
static bool taken_elsewhere(const struct net *n, const struct nic *nic)
{
	unsigned i;

	if (!is_any(nic) || nic->cfg->method != NET_STATIC)
		return false;
	for (i = 0; i < n->n_nics; i++)
		if (&n->nics[i] != nic && n->nics[i].cfg == nic->cfg &&
		    n->nics[i].state >= NIC_BACKOFF && n->nics[i].state != NIC_LEFT)
			return true;
	return false;
}

/*
 * IFF_RUNNING may come a second after the carrier. ipconfig waits a second of its own where it is
 * not set; a static address need not wait for it.
 */
static void configure(struct net *n, struct nic *nic)
{
	unsigned i;

	if (!nic_carrier(nic) && (nic->wants_dhcp || !nic->opened)) {
		if (sys_now() >= nic->since + CARRIER_GRACE && nic->cause.code != CODE_NO_DEVICE &&
		    (!is_any(nic) || !net_up(n)))
			nic_cause(nic, CODE_NO_DEVICE, "no carrier (check its cable, switch port or "
				  "the host's bridge)");
		return;
	}
	if (taken_elsewhere(n, nic)) {
		nic->state = NIC_LEFT;
		return;
	}
	for (i = 0; i < n->plan->n_nets; i++) {
		const struct plan_net *c = &n->plan->nets[i];

		if (nic->cfgs & 1u << i && c->method == NET_STATIC && !add_static(n, nic, c)) {
			back_off(nic);
			return;
		}
	}
	if (nic->wants_dhcp)
		start_dhcp(n, nic);
	else
		come_up(n, nic);
}

void nic_step(struct net *n, struct nic *nic, struct wait *w)
{
	if (nic->state == NIC_BACKOFF && sys_now() >= nic->retry_at)
		nic->state = nic->flags & IFF_UP ? NIC_WAIT_CARRIER : NIC_IDLE;
	if (nic->state == NIC_IDLE)
		prepare(n, nic);
	if (nic->state == NIC_WAIT_CARRIER)
		configure(n, nic);
	if (nic->state == NIC_WAIT_CARRIER && sys_now() < nic->since + CARRIER_GRACE)
		wait_until(w, nic->since + CARRIER_GRACE);
	if (nic->state == NIC_DHCP) {
		bool ended = spawn_step(&nic->dhcp, w);

		hear_dhcp(nic, w);
		if (ended) {
			unlisten(nic);
			end_dhcp(n, nic);
		}
	}
	if (nic->state == NIC_BACKOFF)
		wait_until(w, nic->retry_at);
}
