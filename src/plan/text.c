// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One walk over the plan writes either JSON or a `key=value` line each, without what is empty. JSON is
 * version 1: its keys and their order are frozen, except that a new key may be appended to an object.
 */
#include "plan/keys.h"
#include "plan/text.h"

struct emit {
	struct out *o;
	bool json, secrets;
};

static void emit_key(const struct emit *e, const char *name)
{
	struct out *o = e->o;

	if (!e->json)
		out_fmt(o, "%s=", name);
	else
		out_fmt(o, "%s\"%s\":", o->len && o->buf[o->len - 1] != '{' ? "," : "", name);
}

/* The value alone: an item of a list, in lines one more line. */
static void emit_value(const struct emit *e, const char *s)
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

static void emit_text(const struct emit *e, const char *name, const char *s)
{
	if (!e->json && !*s)
		return;
	emit_key(e, name);
	emit_value(e, s);
}

static void emit_secret(const struct emit *e, const char *name, const char *s)
{
	emit_text(e, name, e->secrets || !*s ? s : "set");
}

static void emit_number(const struct emit *e, const char *name, unsigned n)
{
	emit_key(e, name);
	out_uint(e->o, n);
	if (!e->json)
		out_ch(e->o, '\n');
}

/* ADDRESS, or ADDRESS/PREFIX where @prefix is not negative. */
static void emit_addr(const struct emit *e, const char *name, const struct addr *a, int prefix)
{
	char buf[64];

	out_text(buf, sizeof(buf), a->family && prefix >= 0 ? "%pI/%d" : "%pI", a, prefix);
	emit_text(e, name, buf);
}

static void emit_mac(const struct emit *e, const char *name, const uint8_t *m)
{
	char buf[24] = "";

	if (m)
		out_text(buf, sizeof(buf), "%pM", m);
	emit_text(e, name, buf);
}

static void emit_punctuate(const struct emit *e, const char *s)
{
	if (e->json)
		out_str(e->o, s);
}

/* `"name":[`, and for each item but the first a comma. In lines each item has its own name. */
static void emit_list(const struct emit *e, const char *name)
{
	if (!e->json)
		return;
	emit_key(e, name);
	out_ch(e->o, '[');
}

static void emit_item(const struct emit *e, unsigned i, const char *line, const char *open)
{
	if (e->json)
		out_str(e->o, i ? "," : "");
	else
		out_str(e->o, line);
	emit_punctuate(e, open);
}

static void emit_addr_list(const struct emit *e, const char *name, const char *one,
			   const struct addr *a, unsigned n)
{
	unsigned i;

	emit_list(e, name);
	for (i = 0; i < n; i++) {
		char buf[64];

		out_text(buf, sizeof(buf), "%pI", &a[i]);
		emit_item(e, i, one, "");
		emit_value(e, buf);
	}
	emit_punctuate(e, "]");
}

static void emit_auth(const struct emit *e, const struct plan_auth *a)
{
	static const char *const methods[] = {
		[AUTH_NONE] = "none", [AUTH_CHAP] = "chap", [AUTH_MUTUAL] = "mutual",
	};

	if (e->json) {
		emit_key(e, "auth");
		out_ch(e->o, '{');
	}
	emit_text(e, e->json ? "method" : "auth", methods[a->method]);
	emit_text(e, "username", a->username);
	emit_secret(e, "password", a->password);
	emit_text(e, "username_in", a->username_in);
	emit_secret(e, "password_in", a->password_in);
	emit_punctuate(e, "}");
}

static void emit_target(const struct emit *e, const struct plan_target *t)
{
	char lun[24];
	struct out o;
	unsigned i;

	emit_text(e, e->json ? "name" : "target", t->name);
	out_init(&o, lun, sizeof(lun));
	plan_lun_text(t->lun, &o);
	emit_text(e, "lun", lun);
	emit_text(e, "source", plan_source_name(t->source));
	emit_text(e, "iface", t->iface);
	emit_text(e, "netdev", t->netdev);
	emit_list(e, "portals");
	for (i = 0; i < t->n_portals; i++) {
		const struct plan_portal *portal = &t->portals[i];
		const char *name = e->json ? "address" : "portal";

		emit_item(e, i, "", "{");
		if (portal->addr.family)
			emit_addr(e, name, &portal->addr, -1);
		else
			emit_text(e, name, portal->host);
		emit_number(e, "port", portal->port);
		emit_number(e, "group", portal->group);
		emit_punctuate(e, "}");
	}
	emit_punctuate(e, "]");
	emit_auth(e, &t->auth);
	emit_punctuate(e, "}");
}

static void emit_net(const struct emit *e, const struct plan_net *n)
{
	emit_key(e, e->json ? "device" : "network");
	emit_value(e, n->device);
	emit_text(e, "method", plan_method_name(n->method));
	emit_addr(e, "address", &n->address, n->prefix);
	emit_addr(e, "peer", &n->peer, -1);
	emit_addr(e, "gateway", &n->gateway, -1);
	emit_addr(e, "server", &n->server, -1);
	emit_text(e, "hostname", n->hostname);
	emit_addr_list(e, "dns", "dns=", n->dns, n->n_dns);
	emit_addr(e, "ntp", &n->ntp, -1);
	if (e->json || n->mtu)
		emit_number(e, "mtu", n->mtu);
	emit_mac(e, n->set_mac && !e->json ? "new_mac" : "mac",
	    n->has_mac ? n->mac : n->set_mac ? n->new_mac : NULL);
	if (e->json)
		emit_text(e, "source", plan_source_name(n->source));
	emit_punctuate(e, "}");
}

static void emit_network(const struct emit *e, const struct plan *p)
{
	unsigned i;

	emit_list(e, "network");
	for (i = 0; i < p->n_nets; i++) {
		emit_item(e, i, "\n", "{");
		emit_net(e, &p->nets[i]);
	}
	emit_punctuate(e, "],\"links\":[]");
	emit_list(e, "routes");
	for (i = 0; i < p->n_routes; i++) {
		const struct route *r = &p->routes[i];

		emit_item(e, i, "\n", "{");
		emit_addr(e, e->json ? "to" : "route", &r->to, r->prefix);
		emit_addr(e, "via", &r->via, -1);
		emit_text(e, "device", r->device);
		emit_punctuate(e, "}");
	}
	emit_punctuate(e, "]");
	if (!e->json && p->n_nameservers)
		out_ch(e->o, '\n');
	emit_addr_list(e, "nameservers", "nameserver=", p->nameservers, p->n_nameservers);
}

static void emit_root(const struct emit *e, const struct plan *p)
{
	static const char *const kinds[] = {
		[ROOT_LV] = "lv", [ROOT_LUN] = "lun", [ROOT_DEVICE] = "device",
		[ROOT_UUID] = "uuid", [ROOT_LABEL] = "label", [ROOT_PARTUUID] = "partuuid",
		[ROOT_PARTLABEL] = "partlabel", [ROOT_OTHER] = "other",
	};

	if (e->json) {
		emit_key(e, "root");
		out_ch(e->o, '{');
	} else {
		out_ch(e->o, '\n');
	}
	emit_text(e, e->json ? "spec" : "root", p->root_spec);
	emit_text(e, "kind", kinds[p->root_kind]);
	if (!e->json && p->root_kind == ROOT_LV) {
		emit_text(e, "volume_group", p->root_vg);
		emit_text(e, "volume", p->root_value);
	}
	emit_punctuate(e, "}");
}

/* iscsistart's own settings may be secrets as well: node.session.auth.password and its kind. */
static void emit_param(const struct emit *e, const char *param)
{
	char shown[PARAM_MAX + 4];
	struct span rest = span_of(param), name;

	span_cut(&rest, '=', &name);
	if (!e->secrets && key_names_secret(name)) {
		out_text(shown, sizeof(shown), "%pS=set", &name);
		param = shown;
	}
	emit_value(e, param);
}

static void emit_scalars(const struct emit *e, const struct plan *p)
{
	if (e->json)
		emit_number(e, "version", 1);
	emit_text(e, "initiator", p->initiator);
	emit_text(e, "engine", p->native ? "native" : "iscsistart");
	emit_number(e, "deadline_s", p->deadline_s);
	if (e->json)
		return;
	if (p->replacement_timeout < 0)
		emit_text(e, "replacement_timeout", "never");
	else if (p->replacement_timeout)
		emit_number(e, "replacement_timeout", p->replacement_timeout);
	emit_text(e, "clocksource", p->clocksource);
	emit_text(e, "network", p->leave_network ? "leave" : "");
	emit_text(e, "bypass", p->bypass ? "yes" : "");
}

static void emit_plan(const struct emit *e, const struct plan *p)
{
	unsigned i;

	emit_punctuate(e, "{");
	emit_scalars(e, p);
	emit_list(e, "targets");
	for (i = 0; i < p->n_targets; i++) {
		emit_item(e, i, "\n", "{");
		emit_target(e, &p->targets[i]);
	}
	emit_punctuate(e, "]");
	if (!e->json && p->wants_dhcp_target)
		out_str(e->o, "\ntarget=dhcp\n");
	emit_network(e, p);
	emit_root(e, p);
	emit_list(e, "params");
	for (i = 0; i < p->n_params; i++) {
		emit_item(e, i, i ? "param=" : "\nparam=", "");
		emit_param(e, p->params[i]);
	}
	emit_punctuate(e, "]");
	emit_list(e, "warnings");
	for (i = 0; e->json && i < p->n_warnings; i++) {
		emit_item(e, i, "", "");
		emit_value(e, p->warnings[i]);
	}
	emit_punctuate(e, "]}\n");
}

void plan_json(const struct plan *p, bool secrets, struct out *o)
{
	emit_plan(&(struct emit){ o, true, secrets }, p);
}

void plan_text(const struct plan *p, bool secrets, struct out *o)
{
	emit_plan(&(struct emit){ o, false, secrets }, p);
}
