// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan from hostile input: command line, file, initiator name, xenstore and two leases, apart by 0x1e.
 * Of xenstore key and value take turns, apart by 0x1d, and a last key without a value is one that is
 * cut off; or behind 0x1c it is what plan reads.
 *
 * What is valid is written again as the plainest boot input that says the same (keys in the file
 * where there is one target, netroot= words where there are several, full ip= words), and that
 * must give the same plan.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/xenstore.h"
#include "plan/build.h"
#include "plan/text.h"

static struct plan first, second;
static char cmdline[65536], file[65536], initiator[512];
static char text[2][2 * PLAN_TEXT_MAX];

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\ncmdline: %s\nfile: %s\n%s\n%s\n", what, cmdline, file, text[0], text[1]);
	abort();
}

/* KEY='value' for the file. */
static void put_key(struct out *o, const char *key, const char *value)
{
	if (!*value)
		return;
	out_str(o, key);
	out_str(o, "='");
	for (; *value; value++) {
		if (*value == '\'')
			out_str(o, "'\\''");
		else
			out_ch(o, *value);
	}
	out_str(o, "'\n");
}

static void put_addr(struct out *o, const struct addr *a, int prefix)
{
	if (!a->family)
		return;
	if (a->family == 6)
		out_ch(o, '[');
	out_addr(o, a);
	if (prefix >= 0) {
		out_ch(o, '/');
		out_uint(o, prefix);
	}
	if (a->family == 6)
		out_ch(o, ']');
}

static void put_server(struct out *o, const struct plan_portal *p)
{
	if (p->addr.family)
		put_addr(o, &p->addr, -1);
	else
		out_str(o, p->host);
}

static void put_mac(struct out *o, const uint8_t mac[6])
{
	char buf[32];
	struct out m;

	out_init(&m, buf, sizeof(buf));
	out_mac(&m, mac);
	for (char *c = buf; *c; c++)
		out_ch(o, *c == ':' ? '-' : *c);
}

static void put_keys(struct out *o, const struct plan_target *t)
{
	char buf[4096];
	struct out v;

	put_key(o, "ISCSI_TARGET_NAME", t->name);
	out_init(&v, buf, sizeof(buf));
	for (unsigned i = 0; i < t->n_portals; i++) {
		put_server(&v, &t->portals[i]);
		out_ch(&v, ':');
		out_uint(&v, t->portals[i].port);
		out_ch(&v, ' ');
	}
	put_key(o, "ISCSI_TARGET_IP", buf);
	out_init(&v, buf, sizeof(buf));
	out_uint(&v, t->portals[0].group);
	put_key(o, "ISCSI_TARGET_GROUP", buf);
	out_init(&v, buf, sizeof(buf));
	plan_lun_text(t->lun, &v);
	put_key(o, "ISCSI_LUN", buf);
	put_key(o, "ISCSI_USERNAME", t->auth.username);
	put_key(o, "ISCSI_PASSWORD", t->auth.password);
	put_key(o, "ISCSI_IN_USERNAME", t->auth.username_in);
	put_key(o, "ISCSI_IN_PASSWORD", t->auth.password_in);
}

static bool any(const char *s, const char *set)
{
	return s[strcspn(s, set)];
}

/* Only keys in the file can say these: there is no plainer netroot=. */
static bool needs_keys(const struct plan_target *t)
{
	return any(t->name, "\"") || any(t->auth.username, ":\"") || any(t->auth.password, ":\"") ||
	       any(t->auth.username_in, ":\"") || any(t->auth.password_in, ":\"") ||
	       (*t->auth.username && any(t->name, "@")) || t->portals[0].group != 1;
}

static void put_netroot(struct out *o, const struct plan_target *t)
{
	out_str(o, " \"netroot=iscsi:");
	if (*t->auth.username) {
		out_str(o, t->auth.username);
		out_ch(o, ':');
		out_str(o, t->auth.password);
		if (*t->auth.username_in) {
			out_ch(o, ':');
			out_str(o, t->auth.username_in);
			out_ch(o, ':');
			out_str(o, t->auth.password_in);
		}
	}
	out_ch(o, '@');
	put_server(o, &t->portals[0]);
	out_str(o, ":tcp:");
	out_uint(o, t->portals[0].port);
	out_ch(o, ':');
	out_str(o, t->iface);
	out_ch(o, ':');
	out_str(o, t->netdev);
	out_ch(o, ':');
	plan_lun_text(t->lun, o);
	out_ch(o, ':');
	out_str(o, t->name);
	out_ch(o, '"');
}

static void put_net(struct out *o, const struct plan_net *n)
{
	out_str(o, " ip=");
	put_addr(o, &n->address, n->peer.family ? -1 : n->prefix);
	out_ch(o, ':');
	if (n->peer.family)
		put_addr(o, &n->peer, n->prefix);
	else
		put_addr(o, &n->server, -1);
	out_ch(o, ':');
	put_addr(o, &n->gateway, -1);
	out_str(o, "::");
	out_str(o, n->hostname);
	out_ch(o, ':');
	if (*n->device)
		out_str(o, n->device);
	else
		put_mac(o, n->mac);
	out_ch(o, ':');
	out_str(o, n->method == NET_STATIC ? "none" : plan_method_name(n->method));
	if (n->mtu || n->set_mac) {
		out_ch(o, ':');
		if (n->mtu)
			out_uint(o, n->mtu);
		out_ch(o, ':');
		if (n->set_mac)
			put_mac(o, n->new_mac);
	} else {
		for (unsigned i = 0; i < 2; i++) {
			out_ch(o, ':');
			if (i < n->n_dns)
				put_addr(o, &n->dns[i], -1);
		}
		out_ch(o, ':');
		put_addr(o, &n->ntp, -1);
	}
	if (*n->device && n->has_mac) {
		out_str(o, " ifname=");
		out_str(o, n->device);
		out_ch(o, ':');
		put_mac(o, n->mac);
	}
}

static void put_route(struct out *o, const struct route *r)
{
	out_str(o, " rd.route=");
	put_addr(o, &r->to, r->prefix);
	out_ch(o, ':');
	put_addr(o, &r->via, -1);
	if (*r->device) {
		out_ch(o, ':');
		out_str(o, r->device);
	}
}

static void put_cmdline(struct out *o, const struct plan *p, bool list)
{
	bool spec = !strncmp(p->root_spec, "iscsi", 5);

	out_str(o, "\"root=");
	out_str(o, spec ? "iscsi" : p->root_spec);
	out_ch(o, '"');
	if (p->wants_dhcp_target)
		out_str(o, " netroot=dhcp");
	for (unsigned i = 0; list && i < p->n_targets; i++)
		put_netroot(o, &p->targets[i]);
	for (unsigned i = 0; i < p->n_nets; i++)
		put_net(o, &p->nets[i]);
	for (unsigned i = 0; i < p->n_routes; i++)
		put_route(o, &p->routes[i]);
	for (unsigned i = 0; i < p->n_nameservers; i++) {
		out_str(o, " nameserver=");
		put_addr(o, &p->nameservers[i], -1);
	}
}

/* A percent sign in a name is two in a template; what waits for the network is one still. */
static void put_initiator(struct out *o, const struct plan *p)
{
	char buf[2 * INAME_MAX + 1];
	struct out v;

	out_init(&v, buf, sizeof(buf));
	for (const char *c = p->initiator; *c; c++) {
		if (*c == '%' && !p->initiator_pending)
			out_ch(&v, '%');
		out_ch(&v, *c);
	}
	if (v.len <= INAME_MAX)
		put_key(o, "InitiatorName", buf);
	else
		put_key(o, "InitiatorName", p->initiator);
}

static void put_scalars(struct out *o, const struct plan *p)
{
	char buf[32];
	struct out v;

	out_init(&v, buf, sizeof(buf));
	out_uint(&v, p->deadline_s);
	put_key(o, "ISCSI_TIMEOUT", buf);
	out_init(&v, buf, sizeof(buf));
	if (p->replacement_timeout < 0)
		out_str(&v, "never");
	else if (p->replacement_timeout)
		out_uint(&v, p->replacement_timeout);
	put_key(o, "ISCSI_REPLACEMENT_TIMEOUT", buf);
	put_key(o, "ISCSI_CLOCKSOURCE", p->clocksource);
	put_key(o, "ISCSI_NETWORK", p->leave_network ? "leave" : "");
	put_key(o, "ISCSI_BYPASS", p->bypass ? "yes" : "");
	for (unsigned i = 0; i < p->n_params; i++)
		put_key(o, "ISCSI_PARAM", p->params[i]);
}

/* What another form of the same input may say otherwise. */
static void normalize(struct plan *p)
{
	for (unsigned i = 0; i < p->n_targets; i++)
		p->targets[i].source = SRC_CMDLINE;
	if (!strncmp(p->root_spec, "iscsi", 5))
		p->root_spec[0] = '\0';
	p->secret_on_cmdline = p->n_warnings = 0;
}

static void put_plan(const struct plan *p, char *buf, size_t size)
{
	struct out o;

	out_init(&o, buf, size);
	plan_json(p, true, &o);
	plan_text(p, true, &o);
	must(!o.overflow, "the text of a plan fits");
}

static void check_again(void)
{
	struct plan_input in = { 0 };
	struct diag why;
	char line[512] = "";
	struct out o;
	bool list = first.n_targets > 1;

	if (first.n_targets == 1)
		list = *first.targets[0].iface || *first.targets[0].netdev;
	for (unsigned i = 0; list && i < first.n_targets; i++)
		if (needs_keys(&first.targets[i]))
			return;
	out_init(&o, cmdline, sizeof(cmdline));
	put_cmdline(&o, &first, list);
	must(!o.overflow, "the command line fits");
	in.cmdline = (struct span){ cmdline, o.len };
	out_init(&o, file, sizeof(file));
	if (first.n_targets == 1 && !list)
		put_keys(&o, &first.targets[0]);
	put_scalars(&o, &first);
	must(!o.overflow, "the file fits");
	in.file = (struct span){ file, o.len };
	out_init(&o, initiator, sizeof(initiator));
	put_initiator(&o, &first);
	in.initiatorname = (struct span){ initiator, o.len };
	if (plan_build(&in, &second, &why) != PLAN_OK) {
		diag_format(&why, line, sizeof(line));
		must(false, line);
	}
	for (unsigned i = 0; i < first.n_targets; i++)
		must(!memcmp(first.targets[i].lun, second.targets[i].lun, sizeof(second.targets[i].lun)),
		     "the same LUN");
	normalize(&first);
	normalize(&second);
	put_plan(&first, text[0], sizeof(text[0]));
	put_plan(&second, text[1], sizeof(text[1]));
	must(!strcmp(text[0], text[1]), "the same plan from its own text");
}

/* Sanitizers do not see a step from one member of the plan into the next. */
static void check_bounds(const struct plan *p)
{
	must(p->n_targets <= TARGETS_MAX && p->n_nets <= NETS_MAX && p->n_routes <= ROUTES_MAX &&
	     p->n_nameservers <= NAMESERVERS_MAX && p->n_params <= PARAMS_MAX &&
	     p->n_warnings <= WARNINGS_MAX, "a plan keeps to its ceilings");
	for (unsigned i = 0; i < TARGETS_MAX; i++)	/* also one that was rejected half-made */
		must(p->targets[i].n_portals <= PORTALS_MAX, "so does a target");
	for (unsigned i = 0; i < p->n_nets; i++)
		must(p->nets[i].n_dns <= NAMESERVERS_MAX, "and a network");
}

/* The next input in memory of its very size: a byte too far is seen. */
static char *take(struct span *rest, struct span *input)
{
	char *copy;

	span_cut(rest, 0x1e, input);
	copy = malloc(input->n ? input->n : 1);
	if (input->n)
		memcpy(copy, input->p, input->n);
	input->p = copy;
	return copy;
}

static char *take_xenstore(struct span *rest, struct span *input)
{
	struct span text, key, value;
	char *whole, *at, *copy;

	span_cut(rest, 0x1e, &text);
	if (span_take(&text, "\x1c"))
		return take(&text, input);
	at = whole = malloc(text.n * 4 + 4);
	while (text.n) {
		if (span_cut(&text, 0x1d, &key)) {
			span_cut(&text, 0x1d, &value);
			at += xenstore_entry(key, value, at, key.n + value.n + 3);
		} else if (key.n < sizeof("target_name")) {
			memcpy(at, key.p, key.n);
			at += key.n;
			*at++ = '\0';
		}
	}
	copy = malloc(at - whole ? at - whole : 1);
	memcpy(copy, whole, at - whole);
	*input = (struct span){ copy, at - whole };
	free(whole);
	return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan_input in = { .n_netconfs = 0, .netconf_devices = { "eth0", "eth1" } };
	struct span rest = { (const char *)data, size };
	struct diag why = { 0 };
	enum plan_result result;
	char line[512], *copies[6];
	unsigned n = 0;

	cmdline[0] = file[0] = text[0][0] = text[1][0] = '\0';
	copies[n++] = take(&rest, &in.cmdline);
	copies[n++] = take(&rest, &in.file);
	copies[n++] = take(&rest, &in.initiatorname);
	copies[n++] = take_xenstore(&rest, &in.xenstore);
	while (rest.n && in.n_netconfs < 2)
		copies[n++] = take(&rest, &in.netconfs[in.n_netconfs++]);
	result = plan_build(&in, &first, &why);
	must(plan_asked(&in) == (result != PLAN_NONE), "asked and plan agree");
	check_bounds(&first);
	if (result == PLAN_INVALID) {
		must(why.reason && why.place, "a rejection says why and where");
		must(diag_format(&why, line, sizeof(line)) < sizeof(line) - 1, "and fits a line");
	}
	if (result == PLAN_OK) {
		must(first.n_targets || first.wants_dhcp_target, "a valid plan has a target");
		must(first.n_nets > 0, "and a network");
		put_plan(&first, text[0], sizeof(text[0]));
		check_again();
	}
	plan_check_file(&in, &second, &why);
	while (n)
		free(copies[--n]);
	return 0;
}
