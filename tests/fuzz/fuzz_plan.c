// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan from hostile input: command line, file, initiator name, xenstore and two leases, apart by 0x1e.
 * Of xenstore key and value take turns, apart by 0x1d, and a last key without a value is one that is
 * cut off; or behind 0x1c it is what plan reads.
 *
 * What is valid is written again as the plainest boot input that says the same, and that must give
 * the same plan. Targets are netroot= words where those can say it. Otherwise the first ones, with
 * the same portals, LUN and credentials, are keys in the file, and each other is an ISCSI_TARGET in
 * xenstore, where nothing is quoted. Networks are full ip= words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/xenstore.h"
#include "plan/build.h"
#include "plan/keys.h"
#include "plan/text.h"

static struct plan first, second;
static char cmdline[65536], file[65536], initiator[1024], xenstore[131072];
static size_t xenstore_len;
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

static void put_xenstore(const char *key, const char *value)
{
	size_t n = xenstore_entry(span_of(key), span_of(value), xenstore + xenstore_len,
				  sizeof(xenstore) - xenstore_len);

	must(n, "xenstore fits");
	xenstore_len += n;
}

/* One without quotes in it; what is too long for the file is in xenstore. */
static void put_long_key(struct out *o, const char *key, const char *value)
{
	if (strlen(value) + 2 <= KEY_VALUE_MAX)
		put_key(o, key, value);
	else
		put_xenstore(key + strlen(ISCSI_PREFIX), value);
}

/* The first @n targets. */
static void put_keys(struct out *o, const struct plan_target *t, unsigned n)
{
	char buf[PORTALS_MAX * (PORTAL_TEXT_MAX + 1) + 1];
	struct out v;

	_Static_assert(sizeof(buf) > TARGETS_MAX * (INAME_MAX + 1), "all names fit as well");
	out_init(&v, buf, sizeof(buf));
	for (unsigned i = 0; i < n; i++) {
		out_str(&v, i ? " " : "");
		out_str(&v, t[i].name);
	}
	put_long_key(o, "ISCSI_TARGET_NAME", buf);
	out_init(&v, buf, sizeof(buf));
	for (unsigned i = 0; i < t->n_portals; i++) {
		out_str(&v, i ? " " : "");
		put_server(&v, &t->portals[i]);
		out_ch(&v, ':');
		out_uint(&v, t->portals[i].port);
	}
	must(!v.overflow, "the portals fit");
	put_long_key(o, "ISCSI_TARGET_IP", buf);
	out_init(&v, buf, sizeof(buf));
	out_uint(&v, t->portals[0].group);
	put_key(o, "ISCSI_TARGET_GROUP", buf);
	out_init(&v, buf, sizeof(buf));
	plan_lun_text(t->lun, &v);
	put_key(o, "ISCSI_LUN", buf);
}

static void put_credentials(struct out *o, const struct plan_auth *a)
{
	put_key(o, "ISCSI_USERNAME", a->username);
	put_key(o, "ISCSI_PASSWORD", a->password);
	put_key(o, "ISCSI_IN_USERNAME", a->username_in);
	put_key(o, "ISCSI_IN_PASSWORD", a->password_in);
}

static bool same_auth(const struct plan_auth *a, const struct plan_auth *b)
{
	return !strcmp(a->username, b->username) && !strcmp(a->password, b->password) &&
	       !strcmp(a->username_in, b->username_in) && !strcmp(a->password_in, b->password_in);
}

static bool any(const char *s, const char *set)
{
	return s[strcspn(s, set)];
}

static bool auth_has(const struct plan_auth *a, const char *set)
{
	return any(a->username, set) || any(a->password, set) || any(a->username_in, set) ||
	       any(a->password_in, set);
}

/* Only the keys can say these, so all such credentials in a plan are the same. */
static bool auth_needs_keys(const struct plan_auth *a)
{
	return auth_has(a, ":") || *a->username == '@';
}

/* Can a netroot= word say it, with or without the credentials of the keys? */
static bool fits_netroot(const struct plan_target *t)
{
	return plan_begins_name(span_of(t->name)) && t->n_portals == 1 && t->portals[0].group == 1 &&
	       (auth_needs_keys(&t->auth) || !auth_has(&t->auth, "\""));
}

static bool wants_netroot(const struct plan *p)
{
	if (p->n_targets < 2 && !(*p->targets[0].iface || *p->targets[0].netdev))
		return false;
	for (unsigned i = 0; i < p->n_targets; i++)
		if (!fits_netroot(&p->targets[i]))
			return false;
	return true;
}

/* The credentials that are keys: those that must be, or else those of @t. */
static const struct plan_auth *auth_of_keys(const struct plan *p, const struct plan_target *t)
{
	for (unsigned i = 0; i < p->n_targets; i++)
		if (auth_needs_keys(&p->targets[i].auth))
			return &p->targets[i].auth;
	return &t->auth;
}

static bool same_portals(const struct plan_target *a, const struct plan_target *b)
{
	return a->n_portals == b->n_portals &&
	       !memcmp(a->portals, b->portals, a->n_portals * sizeof(*a->portals));
}

/* How many of the first targets the keys can name: one, or several that differ in their names. */
static unsigned count_of_keys(const struct plan *p, const struct plan_auth *auth)
{
	const struct plan_target *t = p->targets;
	unsigned n;

	for (n = 0; n < p->n_targets; n++)
		if (*t[n].iface || *t[n].netdev || !same_auth(&t[n].auth, auth) ||
		    (n && !plan_begins_name(span_of(t[0].name))) ||
		    memcmp(t[n].lun, t[0].lun, sizeof(t[0].lun)) || !same_portals(&t[n], &t[0]))
			break;
	return n;
}

/* @keys: the credentials that the keys give to a target without its own */
static void put_spec(struct out *o, const struct plan_target *t, const struct plan_auth *keys)
{
	must(t->n_portals == 1 && t->portals[0].group == 1, "only the keys give portals and groups");
	out_str(o, "iscsi:");
	if (!same_auth(&t->auth, keys)) {
		must(!auth_needs_keys(&t->auth), "the keys give one set of credentials");
		if (*t->auth.username) {
			out_str(o, t->auth.username);
			out_ch(o, ':');
			out_str(o, t->auth.password);
		}
		if (*t->auth.username_in) {
			out_ch(o, ':');
			out_str(o, t->auth.username_in);
			out_ch(o, ':');
			out_str(o, t->auth.password_in);
		}
		out_ch(o, '@');
	}
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
}

static void put_netroot(struct out *o, const struct plan_target *t, const struct plan_auth *keys)
{
	out_str(o, " \"netroot=");
	put_spec(o, t, keys);
	out_ch(o, '"');
}

static void put_target(const struct plan_target *t, const struct plan_auth *keys)
{
	char buf[4096];
	struct out v;

	out_init(&v, buf, sizeof(buf));
	put_spec(&v, t, keys);
	must(!v.overflow, "a target fits");
	put_xenstore("TARGET", buf);
}

static void put_targets(struct out *words, struct out *keys, const struct plan *p)
{
	static const struct plan_target none;
	bool netroot = wants_netroot(p);
	const struct plan_auth *auth = auth_of_keys(p, netroot ? &none : &p->targets[0]);
	unsigned i = netroot ? 0 : count_of_keys(p, auth);

	if (i)
		put_keys(keys, p->targets, i);
	put_credentials(keys, auth);
	for (; i < p->n_targets; i++) {
		if (netroot)
			put_netroot(words, &p->targets[i], auth);
		else
			put_target(&p->targets[i], auth);
	}
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

/* root=iscsi: with a target, which is told apart from it. */
static bool names_target(const struct plan *p)
{
	return !strncmp(p->root_spec, "iscsi:", 6);
}

static void put_cmdline(struct out *o, const struct plan *p)
{
	out_str(o, "\"root=");
	out_str(o, names_target(p) ? "iscsi" : p->root_spec);
	out_ch(o, '"');
	if (p->wants_dhcp_target)
		out_str(o, " netroot=dhcp");
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
	put_key(o, "ISCSI_ENGINE", p->native ? "native" : "iscsistart");
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
	if (names_target(p))
		strcpy(p->root_spec, "iscsi");
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
	struct out words, keys, name;

	out_init(&words, cmdline, sizeof(cmdline));
	out_init(&keys, file, sizeof(file));
	out_init(&name, initiator, sizeof(initiator));
	xenstore_len = 0;
	put_cmdline(&words, &first);
	put_targets(&words, &keys, &first);
	put_scalars(&keys, &first);
	put_initiator(&name, &first);
	must(!words.overflow && !keys.overflow && !name.overflow, "the other form fits");
	in.cmdline = (struct span){ cmdline, words.len };
	in.file = (struct span){ file, keys.len };
	in.initiatorname = (struct span){ initiator, name.len };
	in.xenstore = (struct span){ xenstore, xenstore_len };
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
