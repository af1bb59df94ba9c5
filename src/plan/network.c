// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: the network as a whole: every ip=, BOOTIF=, ifname=, rd.route=, nameserver=, the leases. */
#include <string.h>

#include "formats/netconf.h"
#include "plan/parts.h"

static bool same_device(const struct plan_net *a, const struct plan_net *b)
{
	if (a->has_mac && b->has_mac)
		return !memcmp(a->mac, b->mac, sizeof(a->mac));
	return !a->has_mac && !b->has_mac && !strcmp(a->device, b->device);
}

/* IPv4 and IPv6 may stand side by side on a device; otherwise the last one counts. */
static bool add_net(struct work *w, const struct plan_net *n, struct span text)
{
	struct plan *p = w->p;
	unsigned i;

	for (i = 0; i < p->n_nets; i++) {
		struct plan_net *old = &p->nets[i];
		bool six = old->address.family == 6;

		if (!same_device(old, n) || six != (n->address.family == 6))
			continue;
		if (memcmp(old, n, sizeof(*n)))
			plan_warn(w, "given twice for a device, the last one counts", text, NULL);
		*old = *n;
		return true;
	}
	if (p->n_nets == NETS_MAX)
		return plan_reject(w, "more than 8 of them", text, NULL);
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
static bool ifname(struct work *w, struct span v)
{
	char device[DEVNAME_MAX + 1];
	struct span name, rest = v;
	bool used = false;
	uint8_t mac[6];
	unsigned i;

	if (!span_cut(&rest, ':', &name))
		return plan_reject(w, "not NAME:MAC", v, NULL);
	if (!parse_device(w, name, device) || !parse_mac(w, rest, mac))
		return false;
	for (i = 0; i < w->p->n_nets; i++) {
		struct plan_net *n = &w->p->nets[i];

		if (strcmp(n->device, device))
			continue;
		if (n->set_mac)
			return plan_reject(w, "its ip= gives it another hardware address", v,
					   "leave one of them out");
		n->has_mac = used = true;
		memcpy(n->mac, mac, sizeof(mac));
	}
	if (!used)
		plan_warn(w, "no ip= is for this device, not renamed", v, NULL);
	return true;
}

static bool nameserver(struct work *w, struct span v)
{
	struct plan *p = w->p;
	struct addr a;

	if (!scan_addr(span_unbracket(v), &a) || !addr_is_one(&a))
		return plan_reject(w, "not the address of a name server", v, NULL);
	if (addr_among(p->nameservers, p->n_nameservers, &a))
		return true;
	if (p->n_nameservers == NAMESERVERS_MAX)
		return plan_reject(w, "more than 4 of them", v, NULL);
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

/* NET/LENGTH:[GATEWAY][:DEVICE] */
static bool route(struct work *w, struct span v)
{
	struct route r = { .prefix = 0 };
	struct span rest = v, to = route_field(&rest), via = route_field(&rest);

	if (!route_to(to, &r))
		return plan_reject(w, "not a network", to, "NET/LENGTH:GATEWAY[:DEVICE]");
	if (via.n && (!scan_addr(span_unbracket(via), &r.via) || !addr_is_one(&r.via)))
		return plan_reject(w, "not the address of a gateway", via, NULL);
	if (via.n && r.via.family != r.to.family)
		return plan_reject(w, "the gateway is of another family than the network", via,
				   NULL);
	if (rest.n && !parse_device(w, rest, r.device))
		return false;
	if (!via.n && !rest.n)
		return plan_reject(w, "neither gateway nor device", v,
				   "NET/LENGTH:GATEWAY[:DEVICE]");
	if (addr_fill(&r.to, r.prefix, false))
		plan_warn(w, "a host's address, its network is taken", to, NULL);
	if (w->p->n_routes == ROUTES_MAX)
		return plan_reject(w, "more than 8 of them", v, NULL);
	w->p->routes[w->p->n_routes++] = r;
	return true;
}

static bool ip(struct work *w, struct span v)
{
	struct plan_net n;

	memset(&n, 0, sizeof(n));
	if (!parse_ip(w, v, &n))
		return false;
	use_bootif(w, &n);
	return add_net(w, &n, v);
}

static bool each_word(struct work *w, const char *key,
		      bool (*take)(struct work *w, struct span v))
{
	struct span rest = w->in->cmdline;
	struct word word;

	while (word_next(&rest, &word)) {
		if (!word.has_value || !span_eq(word.key, key))
			continue;
		w->at = word_at(&word);
		if (!take(w, word.value))
			return false;
	}
	return true;
}

/* The last BOOTIF; an empty one is none. */
static bool find_bootif(struct work *w)
{
	struct span rest = w->in->cmdline, value = NOTHING;
	struct word word;

	while (word_next(&rest, &word))
		if (span_eq_nocase(word.key, "BOOTIF")) {
			value = word.value;
			w->at = word_at(&word);
		}
	w->has_bootif = value.n && !w->ignore_bootif;
	return !w->has_bootif || parse_bootif(w, value, w->bootif);
}

void plan_add_lease(struct plan *p, const struct lease *l)
{
	unsigned i;

	for (i = 0; i < l->n_dns; i++)
		if (addr_is_one(&l->dns[i]) && p->n_nameservers < NAMESERVERS_MAX &&
		    !addr_among(p->nameservers, p->n_nameservers, &l->dns[i])) {
			p->nameservers[p->n_nameservers++] = l->dns[i];
			p->n_leased++;
		}
	if (!*p->search)
		memcpy(p->search, l->search, sizeof(p->search));
}

/* What DHCP said adds to what is configured, and what it says wrong is left out. */
static void add_lease(struct work *w, unsigned i)
{
	struct plan *p = w->p;
	struct lease l;
	unsigned j;

	netconf_parse(w->in->netconfs[i], &l);
	plan_add_lease(p, &l);
	for (j = 0; *l.hostname && j < p->n_nets; j++) {
		struct plan_net *n = &p->nets[j];

		if (n->method == NET_DHCP && !*n->hostname &&
		    (!strcmp(n->device, "*") || !*n->device ||
		     !strcmp(n->device, w->in->netconf_devices[i])))
			parse_hostname(span_of(l.hostname), n->hostname);
	}
}

bool net_build(struct work *w)
{
	struct plan *p = w->p;
	unsigned i;

	if (!find_bootif(w) || !each_word(w, "ip", ip))
		return false;
	if (!p->n_nets) {
		p->nets[0] = (struct plan_net){ .device = "*", .source = SRC_CMDLINE };
		use_bootif(w, &p->nets[0]);
		p->n_nets = 1;
	}
	if (!each_word(w, "ifname", ifname) || !each_word(w, "nameserver", nameserver) ||
	    !each_word(w, "rd.route", route))
		return false;
	for (i = 0; i < w->in->n_netconfs; i++)
		add_lease(w, i);
	return true;
}
