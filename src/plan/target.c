// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: the targets: from ISCSI_ keys, root=iscsi:, netroot= and a DHCP root-path. */
#include <string.h>

#include "formats/netconf.h"
#include "plan/parts.h"

#define PORT 3260	/* IANA's iscsi-target */
#define GROUP 1

static bool same_portal(const struct plan_portal *a, const struct plan_portal *b)
{
	return addr_eq(&a->addr, &b->addr) && a->port == b->port && a->group == b->group &&
	       !strcmp(a->host, b->host);
}

static bool add_portal(struct work *w, struct span text, uint16_t port,
		       uint16_t group, struct plan_target *t)
{
	struct plan_portal portal = { 0 };
	unsigned i;

	if (!parse_portal(w, text, port, group, &portal))
		return false;
	for (i = 0; i < t->n_portals; i++)
		if (same_portal(&portal, &t->portals[i]))
			return true;
	if (t->n_portals == PORTALS_MAX)
		return plan_reject(w, "more than 8 portals", text, NULL);
	t->portals[t->n_portals++] = portal;
	return true;
}

static bool is_separator(char c)
{
	return c == ' ' || c == ',' || (c >= '\t' && c <= '\r');
}

static bool portals_from_key(struct work *w, uint16_t port, uint16_t group, struct plan_target *t)
{
	char buf[VALUE_MAX + 1];
	struct span v;
	size_t i = 0, from;

	if (!plan_value(w, K_TARGET_IP, buf, &v))
		return true;
	while (i < v.n) {
		while (i < v.n && is_separator(v.p[i]))
			i++;
		for (from = i; i < v.n && !is_separator(v.p[i]);)
			i++;
		if (i > from && !add_portal(w, (struct span){ v.p + from, i - from }, port, group, t))
			return false;
	}
	return true;
}

/* A user name or a secret: any 8-bit text. */
static bool copy_credential(struct work *w, struct span v, bool secret, char *dst)
{
	size_t i;

	if (v.n > CHAP_MAX)
		return plan_reject(w, "longer than 255 bytes", NOTHING, NULL);
	for (i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < 0x20 && v.p[i] != '\t')
			return plan_reject(w, "a control byte", secret ? NOTHING : v, NULL);
	if (secret && v.n && v.n < 12)
		plan_warn(w, "a CHAP secret of less than 12 bytes", NOTHING,
			  "RFC 7143 section 9.2.1 asks for 12 to 16");
	span_copy(v, dst, CHAP_MAX + 1);
	return true;
}

static void note_secret(struct work *w)
{
	w->p->secret_on_cmdline = true;
	plan_warn(w, "every user can read this secret in /proc/cmdline", NOTHING,
		  "put it into " PLACE_FILE);
}

static bool credential_from_key(struct work *w, enum key k, enum source lowest, char *dst)
{
	bool secret = k == K_PASSWORD || k == K_IN_PASSWORD;
	const struct setting *s = &w->set[k];
	char buf[VALUE_MAX + 1];
	struct span v;
	bool good;

	if (!plan_value(w, k, buf, &v))
		return true;
	if (s->source > lowest) {
		plan_warn(w, "not used: the target comes from a higher source", NOTHING, NULL);
		return true;
	}
	good = copy_credential(w, v, secret, dst);
	if (good && secret && s->source == SRC_CMDLINE)
		note_secret(w);
	return good;
}

static bool credentials_from_keys(struct work *w, enum source lowest, struct plan_auth *a)
{
	return credential_from_key(w, K_USERNAME, lowest, a->username) &&
	       credential_from_key(w, K_PASSWORD, lowest, a->password) &&
	       credential_from_key(w, K_IN_USERNAME, lowest, a->username_in) &&
	       credential_from_key(w, K_IN_PASSWORD, lowest, a->password_in);
}

static bool half_auth(struct work *w, enum key k, const char *reason,
		      const char *hint)
{
	if (w->set[k].set)
		w->at = w->set[k].at;
	return plan_reject(w, reason, NOTHING, hint);
}

/* Half of a pair is a mistake; which pairs there are makes the method. */
static bool finish_auth(struct work *w, struct plan_auth *a)
{
	bool out = *a->username, in = *a->username_in;

	if (out != (*a->password != 0))
		return out ? half_auth(w, K_USERNAME, "a user name without a password",
				       "give ISCSI_PASSWORD as well")
			   : half_auth(w, K_PASSWORD, "a password without a user name",
				       "give ISCSI_USERNAME as well");
	if (in != (*a->password_in != 0))
		return in ? half_auth(w, K_IN_USERNAME, "a user name without a password",
				      "give ISCSI_IN_PASSWORD as well")
			  : half_auth(w, K_IN_PASSWORD, "a password without a user name",
				      "give ISCSI_IN_USERNAME as well");
	if (in && !out)
		return half_auth(w, K_IN_USERNAME, "mutual CHAP without a user name of our own",
				 "give ISCSI_USERNAME and ISCSI_PASSWORD as well");
	if (in && !strcmp(a->password, a->password_in))
		plan_warn(w, "the same secret in both directions", NOTHING,
			  "RFC 7143 section 9.2.1 forbids it, targets refuse it");
	a->method = in ? AUTH_MUTUAL : out ? AUTH_CHAP : AUTH_NONE;
	return true;
}

bool target_settings(struct work *w)
{
	struct plan_target *t = &w->p->targets[0];
	uint16_t port = PORT, group = GROUP;
	char buf[VALUE_MAX + 1];
	struct span v;

	memset(t, 0, sizeof(*t));
	t->source = w->set[K_TARGET_NAME].source;
	if (plan_value(w, K_TARGET_NAME, buf, &v) &&
	    !parse_name(w, v, t->name))
		return false;
	if (plan_value(w, K_TARGET_PORT, buf, &v) &&
	    !parse_uint16(w, v, 1, &port, "not a port", "1 to 65535"))
		return false;
	if (plan_value(w, K_TARGET_GROUP, buf, &v) &&
	    !parse_uint16(w, v, 0, &group,
			  "not a target portal group tag", "0 to 65535"))
		return false;
	if (plan_value(w, K_LUN, buf, &v) && !parse_lun(w, v, false, t->lun))
		return false;
	return portals_from_key(w, port, group, t) &&
	       credentials_from_keys(w, SRC_IBFT, &t->auth);
}

static bool target_from_keys(struct work *w)
{
	struct plan_target *t = &w->p->targets[0];
	const struct setting *name = &w->set[K_TARGET_NAME], *ip = &w->set[K_TARGET_IP];

	if (!target_settings(w))
		return false;
	w->at = *t->name ? name->at : ip->at;
	if (!*t->name)
		return plan_reject(w, "an address without a target name", NOTHING,
				   "give ISCSI_TARGET_NAME as well");
	if (!t->n_portals)
		return plan_reject(w, "a target name without an address",
				   span_of(t->name), "give ISCSI_TARGET_IP as well");
	if (!finish_auth(w, &t->auth))
		return false;
	w->p->n_targets = 1;
	return true;
}

/* A field of a spec: up to the next colon outside brackets. */
static bool cut_field(struct span *s, struct span *field)
{
	const char *close = s->n && *s->p == '[' ? memchr(s->p, ']', s->n) : NULL;
	struct span tail = *s;
	bool more;

	if (!close)
		return span_cut(s, ':', field);
	*field = *s;
	tail.p = close + 1;
	tail.n = s->p + s->n - tail.p;
	more = span_cut(&tail, ':', &(struct span){ 0 });
	field->n = tail.p - field->p - (more ? 1 : 0);
	*s = tail;
	return more;
}

bool begins_name(struct span s)
{
	return span_starts_nocase(s, "iqn.") || span_starts_nocase(s, "eui.") ||
	       span_starts_nocase(s, "naa.");
}

#define FIELDS 6	/* server, protocol, port, interface, network device, LUN */

/*
 * SERVER:PROTOCOL:PORT[:IFACE:NETDEV]:LUN:NAME. Return: how many fields stand before the name,
 * 0 where it is no such thing.
 */
static unsigned split_spec(struct span s, struct span field[FIELDS], struct span *name)
{
	unsigned n;

	for (n = 0; n <= FIELDS; n++) {
		if (n && begins_name(s)) {
			*name = s;
			return n == 4 || n == 6 ? n : 0;
		}
		if (n == FIELDS || !cut_field(&s, &field[n]))
			return 0;
	}
	return 0;
}

/*
 * The credentials end at the last `@` that a whole spec follows; so a target's name may have one
 * in it, and so may a password. An `@` at the front: there are none. @creds->p is NULL without any.
 */
static unsigned split_credentials(struct span spec, struct span *creds, struct span field[FIELDS],
				  struct span *name)
{
	struct span server;
	size_t i;
	unsigned n;

	*creds = NOTHING;
	if (spec.n && *spec.p == '@') {
		creds->p = spec.p;
		return split_spec((struct span){ spec.p + 1, spec.n - 1 }, field, name);
	}
	for (i = spec.n; i-- > 1;) {
		if (spec.p[i] != '@')
			continue;
		n = split_spec((struct span){ spec.p + i + 1, spec.n - i - 1 }, field, name);
		server = field[0];
		if (n && !(server.n && memchr(server.p, '@', server.n))) {
			*creds = (struct span){ spec.p, i };
			return n;
		}
	}
	return split_spec(spec, field, name);
}

void span_spec_public(struct span spec, struct span *rest)
{
	struct span creds, field[FIELDS], name;

	*rest = split_credentials(spec, &creds, field, &name)
		? (struct span){ field[0].p, spec.p + spec.n - field[0].p } : NOTHING;
}

static bool spec_credentials(struct work *w, struct span creds,
			     struct plan_auth *a)
{
	char *const dst[4] = { a->username, a->password, a->username_in, a->password_in };
	struct span part;
	unsigned n;
	bool more = true;

	for (n = 0; more; n++) {
		more = span_cut(&creds, ':', &part);
		if (n == 4 || (!n && !more) || (n == 2 && !more))
			return plan_reject(w, "credentials are not USER:PASSWORD or "
					   "USER:PASSWORD:USER:PASSWORD", NOTHING,
					   "a colon in them needs the keys ISCSI_USERNAME, ...");
		if (!copy_credential(w, part, n & 1, dst[n]))
			return false;
	}
	return true;
}

static bool spec_interface(struct work *w, const struct span field[FIELDS],
			   struct plan_target *t)
{
	if (field[3].n && !parse_device(w, field[3], t->iface))
		return false;
	return !field[4].n || parse_device(w, field[4], t->netdev);
}

/* Everything but the credentials. */
static bool spec_fields(struct work *w, const struct span field[FIELDS], unsigned n,
			struct plan_target *t)
{
	struct plan_portal *portal = &t->portals[0];

	if (!field[0].n)
		return plan_reject(w, "a target name without an address", span_of(t->name),
				   "the server goes first");
	if (!parse_host(w, field[0], portal))
		return false;
	if (field[1].n && !span_eq(field[1], "6") && !span_eq_nocase(field[1], "tcp"))
		return plan_reject(w, "not a protocol", field[1], "6, tcp or nothing");
	portal->port = PORT;
	portal->group = GROUP;
	t->n_portals = 1;
	if (field[2].n && !parse_uint16(w, field[2], 1, &portal->port, "not a port",
					"1 to 65535"))
		return false;
	if (n == FIELDS && !spec_interface(w, field, t))
		return false;
	return parse_lun(w, field[n - 1], t->source == SRC_DHCP, t->lun);
}

static bool add_spec(struct work *w, struct span spec, enum source source)
{
	struct span creds, field[FIELDS], name = NOTHING;
	struct where at = w->at;
	struct plan_target *t;
	unsigned n, i;

	n = split_credentials(spec, &creds, field, &name);
	/* before an @ that ends no credentials there may be some all the same, spelt wrong */
	w->secret = !creds.p && memchr(spec.p, '@', n ? (size_t)(name.p - spec.p) : spec.n);
	if (!n)
		return plan_reject(w, "not [USER:PASSWORD@]SERVER:[PROTOCOL]:[PORT]:[LUN]:NAME",
				   spec, "NAME begins with iqn., eui. or naa., IPv6 stands in brackets");
	if (w->p->n_targets == TARGETS_MAX)
		return plan_reject(w, "more than 8 targets", name, NULL);
	t = &w->p->targets[w->p->n_targets];
	memset(t, 0, sizeof(*t));	/* padding too: targets are compared */
	t->source = source;
	if (!parse_name(w, name, t->name) || !spec_fields(w, field, n, t))
		return false;
	w->secret = false;
	if (creds.n && !spec_credentials(w, creds, &t->auth))
		return false;
	if (creds.n && source == SRC_CMDLINE)
		note_secret(w);
	if (!creds.p && !credentials_from_keys(w, source, &t->auth))
		return false;
	w->at = at;
	if (!finish_auth(w, &t->auth))
		return false;
	for (i = 0; i < w->p->n_targets; i++)
		if (!memcmp(t, &w->p->targets[i], sizeof(*t)))
			return true;
	w->p->n_targets++;
	return true;
}

static void at_word(struct work *w, const char *key)
{
	w->at = (struct where){ PLACE_CMDLINE, 0, span_of(key) };
}

/* Keys of the same source are the user's as well: say that they lose. */
static void warn_beaten(struct work *w, const char *winner)
{
	enum key k = w->set[K_TARGET_NAME].set ? K_TARGET_NAME : K_TARGET_IP;

	if (!w->set[k].set || w->set[k].source != SRC_CMDLINE)
		return;
	w->at = w->set[k].at;
	plan_warn(w, "not used, beaten by", span_of(winner), NULL);
}

static bool targets_from_netroot(struct work *w)
{
	unsigned i;

	at_word(w, "netroot");
	if (w->n_netroots > TARGETS_MAX)
		return plan_reject(w, "more than 8 targets", NOTHING, NULL);
	warn_beaten(w, "netroot=");
	for (i = 0; i < w->n_netroots; i++) {
		at_word(w, "netroot");
		if (!add_spec(w, w->netroots[i], SRC_CMDLINE))
			return false;
	}
	return true;
}

static bool root_path(struct work *w, unsigned i)
{
	char buf[VALUE_MAX + 1];
	struct span spec;
	bool bad;

	w->at = (struct where){ PLACE_DHCP, 0, span_of(w->in->netconf_devices[i]) };
	if (!netconf_get(w->in->netconfs[i], "ROOTPATH", buf, sizeof(buf), &bad)) {
		if (bad)
			plan_warn(w, "the lease is malformed, ignored", NOTHING, NULL);
		return true;
	}
	if (bad)
		return plan_reject(w, "malformed or too long", NOTHING, NULL);
	spec = span_of(buf);
	if (!span_starts_nocase(spec, "iscsi:")) {
		if (spec.n)
			plan_warn(w, "not an iSCSI root-path, ignored", spec, NULL);
		return true;
	}
	spec.p += strlen("iscsi:");
	spec.n -= strlen("iscsi:");
	return add_spec(w, spec, SRC_DHCP);
}

static bool targets_from_dhcp(struct work *w)
{
	unsigned i;

	for (i = 0; i < w->in->n_netconfs; i++)
		if (!root_path(w, i))
			return false;
	if (w->p->n_targets)
		return true;
	w->p->wants_dhcp_target = true;
	if (!w->in->n_netconfs || w->in->lost_leases)
		return true;
	at_word(w, w->root_dhcp ? "root" : "netroot");
	return plan_reject(w, "no DHCP server gave an iSCSI root-path", span_of("dhcp"),
			   "option 17: iscsi:SERVER:::LUN:NAME");
}

/* In the order of the sources; within the command line root=iscsi: beats netroot=, and both beat
 * the keys. */
bool targets_build(struct work *w)
{
	char buf[VALUE_MAX + 1];
	struct span v;

	if (w->has_root_spec && w->root_spec.n) {
		at_word(w, "netroot");
		if (w->n_netroots)
			plan_warn(w, "not used, beaten by",
				  span_of("root=iscsi:"), NULL);
		warn_beaten(w, "root=iscsi:");
		at_word(w, "root");
		return add_spec(w, w->root_spec, SRC_CMDLINE);
	}
	if (w->n_netroots)
		return targets_from_netroot(w);
	if (plan_value(w, K_TARGET_NAME, buf, &v) || plan_value(w, K_TARGET_IP, buf, &v))
		return target_from_keys(w);
	if (w->root_dhcp || w->netroot_dhcp)
		return targets_from_dhcp(w);
	at_word(w, w->has_root_spec ? "root" : "netroot");
	return plan_reject(w, "names no target", NOTHING,
			   "give ISCSI_TARGET_NAME and ISCSI_TARGET_IP, or netroot=iscsi:...");
}
