// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/netconf.h"
#include "plan/auth.h"
#include "plan/parse.h"
#include "plan/settings.h"
#include "plan/spec.h"
#include "plan/target.h"

_Static_assert(PORTALS_MAX <= LOGINS_MAX && TARGETS_MAX <= LOGINS_MAX,
	       "either one target has many portals, or each of many targets has one");

static bool target_from_keys(struct work *w)
{
	struct plan_target *t = &w->p->targets[0];
	const struct setting *name = &w->set[K_TARGET_NAME], *ip = &w->set[K_TARGET_IP];

	if (!settings_read_target(w))
		return false;
	w->at = *t->name ? name->at : ip->at;
	if (!*t->name)
		return work_reject(w, "target address without a target name", NOTHING,
				   "set ISCSI_TARGET_NAME as well");
	if (!t->n_portals)
		return work_reject(w, "target name without an address", span_of(t->name),
				   "set ISCSI_TARGET_IP as well");
	if (!auth_finish(w, &t->auth))
		return false;
	w->p->n_targets = 1;
	return true;
}

static bool spec_credentials(struct work *w, struct span creds, struct plan_auth *a)
{
	char *const dst[4] = { a->username, a->password, a->username_in, a->password_in };
	struct span part;
	unsigned n;
	bool more = true;

	for (n = 0; more; n++) {
		more = span_cut(&creds, ':', &part);
		if (n == 4 || (!n && !more) || (n == 2 && !more))
			return work_reject(w, "credentials are not USER:PASSWORD or "
					   "USER:PASSWORD:USER:PASSWORD", NOTHING,
					   "use ISCSI_USERNAME and so on if one has a colon in it");
		if (!auth_copy(w, part, n & 1, dst[n]))
			return false;
	}
	return true;
}

/* Everything but the credentials. */
static bool spec_fields(struct work *w, const struct spec *s, struct plan_target *t)
{
	struct plan_portal *portal = &t->portals[0];
	const struct span *f = s->field;

	if (!f[0].n)
		return work_reject(w, "target name without an address", span_of(t->name),
				   "put the server first");
	if (!parse_host(w, f[0], portal))
		return false;
	if (f[1].n && !span_eq(f[1], "6") && !span_eq_nocase(f[1], "tcp"))
		return work_reject(w, "not a supported protocol", f[1], "use 6, tcp or nothing");
	portal->port = PLAN_PORT;
	portal->group = PLAN_GROUP;
	t->n_portals = 1;
	if (f[2].n && !parse_port(w, f[2], &portal->port))
		return false;
	if (s->n_fields == SPEC_FIELDS) {
		if (f[3].n && !parse_device(w, f[3], t->iface))
			return false;
		if (f[4].n && !parse_device(w, f[4], t->netdev))
			return false;
	}
	return parse_lun(w, f[s->n_fields - 1], t->source == SRC_DHCP, t->lun);
}

static bool spec_auth(struct work *w, const struct spec *s, struct plan_target *t)
{
	struct where at = w->at;

	if (s->credentials.n && !spec_credentials(w, s->credentials, &t->auth))
		return false;
	if (s->credentials.n && t->source == SRC_CMDLINE)
		auth_note_secret(w);
	if (!s->credentials.p && !settings_read_credentials(w, &t->auth))
		return false;
	w->at = at;
	return auth_finish(w, &t->auth);
}

static bool add_spec(struct work *w, struct span text, enum source source)
{
	struct plan *p = w->p;
	struct plan_target *t;
	struct spec s;
	bool good = spec_split(text, &s);
	unsigned i;

	/* an @ that ends no credentials may be in misspelt ones all the same */
	w->secret = !s.credentials.p &&
		    memchr(text.p, '@', good ? (size_t)(s.name.p - text.p) : text.n);
	if (!good)
		return work_reject(w, "not [USER:PASSWORD@]SERVER:[PROTOCOL]:[PORT]:[LUN]:NAME", text,
				   "NAME starts with iqn., eui. or naa.; write IPv6 in brackets");
	if (p->n_targets == TARGETS_MAX)
		return work_reject(w, "more than " LIMIT_TEXT(TARGETS_MAX) " targets", s.name, NULL);
	t = &p->targets[p->n_targets];
	memset(t, 0, sizeof(*t));	/* padding too: targets are compared */
	t->source = source;
	if (!parse_target_name(w, s.name, t->name) || !spec_fields(w, &s, t))
		return false;
	w->secret = false;
	if (!spec_auth(w, &s, t))
		return false;
	for (i = 0; i < p->n_targets; i++)
		if (!memcmp(t, &p->targets[i], sizeof(*t)))
			return true;
	p->n_targets++;
	return true;
}

/* The keys of the same source are the user's as well: tell that they do not count. */
static void warn_keys_ignored(struct work *w, const char *reason)
{
	enum key k = w->set[K_TARGET_NAME].set ? K_TARGET_NAME : K_TARGET_IP;

	if (!w->set[k].set || w->set[k].source != SRC_CMDLINE)
		return;
	w->at = w->set[k].at;
	work_warn(w, reason, NOTHING, NULL);
}

static bool target_from_root(struct work *w)
{
	work_at_cmdline(w, "netroot");
	if (w->n_netroots)
		work_warn(w, "ignored, root=iscsi: takes precedence", NOTHING, NULL);
	warn_keys_ignored(w, "ignored, root=iscsi: takes precedence");
	work_at_cmdline(w, "root");
	return add_spec(w, w->root_spec, SRC_CMDLINE);
}

static bool targets_from_netroot(struct work *w)
{
	unsigned i;

	work_at_cmdline(w, "netroot");
	warn_keys_ignored(w, "ignored, netroot= takes precedence");
	for (i = 0; i < w->n_parameters; i++) {
		struct span v = w->parameters[i].value;

		work_at_cmdline(w, "netroot");
		if (w->parameters[i].param == P_NETROOT && work_take_scheme(&v) && v.n &&
		    !add_spec(w, v, SRC_CMDLINE))
			return false;
	}
	return true;
}

static bool target_from_lease(struct work *w, unsigned i)
{
	char buf[KEY_VALUE_MAX + 1];
	struct span spec;
	bool bad;

	w->at = (struct where){ PLACE_DHCP, 0, span_of(w->in->netconf_devices[i]) };
	if (!netconf_get(w->in->netconfs[i], "ROOTPATH", buf, sizeof(buf), &bad)) {
		if (bad)
			work_warn(w, "malformed lease, ignored", NOTHING, NULL);
		return true;
	}
	if (bad)
		return work_reject(w, "malformed or too long", NOTHING, NULL);
	spec = span_of(buf);
	if (work_take_scheme(&spec))
		return add_spec(w, spec, SRC_DHCP);
	if (spec.n)
		work_warn(w, "not an iSCSI root-path, ignored", spec, NULL);
	return true;
}

static bool targets_from_dhcp(struct work *w)
{
	unsigned i;

	for (i = 0; i < w->in->n_netconfs; i++)
		if (!target_from_lease(w, i))
			return false;
	if (w->p->n_targets)
		return true;
	w->p->wants_dhcp_target = true;
	if (!w->in->n_netconfs || w->in->lost_leases)
		return true;
	work_at_cmdline(w, w->root_dhcp ? "root" : "netroot");
	return work_reject(w, "no DHCP server sent an iSCSI root-path", span_of("dhcp"),
			   "set option 17 to iscsi:SERVER:::LUN:NAME");
}

/* By precedence of the sources; on the command line root=iscsi:, then netroot=, then the keys. */
bool targets_build(struct work *w)
{
	char buf[KEY_VALUE_MAX + 1];
	struct span v;

	if (w->has_root_spec && w->root_spec.n)
		return target_from_root(w);
	if (w->n_netroots)
		return targets_from_netroot(w);
	if (work_value(w, K_TARGET_NAME, buf, &v) || work_value(w, K_TARGET_IP, buf, &v))
		return target_from_keys(w);
	if (w->root_dhcp || w->netroot_dhcp)
		return targets_from_dhcp(w);
	work_at_cmdline(w, w->has_root_spec ? "root" : "netroot");
	return work_reject(w, "no target is given", NOTHING,
			   "set ISCSI_TARGET_NAME and ISCSI_TARGET_IP, or netroot=iscsi:...");
}
