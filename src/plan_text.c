// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: a plan for a person: a `key=value` line each, what is empty left out. */
#include <string.h>

#include "plan_parts.h"

static const char *secret(const char *s, bool show)
{
	return show || !*s ? s : "set";
}

static bool is_plain(const char *s)
{
	return !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_./:@,+-=*[]%")];
}

static void line(struct out *o, const char *key, const char *value)
{
	if (!*value)
		return;
	out_str(o, key);
	out_ch(o, '=');
	if (is_plain(value))
		out_str(o, value);
	else
		out_quoted(o, value);
	out_ch(o, '\n');
}

static void line_uint(struct out *o, const char *key, uint64_t v)
{
	out_str(o, key);
	out_ch(o, '=');
	out_uint(o, v);
	out_ch(o, '\n');
}

static void put_prefix(struct out *o, const struct addr *a, int prefix)
{
	out_addr(o, a);
	if (prefix >= 0) {
		out_ch(o, '/');
		out_uint(o, prefix);
	}
}

static void line_addr(struct out *o, const char *key, const struct addr *a, int prefix)
{
	if (!a->family)
		return;
	out_str(o, key);
	out_ch(o, '=');
	put_prefix(o, a, prefix);
	out_ch(o, '\n');
}

static void line_mac(struct out *o, const char *key, const uint8_t mac[6])
{
	out_str(o, key);
	out_ch(o, '=');
	out_mac(o, mac);
	out_ch(o, '\n');
}

static void text_portal(struct out *o, const struct plan_portal *portal)
{
	bool six = portal->addr.family == 6;

	out_str(o, six ? "portal=[" : "portal=");
	if (portal->addr.family)
		out_addr(o, &portal->addr);
	else
		out_str(o, portal->host);
	out_str(o, six ? "]:" : ":");
	out_uint(o, portal->port);
	out_ch(o, ',');
	out_uint(o, portal->group);
	out_ch(o, '\n');
}

static void text_target(struct out *o, const struct plan_target *t, bool secrets)
{
	unsigned i;

	line(o, "\ntarget", t->name);
	out_str(o, "lun=");
	plan_lun_text(t->lun, o);
	out_ch(o, '\n');
	line(o, "source", plan_source_name(t->source));
	line(o, "iface", t->iface);
	line(o, "netdev", t->netdev);
	for (i = 0; i < t->n_portals; i++)
		text_portal(o, &t->portals[i]);
	line(o, "auth", plan_auth_name(t->auth.method));
	line(o, "username", t->auth.username);
	line(o, "password", secret(t->auth.password, secrets));
	line(o, "username_in", t->auth.username_in);
	line(o, "password_in", secret(t->auth.password_in, secrets));
}

static void text_net(struct out *o, const struct plan_net *n)
{
	unsigned i;

	out_str(o, "\nnetwork=");
	out_str(o, n->device);
	out_ch(o, '\n');
	if (n->has_mac)
		line_mac(o, "mac", n->mac);
	line(o, "method", plan_method_name(n->method));
	line_addr(o, "address", &n->address, n->prefix);
	line_addr(o, "peer", &n->peer, -1);
	line_addr(o, "gateway", &n->gateway, -1);
	line_addr(o, "server", &n->server, -1);
	line(o, "hostname", n->hostname);
	for (i = 0; i < n->n_dns; i++)
		line_addr(o, "dns", &n->dns[i], -1);
	line_addr(o, "ntp", &n->ntp, -1);
	if (n->mtu)
		line_uint(o, "mtu", n->mtu);
	if (n->set_mac)
		line_mac(o, "new_mac", n->new_mac);
}

static void text_routes(const struct plan *p, struct out *o)
{
	unsigned i;

	if (p->n_routes)
		out_ch(o, '\n');
	for (i = 0; i < p->n_routes; i++) {
		const struct plan_route *r = &p->routes[i];

		out_str(o, "route=");
		put_prefix(o, &r->to, r->prefix);
		out_str(o, r->via.family ? " via " : "");
		out_addr(o, &r->via);
		out_str(o, *r->device ? " dev " : "");
		out_str(o, r->device);
		out_ch(o, '\n');
	}
	if (p->n_nameservers)
		out_ch(o, '\n');
	for (i = 0; i < p->n_nameservers; i++)
		line_addr(o, "nameserver", &p->nameservers[i], -1);
}

void plan_text(const struct plan *p, bool secrets, struct out *o)
{
	char buf[PARAM_MAX + 1];
	unsigned i;

	line(o, "initiator", p->initiator);
	line(o, "engine", "iscsistart");
	line_uint(o, "deadline", p->deadline_s);
	if (p->replacement_timeout < 0)
		line(o, "replacement_timeout", "never");
	else if (p->replacement_timeout)
		line_uint(o, "replacement_timeout", p->replacement_timeout);
	line(o, "clocksource", p->clocksource);
	for (i = 0; i < p->n_params; i++)
		line(o, "param", plan_param_shown(p->params[i], secrets, buf));
	for (i = 0; i < p->n_targets; i++)
		text_target(o, &p->targets[i], secrets);
	if (p->wants_dhcp_target)
		out_str(o, "\ntarget=dhcp\n");
	for (i = 0; i < p->n_nets; i++)
		text_net(o, &p->nets[i]);
	text_routes(p, o);
	line(o, "\nroot", p->root_spec);
	line(o, *p->root_spec ? "kind" : "\nkind", plan_kind_name(p->root_kind));
	if (p->root_kind == ROOT_LV) {
		line(o, "volume_group", p->root_vg);
		line(o, "volume", p->root_value);
	}
}
