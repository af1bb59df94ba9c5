// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: a plan as JSON, version 1: keys and their order are frozen. */
#include <string.h>

#include "plan_parts.h"

const char *plan_source_name(enum source s)
{
	static const char *const names[] = { "cmdline", "file", "xenstore", "dhcp", "ibft" };

	return names[s];
}

const char *plan_method_name(enum net_method m)
{
	static const char *const names[] = { "dhcp", "static", "auto6", "dhcp6", "link6", "ibft",
					     "off" };

	return names[m];
}

const char *plan_auth_name(enum auth_method m)
{
	static const char *const names[] = { "none", "chap", "mutual" };

	return names[m];
}

const char *plan_kind_name(enum root_kind k)
{
	static const char *const names[] = { "lv", "lun", "device", "uuid", "label", "partuuid",
					     "partlabel" };

	return names[k];
}

static void out_hex4(struct out *o, uint16_t v)
{
	int shift;

	for (shift = 12; shift >= 0; shift -= 4)
		out_ch(o, "0123456789abcdef"[v >> shift & 15]);
}

void plan_lun_text(const uint16_t lun[4], struct out *o)
{
	unsigned i;

	if (!lun[1] && !lun[2] && !lun[3]) {
		out_uint(o, lun[0]);
		return;
	}
	for (i = 0; i < 4; i++) {
		if (i)
			out_ch(o, '-');
		out_hex4(o, lun[i]);
	}
}

static const char *secret(const char *s, bool show)
{
	return show || !*s ? s : "set";
}

/* `,"key":` or, for the first of an object, `"key":` */
static void key(struct out *o, const char *name)
{
	if (o->len && o->buf[o->len - 1] != '{')
		out_ch(o, ',');
	out_ch(o, '"');
	out_str(o, name);
	out_str(o, "\":");
}

static void text(struct out *o, const char *name, const char *value)
{
	key(o, name);
	out_json(o, value);
}

static void number(struct out *o, const char *name, uint64_t value)
{
	key(o, name);
	out_uint(o, value);
}

/* `"name":"ADDRESS"`, with /LENGTH where @prefix is not negative. */
static void addr(struct out *o, const char *name, const struct addr *a, int prefix)
{
	key(o, name);
	out_ch(o, '"');
	out_addr(o, a);
	if (a->family && prefix >= 0) {
		out_ch(o, '/');
		out_uint(o, prefix);
	}
	out_ch(o, '"');
}

static void addr_list(struct out *o, const char *name, const struct addr *list, unsigned n)
{
	unsigned i;

	key(o, name);
	out_ch(o, '[');
	for (i = 0; i < n; i++) {
		out_str(o, i ? ",\"" : "\"");
		out_addr(o, &list[i]);
		out_ch(o, '"');
	}
	out_ch(o, ']');
}

static void json_portal(struct out *o, const struct plan_portal *portal)
{
	out_ch(o, '{');
	if (portal->addr.family)
		addr(o, "address", &portal->addr, -1);
	else
		text(o, "address", portal->host);
	number(o, "port", portal->port);
	number(o, "group", portal->group);
	out_ch(o, '}');
}

static void json_target(struct out *o, const struct plan_target *t, bool secrets)
{
	unsigned i;

	out_ch(o, '{');
	text(o, "name", t->name);
	key(o, "lun");
	out_ch(o, '"');
	plan_lun_text(t->lun, o);
	out_ch(o, '"');
	text(o, "source", plan_source_name(t->source));
	text(o, "iface", t->iface);
	text(o, "netdev", t->netdev);
	key(o, "portals");
	out_ch(o, '[');
	for (i = 0; i < t->n_portals; i++) {
		if (i)
			out_ch(o, ',');
		json_portal(o, &t->portals[i]);
	}
	out_ch(o, ']');
	key(o, "auth");
	out_ch(o, '{');
	text(o, "method", plan_auth_name(t->auth.method));
	text(o, "username", t->auth.username);
	text(o, "password", secret(t->auth.password, secrets));
	text(o, "username_in", t->auth.username_in);
	text(o, "password_in", secret(t->auth.password_in, secrets));
	out_str(o, "}}");
}

static void json_net(struct out *o, const struct plan_net *n)
{
	const uint8_t *mac = n->has_mac ? n->mac : n->set_mac ? n->new_mac : NULL;

	out_ch(o, '{');
	text(o, "device", n->device);
	text(o, "method", plan_method_name(n->method));
	addr(o, "address", &n->address, n->prefix);
	addr(o, "peer", &n->peer, -1);
	addr(o, "gateway", &n->gateway, -1);
	addr(o, "server", &n->server, -1);
	text(o, "hostname", n->hostname);
	addr_list(o, "dns", n->dns, n->n_dns);
	addr(o, "ntp", &n->ntp, -1);
	number(o, "mtu", n->mtu);
	key(o, "mac");
	out_ch(o, '"');
	if (mac)
		out_mac(o, mac);
	out_ch(o, '"');
	text(o, "source", plan_source_name(n->source));
	out_ch(o, '}');
}

static void json_route(struct out *o, const struct plan_route *r)
{
	out_ch(o, '{');
	addr(o, "to", &r->to, r->prefix);
	addr(o, "via", &r->via, -1);
	text(o, "device", r->device);
	out_ch(o, '}');
}

/* iscsistart's own settings may be secrets as well: node.session.auth.password and its kind. */
const char *plan_param_shown(const char *param, bool secrets, char buf[PARAM_MAX + 1])
{
	struct span value = span_of(param), name;
	size_t i;

	span_cut(&value, '=', &name);
	for (i = 0; i + 8 <= name.n; i++)
		if (span_starts_nocase((struct span){ name.p + i, name.n - i }, "password"))
			break;
	if (secrets || i + 8 > name.n || name.n + 5 > PARAM_MAX)
		return param;
	memcpy(buf, param, name.n + 1);
	memcpy(buf + name.n + 1, "set", 4);
	return buf;
}

static void json_lists(const struct plan *p, bool secrets, struct out *o)
{
	unsigned i;

	key(o, "targets");
	out_ch(o, '[');
	for (i = 0; i < p->n_targets; i++) {
		if (i)
			out_ch(o, ',');
		json_target(o, &p->targets[i], secrets);
	}
	out_ch(o, ']');
	key(o, "network");
	out_ch(o, '[');
	for (i = 0; i < p->n_nets; i++) {
		if (i)
			out_ch(o, ',');
		json_net(o, &p->nets[i]);
	}
	out_str(o, "],\"links\":[]");
	key(o, "routes");
	out_ch(o, '[');
	for (i = 0; i < p->n_routes; i++) {
		if (i)
			out_ch(o, ',');
		json_route(o, &p->routes[i]);
	}
	out_ch(o, ']');
	addr_list(o, "nameservers", p->nameservers, p->n_nameservers);
}

void plan_json(const struct plan *p, bool secrets, struct out *o)
{
	char buf[PARAM_MAX + 1];
	unsigned i;

	out_ch(o, '{');
	number(o, "version", 1);
	text(o, "initiator", p->initiator);
	text(o, "engine", "iscsistart");
	number(o, "deadline_s", p->deadline_s);
	json_lists(p, secrets, o);
	key(o, "root");
	out_ch(o, '{');
	text(o, "spec", p->root_spec);
	text(o, "kind", plan_kind_name(p->root_kind));
	out_ch(o, '}');
	key(o, "params");
	out_ch(o, '[');
	for (i = 0; i < p->n_params; i++) {
		if (i)
			out_ch(o, ',');
		out_json(o, plan_param_shown(p->params[i], secrets, buf));
	}
	out_ch(o, ']');
	key(o, "warnings");
	out_ch(o, '[');
	for (i = 0; i < p->n_warnings; i++) {
		if (i)
			out_ch(o, ',');
		out_json(o, p->warnings[i]);
	}
	out_str(o, "]}\n");
}
