// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/netconf.h"
#include "plan/initiator.h"
#include "plan/parse.h"

bool initiator_take(struct work *w, struct span v)
{
	size_t i;

	w->initiator[0] = '\0';
	if (!v.n || !memchr(v.p, '%', v.n))
		return parse_name(w, v, w->p->initiator);
	for (i = 0; i < v.n; i++)
		if (v.p[i] == '%' && (++i == v.n || !strchr("mush%", v.p[i]) || !v.p[i]))
			return work_reject(w, "unknown % sequence", v, "use %m, %u, %s, %h or %%");
	if (!span_copy(v, w->initiator, sizeof(w->initiator)))
		return work_reject(w, "longer than " LIMIT_TEXT(INAME_MAX) " bytes", v, NULL);
	w->initiator_at = w->at;
	memcpy(w->p->initiator, w->initiator, sizeof(w->initiator));
	return true;
}

static const uint8_t *mac_of(const struct work *w, const char *device)
{
	unsigned i;

	for (i = 0; i < w->in->n_nics; i++)
		if (!strcmp(w->in->nics[i].name, device))
			return w->in->nics[i].mac;
	return NULL;
}

/* The only NIC that the plan configures, or NULL. */
static const uint8_t *mac_of_only_net(const struct work *w)
{
	const struct plan_net *only = NULL;
	unsigned i;

	for (i = 0; i < w->p->n_nets; i++) {
		const struct plan_net *n = &w->p->nets[i];

		if (n->method == NET_OFF)
			continue;
		if (only && (strcmp(only->device, n->device) || memcmp(only->mac, n->mac, 6)))
			return NULL;
		only = n;
	}
	if (!only || !strcmp(only->device, "*"))
		return NULL;
	return only->set_mac ? only->new_mac : only->has_mac ? only->mac : mac_of(w, only->device);
}

/* The NIC whose subnet has the first portal, by the plan or by a lease; then one with a gateway. */
static const uint8_t *mac_of_route(const struct work *w, bool by_gateway)
{
	const struct plan *p = w->p;
	const struct addr *portal = &p->targets[0].portals[0].addr;
	unsigned i;

	for (i = 0; i < p->n_nets; i++) {
		const struct plan_net *n = &p->nets[i];
		bool leads = by_gateway ? n->gateway.family
					: n->address.family && portal->family == n->address.family &&
					  addr_in(portal, &n->address, n->prefix);

		if (leads && (n->has_mac || mac_of(w, n->device)))
			return n->has_mac ? n->mac : mac_of(w, n->device);
	}
	for (i = 0; i < w->in->n_netconfs; i++) {
		struct lease l;
		bool leads;

		netconf_parse(w->in->netconfs[i], &l);
		leads = by_gateway ? l.gateway.family || l.n_routes
				   : l.address.family && portal->family == l.address.family &&
				     addr_in(portal, &l.address, l.prefix);
		if (leads && mac_of(w, w->in->netconf_devices[i]))
			return mac_of(w, w->in->netconf_devices[i]);
	}
	return NULL;
}

static const uint8_t *mac_of_sole_nic(const struct work *w)
{
	const uint8_t *mac = NULL;
	bool physical = false;
	unsigned i;

	for (i = 0; i < w->in->n_nics; i++)
		physical |= w->in->nics[i].physical;
	for (i = 0; i < w->in->n_nics; i++) {
		if (physical && !w->in->nics[i].physical)
			continue;
		if (mac)
			return NULL;
		mac = w->in->nics[i].mac;
	}
	return mac;
}

/* The NIC that leads to the target, NULL where that is not certain yet. */
static const uint8_t *find_mac(const struct work *w)
{
	const uint8_t *mac = NULL;

	if (w->p->n_targets && *w->p->targets[0].netdev)
		return mac_of(w, w->p->targets[0].netdev);
	mac = mac_of_only_net(w);
	if (!mac && w->p->n_targets)
		mac = mac_of_route(w, false);
	if (!mac)
		mac = mac_of_sole_nic(w);
	if (!mac && w->in->net_done && w->p->n_targets)
		mac = mac_of_route(w, true);
	if (!mac && w->in->net_done && w->in->n_netconfs == 1)
		mac = mac_of(w, w->in->netconf_devices[0]);
	return mac;
}

static struct span find_hostname(const struct work *w)
{
	unsigned i;

	for (i = 0; i < w->p->n_nets; i++)
		if (*w->p->nets[i].hostname)
			return span_of(w->p->nets[i].hostname);
	return w->in->hostname;
}

static bool by_dhcp(const struct work *w)
{
	unsigned i;

	for (i = 0; i < w->p->n_nets; i++)
		if (w->p->nets[i].method == NET_DHCP)
			return true;
	return false;
}

/* One part; *pending where only the network can tell it. */
static bool expand_part(struct work *w, char part, struct out *o, bool *pending)
{
	const uint8_t *mac;
	struct span s;
	unsigned i;

	switch (part) {
	case 'm':
		mac = find_mac(w);
		for (i = 0; mac && i < 6; i++)
			out_byte(o, "", mac[i]);
		*pending |= !mac && !w->in->net_done;
		return mac || *pending ||
		       work_reject(w, "no NIC is known to lead to the target, for %m", NOTHING,
				   "give BOOTIF= or a device in ip=");
	case 'u':
		out_span(o, w->in->uuid);
		return w->in->uuid.n ||
		       work_reject(w, "the machine has no UUID, for %u", NOTHING, "use %m or %h");
	case 's':
		out_span(o, w->in->serial);
		return w->in->serial.n ||
		       work_reject(w, "the machine has no serial number, for %s", NOTHING,
				   "use %m or %h");
	case 'h':
		s = find_hostname(w);
		out_span(o, s);
		*pending |= !s.n && !w->in->net_done && by_dhcp(w) && !w->in->n_netconfs;
		return s.n || *pending ||
		       work_reject(w, "the machine has no host name, for %h", NOTHING,
				   "give it in ip=, by DHCP or in /etc/hostname");
	default:
		out_ch(o, '%');
		return true;
	}
}

bool initiator_expand(struct work *w)
{
	char name[2 * INAME_MAX];
	bool pending = false;
	struct out o;
	size_t i;

	if (!*w->initiator)
		return true;
	out_init(&o, name, sizeof(name));
	w->at = w->initiator_at;
	for (i = 0; w->initiator[i]; i++) {
		if (w->initiator[i] != '%')
			out_ch(&o, w->initiator[i]);
		else if (!expand_part(w, w->initiator[++i], &o, &pending))
			return false;
	}
	if (pending) {
		w->p->initiator_pending = true;
		work_warn(w, "known once the network is up", span_of(w->initiator), NULL);
		return true;
	}
	if (o.overflow)
		return work_reject(w, "longer than " LIMIT_TEXT(INAME_MAX) " bytes", NOTHING, NULL);
	return parse_name(w, (struct span){ name, o.len }, w->p->initiator);
}
