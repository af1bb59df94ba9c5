// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/netconf.h"
#include "plan/auth.h"
#include "plan/settings.h"
#include "plan/spec_target.h"
#include "plan/target.h"

_Static_assert(PORTALS_MAX <= LOGINS_MAX && TARGETS_MAX <= LOGINS_MAX,
	       "either one target has many portals, or each of many targets has one");

/* The targets that ISCSI_TARGET_NAME names, all with the same portals, LUN and credentials. */
static bool targets_from_keys(struct work *w)
{
	struct plan_target *t = w->p->targets;
	const struct setting *name = &w->set[K_TARGET_NAME], *ip = &w->set[K_TARGET_IP];
	char other[INAME_MAX + 1];
	unsigned i;

	if (!settings_read_target(w))
		return false;
	w->at = *t->name ? name->at : ip->at;
	if (!*t->name)
		return work_reject(w, "target address without a target name", NOTHING,
				   "set ISCSI_TARGET_NAME as well");
	if (!t->n_portals)
		return work_reject(w, "target name without an address", span_of(t->name),
				   "set ISCSI_TARGET_IP as well");
	for (i = 1; i < w->n_names; i++) {
		memcpy(other, t[i].name, sizeof(other));
		t[i] = *t;
		memcpy(t[i].name, other, sizeof(other));
	}
	w->p->n_targets = w->n_names;
	memset(w->takes_auth, true, w->n_names);
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
	return spec_target_add(w, w->root_spec, SRC_CMDLINE);
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
		    !spec_target_add(w, v, SRC_CMDLINE))
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
		return spec_target_add(w, spec, SRC_DHCP);
	if (spec.n)
		work_warn(w, "not an iSCSI root-path, ignored", spec, NULL);
	return true;
}

/* What is wrong in the root-path of one NIC must not end the boot from another's. */
static bool targets_from_dhcp(struct work *w)
{
	struct diag bad = { 0 };
	unsigned i;

	for (i = 0; i < w->in->n_netconfs; i++)
		if (!target_from_lease(w, i)) {
			w->secret = false;
			if (bad.reason)
				work_warn_diag(w, &bad);
			bad = *w->why;
		}
	if (w->p->n_targets && bad.reason)
		work_warn_diag(w, &bad);
	if (w->p->n_targets)
		return true;
	w->p->wants_dhcp_target = true;
	if (bad.reason) {
		*w->why = bad;
		return false;
	}
	if (!w->in->n_netconfs || w->in->lost_leases)
		return true;
	work_at_cmdline(w, w->root_dhcp ? "root" : "netroot");
	return work_reject(w, "no DHCP server sent an iSCSI root-path", span_of("dhcp"),
			   "set option 17 to iscsi:SERVER:::LUN:NAME");
}

static bool targets_named(struct work *w)
{
	char buf[KEY_VALUE_MAX + 1];
	struct span v;

	if (work_value(w, K_TARGET_NAME, buf, &v) || work_value(w, K_TARGET_IP, buf, &v))
		return targets_from_keys(w);
	if (work_has_item(w, K_TARGET, SRC_IBFT))
		return true;
	if (w->root_dhcp || w->netroot_dhcp)
		return targets_from_dhcp(w);
	work_at_cmdline(w, "root");
	if (w->firmware.place)
		w->at = w->firmware;
	return work_reject(w, w->firmware.place ? "the iBFT is not read yet, and no target is given"
						: "no target is given", NOTHING,
			   "set ISCSI_TARGET_NAME and ISCSI_TARGET_IP, or netroot=iscsi:...");
}

/* What the keys say about credentials is for each target that names none. */
static bool finish_auth(struct work *w)
{
	struct where at = w->at;
	unsigned i;

	for (i = 0; i < w->p->n_targets; i++) {
		struct plan_auth *a = &w->p->targets[i].auth;

		if (w->takes_auth[i] && !settings_read_credentials(w, a))
			return false;
		w->at = at;
		if (w->takes_auth[i] && !auth_finish(w, a))
			return false;
	}
	return true;
}

/* Whatever source they are from. Names are compared regardless of case, as RFC 3722 has it. */
static bool same_target(const struct plan_target *a, const struct plan_target *b)
{
	return span_same_nocase(span_of(a->name), span_of(b->name)) &&
	       !memcmp(a->lun, b->lun, sizeof(a->lun)) && a->n_portals == b->n_portals &&
	       !strcmp(a->iface, b->iface) && !strcmp(a->netdev, b->netdev) &&
	       !memcmp(&a->auth, &b->auth, sizeof(a->auth)) &&
	       !memcmp(a->portals, b->portals, a->n_portals * sizeof(*a->portals));
}

/* Leave one of each, and no more logins than there is room for. */
static bool targets_finish(struct work *w)
{
	struct plan *p = w->p;
	unsigned i, j, n = 0, logins = 0;

	for (i = 0; i < p->n_targets; i++) {
		for (j = 0; j < n && !same_target(&p->targets[i], &p->targets[j]);)
			j++;
		if (j < n)
			continue;
		if (n != i)
			p->targets[n] = p->targets[i];
		logins += p->targets[n++].n_portals;
	}
	p->n_targets = n;
	return logins <= LOGINS_MAX ||
	       work_reject(w, "more than " LIMIT_TEXT(LOGINS_MAX) " portals of all targets", NOTHING,
			   NULL);
}

/*
 * By precedence of the sources; on the command line root=iscsi:, then netroot=, then the keys.
 * ISCSI_TARGET adds to all of them but to a list of a higher source.
 */
bool targets_build(struct work *w)
{
	bool root = w->has_root_spec, replaced = root || w->n_netroots;

	if (!(root ? target_from_root(w) : w->n_netroots ? targets_from_netroot(w) : targets_named(w)))
		return false;
	if (work_has_item(w, K_TARGET, replaced ? SRC_CMDLINE : SRC_IBFT) &&
	    !settings_read(w, STAGE_MORE_TARGETS))
		return false;
	return finish_auth(w) && targets_finish(w);
}
