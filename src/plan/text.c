// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan: a plan as text. One walk over it writes either JSON, version 1, whose keys and their order
 * are frozen, or for a person a `key=value` line each, where what is empty is left out.
 */
#include <string.h>

#include "plan/parts.h"

struct emit {
	struct out *o;
	bool json, secrets;
};

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

void plan_lun_text(const uint16_t lun[4], struct out *o)
{
	unsigned i;
	int shift;

	if (!lun[1] && !lun[2] && !lun[3]) {
		out_uint(o, lun[0]);
		return;
	}
	for (i = 0; i < 4; i++) {
		if (i)
			out_ch(o, '-');
		for (shift = 12; shift >= 0; shift -= 4)
			out_ch(o, "0123456789abcdef"[lun[i] >> shift & 15]);
	}
}

void plan_portal_text(const struct plan_portal *portal, const struct plan_target *target, char *buf,
		      size_t size)
{
	bool bracket = portal->addr.family == 6;

	out_text(buf, size, "%s%s%pI%s:%u %s", portal->host, bracket ? "[" : "", &portal->addr,
		 bracket ? "]" : "", portal->port, target->name);
}

static void key(const struct emit *e, const char *name)
{
	struct out *o = e->o;

	if (!e->json)
		out_fmt(o, "%s=", name);
	else
		out_fmt(o, "%s\"%s\":", o->len && o->buf[o->len - 1] != '{' ? "," : "", name);
}

/* The value alone: an item of a list, in lines one more line. */
static void value(const struct emit *e, const char *s)
{
	if (e->json) {
		out_json(e->o, s);
		return;
	}
	if (span_only(span_of(s), "_./:@,+-=*[]%"))
		out_str(e->o, s);
	else
		out_quoted(e->o, s);
	out_ch(e->o, '\n');
}

static void text(const struct emit *e, const char *name, const char *s)
{
	if (!e->json && !*s)
		return;
	key(e, name);
	value(e, s);
}

static void secret(const struct emit *e, const char *name, const char *s)
{
	text(e, name, e->secrets || !*s ? s : "set");
}

static void number(const struct emit *e, const char *name, unsigned n)
{
	key(e, name);
	out_uint(e->o, n);
	if (!e->json)
		out_ch(e->o, '\n');
}

/* ADDRESS, or ADDRESS/PREFIX where @prefix is not negative. */
static void addr(const struct emit *e, const char *name, const struct addr *a, int prefix)
{
	char buf[64];

	out_text(buf, sizeof(buf), a->family && prefix >= 0 ? "%pI/%d" : "%pI", a, prefix);
	text(e, name, buf);
}

static void mac(const struct emit *e, const char *name, const uint8_t *m)
{
	char buf[24] = "";

	if (m)
		out_text(buf, sizeof(buf), "%pM", m);
	text(e, name, buf);
}

static void punctuate(const struct emit *e, const char *s)
{
	if (e->json)
		out_str(e->o, s);
}

/* `"name":[`, and for each item but the first a comma. In lines each item has its own name. */
static void list(const struct emit *e, const char *name)
{
	if (!e->json)
		return;
	key(e, name);
	out_ch(e->o, '[');
}

static void item(const struct emit *e, unsigned i, const char *line, const char *open)
{
	if (e->json)
		out_str(e->o, i ? "," : "");
	else
		out_str(e->o, line);
	punctuate(e, open);
}

static void addr_list(const struct emit *e, const char *name, const char *one,
		      const struct addr *a, unsigned n)
{
	unsigned i;

	list(e, name);
	for (i = 0; i < n; i++) {
		char buf[64];

		out_text(buf, sizeof(buf), "%pI", &a[i]);
		item(e, i, one, "");
		value(e, buf);
	}
	punctuate(e, "]");
}

static void emit_auth(const struct emit *e, const struct plan_auth *a)
{
	static const char *const methods[] = { "none", "chap", "mutual" };

	if (e->json) {
		key(e, "auth");
		out_ch(e->o, '{');
	}
	text(e, e->json ? "method" : "auth", methods[a->method]);
	text(e, "username", a->username);
	secret(e, "password", a->password);
	text(e, "username_in", a->username_in);
	secret(e, "password_in", a->password_in);
	punctuate(e, "}");
}

static void emit_target(const struct emit *e, const struct plan_target *t)
{
	char lun[24];
	struct out o;
	unsigned i;

	text(e, e->json ? "name" : "target", t->name);
	out_init(&o, lun, sizeof(lun));
	plan_lun_text(t->lun, &o);
	text(e, "lun", lun);
	text(e, "source", plan_source_name(t->source));
	text(e, "iface", t->iface);
	text(e, "netdev", t->netdev);
	list(e, "portals");
	for (i = 0; i < t->n_portals; i++) {
		const struct plan_portal *portal = &t->portals[i];
		const char *name = e->json ? "address" : "portal";

		item(e, i, "", "{");
		if (portal->addr.family)
			addr(e, name, &portal->addr, -1);
		else
			text(e, name, portal->host);
		number(e, "port", portal->port);
		number(e, "group", portal->group);
		punctuate(e, "}");
	}
	punctuate(e, "]");
	emit_auth(e, &t->auth);
	punctuate(e, "}");
}

static void emit_net(const struct emit *e, const struct plan_net *n)
{
	key(e, e->json ? "device" : "network");
	value(e, n->device);
	text(e, "method", plan_method_name(n->method));
	addr(e, "address", &n->address, n->prefix);
	addr(e, "peer", &n->peer, -1);
	addr(e, "gateway", &n->gateway, -1);
	addr(e, "server", &n->server, -1);
	text(e, "hostname", n->hostname);
	addr_list(e, "dns", "dns=", n->dns, n->n_dns);
	addr(e, "ntp", &n->ntp, -1);
	if (e->json || n->mtu)
		number(e, "mtu", n->mtu);
	mac(e, n->set_mac && !e->json ? "new_mac" : "mac",
	    n->has_mac ? n->mac : n->set_mac ? n->new_mac : NULL);
	if (e->json)
		text(e, "source", plan_source_name(n->source));
	punctuate(e, "}");
}

static void emit_network(const struct emit *e, const struct plan *p)
{
	unsigned i;

	list(e, "network");
	for (i = 0; i < p->n_nets; i++) {
		item(e, i, "\n", "{");
		emit_net(e, &p->nets[i]);
	}
	punctuate(e, "],\"links\":[]");
	list(e, "routes");
	for (i = 0; i < p->n_routes; i++) {
		const struct route *r = &p->routes[i];

		item(e, i, "\n", "{");
		addr(e, e->json ? "to" : "route", &r->to, r->prefix);
		addr(e, "via", &r->via, -1);
		text(e, "device", r->device);
		punctuate(e, "}");
	}
	punctuate(e, "]");
	if (!e->json && p->n_nameservers)
		out_ch(e->o, '\n');
	addr_list(e, "nameservers", "nameserver=", p->nameservers, p->n_nameservers);
}

static void emit_root(const struct emit *e, const struct plan *p)
{
	static const char *const kinds[] = { "lv", "lun", "device", "uuid", "label", "partuuid",
					     "partlabel" };

	if (e->json) {
		key(e, "root");
		out_ch(e->o, '{');
	} else {
		out_ch(e->o, '\n');
	}
	text(e, e->json ? "spec" : "root", p->root_spec);
	text(e, "kind", kinds[p->root_kind]);
	if (!e->json && p->root_kind == ROOT_LV) {
		text(e, "volume_group", p->root_vg);
		text(e, "volume", p->root_value);
	}
	punctuate(e, "}");
}

/* iscsistart's own settings may be secrets as well: node.session.auth.password and its kind. */
static void emit_param(const struct emit *e, const char *param)
{
	char shown[PARAM_MAX + 4];
	struct span rest = span_of(param), name;

	span_cut(&rest, '=', &name);
	if (!e->secrets && names_secret(name)) {
		out_text(shown, sizeof(shown), "%pS=set", &name);
		param = shown;
	}
	value(e, param);
}

static void emit_scalars(const struct emit *e, const struct plan *p)
{
	if (e->json)
		number(e, "version", 1);
	text(e, "initiator", p->initiator);
	text(e, "engine", "iscsistart");
	number(e, "deadline_s", p->deadline_s);
	if (e->json)
		return;
	if (p->replacement_timeout < 0)
		text(e, "replacement_timeout", "never");
	else if (p->replacement_timeout)
		number(e, "replacement_timeout", p->replacement_timeout);
	text(e, "clocksource", p->clocksource);
	text(e, "network", p->leave_network ? "leave" : "");
}

static void emit_plan(const struct emit *e, const struct plan *p)
{
	unsigned i;

	punctuate(e, "{");
	emit_scalars(e, p);
	list(e, "targets");
	for (i = 0; i < p->n_targets; i++) {
		item(e, i, "\n", "{");
		emit_target(e, &p->targets[i]);
	}
	punctuate(e, "]");
	if (!e->json && p->wants_dhcp_target)
		out_str(e->o, "\ntarget=dhcp\n");
	emit_network(e, p);
	emit_root(e, p);
	list(e, "params");
	for (i = 0; i < p->n_params; i++) {
		item(e, i, i ? "param=" : "\nparam=", "");
		emit_param(e, p->params[i]);
	}
	punctuate(e, "]");
	list(e, "warnings");
	for (i = 0; e->json && i < p->n_warnings; i++) {
		item(e, i, "", "");
		value(e, p->warnings[i]);
	}
	punctuate(e, "]}\n");
}

void plan_json(const struct plan *p, bool secrets, struct out *o)
{
	emit_plan(&(struct emit){ o, true, secrets }, p);
}

void plan_text(const struct plan *p, bool secrets, struct out *o)
{
	emit_plan(&(struct emit){ o, false, secrets }, p);
}
