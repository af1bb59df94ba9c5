// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/ip.h"
#include "plan/network.h"
#include "plan/parse.h"
#include "plan/work.h"

static bool same_device(const struct plan_net *a, const struct plan_net *b)
{
	if (a->has_mac && b->has_mac)
		return !memcmp(a->mac, b->mac, sizeof(a->mac));
	return !a->has_mac && !b->has_mac && !strcmp(a->device, b->device);
}

static bool is_six(const struct plan_net *n)
{
	return n->address.family == 6 || n->method == NET_AUTO6 || n->method == NET_DHCP6 ||
	       n->method == NET_LINK6;
}

/* A device may have IPv4 and IPv6; of two of one family the last one counts. */
static bool add_net(struct work *w, const struct plan_net *n, struct span text)
{
	struct plan *p = w->p;
	unsigned i;

	for (i = 0; i < p->n_nets; i++) {
		struct plan_net *old = &p->nets[i];

		if (!same_device(old, n) || is_six(old) != is_six(n))
			continue;
		if (memcmp(old, n, sizeof(*n)))
			work_warn(w, "set twice for one device, using the last one", text, NULL);
		*old = *n;
		return true;
	}
	if (p->n_nets == NETS_MAX)
		return work_reject(w, "more than " LIMIT_TEXT(NETS_MAX) " ip= parameters", text,
				   NULL);
	p->nets[p->n_nets++] = *n;
	return true;
}

/* 01-52-54-00-12-34-56 as PXELINUX writes it, or without its hardware type. */
static bool parse_bootif(struct work *w, struct span s, uint8_t mac[6])
{
	if (s.n == 20 && s.p[0] == '0' && s.p[1] == '1' && (s.p[2] == '-' || s.p[2] == ':')) {
		s.p += 3;
		s.n -= 3;
	}
	return parse_mac(w, s, mac);
}

/* Where an entry names no device, BOOTIF does. */
static void use_bootif(const struct work *w, struct plan_net *n)
{
	if (!w->has_bootif || strcmp(n->device, "*"))
		return;
	n->device[0] = '\0';
	n->has_mac = true;
	memcpy(n->mac, w->bootif, sizeof(n->mac));
}

/* NAME:MAC; the colon after the name is the first one. */
static bool take_ifname(struct work *w, struct span v)
{
	char device[DEVNAME_MAX + 1];
	struct span name, rest = v;
	bool used = false;
	uint8_t mac[6];
	unsigned i;

	if (!span_cut(&rest, ':', &name))
		return work_reject(w, "not in the form NAME:MAC", v, NULL);
	if (!parse_device(w, name, device) || !parse_mac(w, rest, mac))
		return false;
	for (i = 0; i < w->p->n_nets; i++) {
		struct plan_net *n = &w->p->nets[i];

		if (strcmp(n->device, device))
			continue;
		if (n->set_mac)
			return work_reject(w, "ip= sets another MAC address for this device", v,
					   "leave one of them out");
		n->has_mac = used = true;
		memcpy(n->mac, mac, sizeof(mac));
	}
	if (!used)
		work_warn(w, "no ip= for this device, not renamed", v, NULL);
	return true;
}

static bool take_nameserver(struct work *w, struct span v)
{
	struct plan *p = w->p;
	struct addr a;

	if (!scan_addr(span_unbracket(v), &a) || !parse_is_unicast(&a))
		return work_reject(w, "not a valid name server address", v, NULL);
	if (addr_among(p->nameservers, p->n_nameservers, &a))
		return true;
	if (p->n_nameservers == NAMESERVERS_MAX)
		return work_reject(w, "more than " LIMIT_TEXT(NAMESERVERS_MAX) " name servers", v,
				   NULL);
	p->nameservers[p->n_nameservers++] = a;
	return true;
}

/* A field in brackets as a whole, or up to the next colon. */
static struct span route_field(struct span *s)
{
	const char *close = s->n && *s->p == '[' ? memchr(s->p, ']', s->n) : NULL;
	struct span field = *s, tail;

	if (!close) {
		span_cut(s, ':', &field);
		return field;
	}
	tail = (struct span){ close + 1, s->p + s->n - close - 1 };
	span_cut(&tail, ':', &field);
	field.n += field.p - s->p;
	field.p = s->p;
	*s = tail;
	return field;
}

static bool route_to(struct span s, struct route *r)
{
	struct span addr, mask = s;
	struct addr m;
	bool cut;

	if (scan_cidr(s, &r->to, &r->prefix, &cut)) {
		if (!cut)
			r->prefix = r->to.family == 4 ? 32 : 128;
		return true;
	}
	return span_cut(&mask, '/', &addr) && scan_ipv4(addr, &r->to) && scan_ipv4(mask, &m) &&
	       addr_mask_length(&m, &r->prefix);
}

static void warn_host_bits(struct work *w, const struct route *r)
{
	char network[64];

	out_text(network, sizeof(network), "%pI/%u", &r->to, r->prefix);
	work_warn(w, "host bits are set, using the network", span_of(network), NULL);
}

/* NET/LENGTH:[GATEWAY][:DEVICE] */
static bool take_route(struct work *w, struct span v)
{
	struct route r = { .prefix = 0 };
	struct span rest = v, to = route_field(&rest), via = route_field(&rest);

	if (!route_to(to, &r))
		return work_reject(w, "not a valid network", to, "use NET/LENGTH:GATEWAY[:DEVICE]");
	if (via.n && (!scan_addr(span_unbracket(via), &r.via) || !parse_is_unicast(&r.via)))
		return work_reject(w, "not a valid gateway address", via, NULL);
	if (via.n && r.via.family != r.to.family)
		return work_reject(w, "gateway and network are of different families", via,
				   NULL);
	if (rest.n && !parse_device(w, rest, r.device))
		return false;
	if (!via.n && !rest.n)
		return work_reject(w, "neither gateway nor device", v,
				   "use NET/LENGTH:GATEWAY[:DEVICE]");
	if (addr_fill(&r.to, r.prefix, false))
		warn_host_bits(w, &r);
	if (w->p->n_routes == ROUTES_MAX)
		return work_reject(w, "more than " LIMIT_TEXT(ROUTES_MAX) " routes", v, NULL);
	w->p->routes[w->p->n_routes++] = r;
	return true;
}

static bool take_ip(struct work *w, struct span v)
{
	struct ip_entry e, six;

	if (!ip_parse(w, v, &e))
		return false;
	use_bootif(w, &e.net);
	if (!add_net(w, &e.net, v))
		return false;
	if (!e.also6)
		return true;
	memset(&six, 0, sizeof(six));
	memcpy(six.net.device, e.net.device, sizeof(six.net.device));
	six.net.has_mac = e.net.has_mac;
	memcpy(six.net.mac, e.net.mac, sizeof(six.net.mac));
	six.net.method = e.method6;
	six.net.source = SRC_CMDLINE;
	return add_net(w, &six.net, v);
}

static bool take_ip6(struct work *w, struct span v)
{
	struct ip_entry e;

	if (!ip6_parse(w, v, &e))
		return false;
	use_bootif(w, &e.net);
	return e.net.method == NET_OFF || add_net(w, &e.net, v);
}

/* Every parameter of the command line that is @param, in its order. */
static bool take_each(struct work *w, enum param param, bool (*take)(struct work *w, struct span v))
{
	unsigned i;

	for (i = 0; i < w->n_parameters; i++) {
		const struct parameter *p = &w->parameters[i];

		if (p->param != param || !p->has_value)
			continue;
		w->at = (struct where){ PLACE_CMDLINE, 0, p->name };
		if (!take(w, p->value))
			return false;
	}
	return true;
}

/* The last BOOTIF; an empty one is none. */
static bool find_bootif(struct work *w)
{
	struct span value = NOTHING;
	unsigned i;

	for (i = 0; i < w->n_parameters; i++)
		if (w->parameters[i].param == P_BOOTIF) {
			value = w->parameters[i].value;
			w->at = (struct where){ PLACE_CMDLINE, 0, w->parameters[i].name };
		}
	w->has_bootif = value.n && !w->ignore_bootif;
	return !w->has_bootif || parse_bootif(w, value, w->bootif);
}

bool network_add_lease(struct plan *p, const struct lease *l)
{
	bool all = true;
	unsigned i;

	for (i = 0; i < l->n_dns; i++) {
		if (!parse_is_unicast(&l->dns[i]) || addr_among(p->nameservers, p->n_nameservers, &l->dns[i]))
			continue;
		if (p->n_nameservers == NAMESERVERS_MAX) {
			all = false;
			continue;
		}
		p->nameservers[p->n_nameservers++] = l->dns[i];
		p->n_leased++;
	}
	if (!*p->search)
		memcpy(p->search, l->search, sizeof(p->search));
	return all;
}

/* A lease adds to what is configured; what is not valid in it is left out. */
static void add_lease(struct work *w, unsigned i)
{
	struct plan *p = w->p;
	struct lease l;
	unsigned j;

	netconf_parse(w->in->netconfs[i], &l);
	w->at = (struct where){ "/run/net-*.conf", 0, NOTHING };
	if (!network_add_lease(p, &l))
		work_warn(w, "more than " LIMIT_TEXT(NAMESERVERS_MAX) " name servers, the others are not used",
			  NOTHING, NULL);
	for (j = 0; *l.hostname && j < p->n_nets; j++) {
		struct plan_net *n = &p->nets[j];

		if (n->method == NET_DHCP && !*n->hostname &&
		    (!strcmp(n->device, "*") || !*n->device ||
		     !strcmp(n->device, w->in->netconf_devices[i])))
			parse_hostname(span_of(l.hostname), n->hostname);
	}
}

/* The network that is there may be enough, but DHCP cannot name the target then. */
static bool check_methods(struct work *w)
{
	const struct plan *p = w->p;
	unsigned i, off = 0;

	for (i = 0; i < p->n_nets; i++) {
		if (p->nets[i].method == NET_DHCP)
			return true;
		off += p->nets[i].method == NET_OFF;
	}
	work_at_cmdline(w, "ip");
	if (p->wants_dhcp_target && !w->in->n_netconfs)
		return work_reject(w, "DHCP is to name the target, but no NIC is to use it", NOTHING,
				   "use ip=dhcp, or name the target");
	if (off == p->n_nets)
		work_warn(w, "no NIC is configured, using the network that is there", NOTHING, NULL);
	return true;
}

bool network_build(struct work *w)
{
	struct plan *p = w->p;
	unsigned i;

	if (!find_bootif(w) || !take_each(w, P_IP, take_ip) || !take_each(w, P_IP6, take_ip6))
		return false;
	if (!p->n_nets) {
		p->nets[0] = (struct plan_net){ .device = "*", .source = SRC_CMDLINE };
		use_bootif(w, &p->nets[0]);
		p->n_nets = 1;
	}
	if (!take_each(w, P_IFNAME, take_ifname) ||
	    !take_each(w, P_NAMESERVER, take_nameserver) || !take_each(w, P_ROUTE, take_route))
		return false;
	for (i = 0; i < w->in->n_netconfs; i++)
		add_lease(w, i);
	return check_methods(w);
}
