// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/auth.h"
#include "plan/parse.h"
#include "plan/spec.h"
#include "plan/spec_target.h"

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
	if (!s->credentials.n)
		return true;
	if (!spec_credentials(w, s->credentials, &t->auth))
		return false;
	if (t->source == SRC_CMDLINE)
		auth_note_secret(w);
	return auth_finish(w, &t->auth);
}

bool spec_target_add(struct work *w, struct span text, enum source source)
{
	struct plan *p = w->p;
	struct plan_target *t;
	struct spec s;
	bool good = spec_split(text, &s);

	/* an @ that ends no credentials may be in misspelt ones all the same */
	w->secret = !s.credentials.p &&
		    memchr(text.p, '@', good ? (size_t)(s.name.p - text.p) : text.n);
	if (!good)
		return work_reject(w, "not [USER:PASSWORD@]SERVER:[PROTOCOL]:[PORT]:[LUN]:NAME", text,
				   "NAME starts with iqn., eui. or naa.; write IPv6 in brackets");
	if (p->n_targets == TARGETS_MAX)
		return work_reject(w, "more than " LIMIT_TEXT(TARGETS_MAX) " targets", s.name, NULL);
	t = &p->targets[p->n_targets];
	memset(t, 0, sizeof(*t));	/* padding too: portals are compared */
	t->source = source;
	if (!parse_target_name(w, s.name, t->name) || !spec_fields(w, &s, t))
		return false;
	w->secret = false;
	if (!spec_auth(w, &s, t))
		return false;
	w->takes_auth[p->n_targets++] = !s.credentials.p;
	return true;
}
