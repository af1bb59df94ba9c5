// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The readers that KEYS names: each checks one value and puts it into the plan. w->at is where the
 * value was found.
 */
#include <string.h>

#include "plan/auth.h"
#include "plan/initiator.h"
#include "plan/parse.h"
#include "plan/settings.h"
#include "plan/spec_target.h"

#define SECONDS_MAX 1000000	/* eleven days; as microseconds they fit into 64 bits */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Beside a target that is named; alone it makes no plan, see build.c. */
static bool read_auto(struct work *w, struct span v)
{
	if (work_is_true(v) && w->named)
		work_warn(w, "has no effect", v, HINT_NO_IBFT);
	return true;
}

static bool read_initiator(struct work *w, struct span v)
{
	return initiator_take(w, v);
}

/* Take the next word off @rest, between white space. */
static struct span next_name(struct span *rest)
{
	struct span name;

	while (rest->n && is_blank(*rest->p))
		span_skip(rest, 1);
	name = (struct span){ rest->p, 0 };
	while (rest->n && !is_blank(*rest->p)) {
		span_skip(rest, 1);
		name.n++;
	}
	return name;
}

/* White space between two names, each of which begins as one, is no misspelt name. */
static bool are_names(struct span v)
{
	struct span name = next_name(&v);
	bool any = name.n;

	while (name.n && plan_begins_name(name))
		name = next_name(&v);
	return any && !name.n;
}

static bool read_target_name(struct work *w, struct span v)
{
	bool several = are_names(v);
	struct span rest = v, name = several ? next_name(&rest) : v;

	for (w->n_names = 0; name.n; name = several ? next_name(&rest) : NOTHING) {
		if (w->n_names == TARGETS_MAX)
			return work_reject(w, "more than " LIMIT_TEXT(TARGETS_MAX) " targets", name,
					   NULL);
		if (!parse_target_name(w, name, w->p->targets[w->n_names].name))
			return false;
		w->n_names++;
	}
	return true;
}

/* As root=iscsi: without the scheme; with it the meaning is the same. */
static bool read_target(struct work *w, struct span v)
{
	work_take_scheme(&v);
	return spec_target_add(w, v, w->source);
}

static bool read_target_port(struct work *w, struct span v)
{
	return parse_port(w, v, &w->port);
}

static bool read_target_group(struct work *w, struct span v)
{
	return parse_uint16(w, v, 0, &w->group, "not a valid target portal group tag",
			    "use 0 to 65535");
}

static bool read_lun(struct work *w, struct span v)
{
	return parse_lun(w, v, false, w->p->targets[0].lun);
}

static bool same_portal(const struct plan_portal *a, const struct plan_portal *b)
{
	return addr_eq(&a->addr, &b->addr) && a->port == b->port && a->group == b->group &&
	       !strcmp(a->host, b->host);
}

static bool add_portal(struct work *w, struct span text, struct plan_target *t)
{
	struct plan_portal portal = { 0 };
	unsigned i;

	if (!parse_portal(w, text, w->port, w->group, &portal))
		return false;
	for (i = 0; i < t->n_portals; i++)
		if (same_portal(&portal, &t->portals[i]))
			return true;
	if (t->n_portals == PORTALS_MAX)
		return work_reject(w, "more than " LIMIT_TEXT(PORTALS_MAX) " portals", text, NULL);
	t->portals[t->n_portals++] = portal;
	return true;
}

static bool is_separator(char c)
{
	return c == ',' || is_blank(c);
}

static bool read_target_ip(struct work *w, struct span v)
{
	struct plan_target *t = &w->p->targets[0];
	size_t i = 0, from;

	while (i < v.n) {
		while (i < v.n && is_separator(v.p[i]))
			i++;
		for (from = i; i < v.n && !is_separator(v.p[i]);)
			i++;
		if (i > from && !add_portal(w, (struct span){ v.p + from, i - from }, t))
			return false;
	}
	return true;
}

static bool read_credential(struct work *w, struct span v, char *dst)
{
	bool secret = key_row(w->key)->kind == KEY_SECRET;
	bool good = auth_copy(w, v, secret, dst);

	if (good && secret && w->set[w->key].source == SRC_CMDLINE)
		auth_note_secret(w);
	return good;
}

static bool read_username(struct work *w, struct span v)
{
	return read_credential(w, v, w->auth->username);
}

static bool read_password(struct work *w, struct span v)
{
	return read_credential(w, v, w->auth->password);
}

static bool read_in_username(struct work *w, struct span v)
{
	return read_credential(w, v, w->auth->username_in);
}

static bool read_in_password(struct work *w, struct span v)
{
	return read_credential(w, v, w->auth->password_in);
}

static bool read_seconds(struct work *w, struct span v, unsigned min, const char *hint,
			 unsigned *out)
{
	uint64_t n;

	if (!scan_uint(v, SECONDS_MAX, &n) || n < min)
		return work_reject(w, "not a valid number of seconds", v, hint);
	*out = n;
	return true;
}

static bool read_timeout(struct work *w, struct span v)
{
	return read_seconds(w, v, 0, "use 1 to " LIMIT_TEXT(SECONDS_MAX) ", or 0 for no limit",
			    &w->p->deadline_s);
}

static bool read_replacement_timeout(struct work *w, struct span v)
{
	unsigned seconds = 0;

	w->p->replacement_timeout = -1;
	if (span_eq_nocase(v, "never"))
		return true;
	if (!read_seconds(w, v, 1, "use 1 to " LIMIT_TEXT(SECONDS_MAX) ", or never", &seconds))
		return false;
	w->p->replacement_timeout = seconds;
	return true;
}

static bool read_engine(struct work *w, struct span v)
{
	w->p->native = span_eq(v, "native");
	if (w->p->native || span_eq(v, "iscsistart"))
		return true;
	return work_reject(w, "unknown engine", v, "use iscsistart or native");
}

static bool read_clocksource(struct work *w, struct span v)
{
	if (!span_only(v, "_-") || !span_copy(v, w->p->clocksource, sizeof(w->p->clocksource)))
		return work_reject(w, "not a valid clocksource name", v,
				   "use one that available_clocksource in /sys lists");
	return true;
}

static bool read_network(struct work *w, struct span v)
{
	w->p->leave_network = span_eq(v, "leave");
	return w->p->leave_network || span_eq(v, "hold") ||
	       work_reject(w, "unknown value", v, "use hold or leave");
}

static bool read_bypass(struct work *w, struct span v)
{
	w->p->bypass = work_is_true(v);
	return true;
}

static bool read_duplicate_check(struct work *w, struct span v)
{
	if (work_is_true(v))
		work_warn(w, "has no effect", v, "the boot does not probe for another instance yet");
	return true;
}

/* The timeout is ours to set as well: what iscsistart gets last counts there. */
static bool note_timeout(struct work *w, struct span name, struct span value)
{
	struct plan *p = w->p;
	unsigned seconds = 0;

	if (!span_eq(name, "node.session.timeo.replacement_timeout"))
		return true;
	if (!(value.n > 1 && *value.p == '-') &&
	    !read_seconds(w, value, 1, "use 1 to " LIMIT_TEXT(SECONDS_MAX) ", or -1 for never", &seconds))
		return false;
	if (p->replacement_timeout && !w->timeout_by_param)
		work_warn(w, "replaces ISCSI_REPLACEMENT_TIMEOUT", value, NULL);
	p->replacement_timeout = seconds ? (int)seconds : -1;
	w->timeout_by_param = true;
	return true;
}

static bool add_param(struct work *w, struct span v)
{
	struct plan *p = w->p;
	struct span value = v, name;

	if (span_has_control(v))
		return work_reject(w, "contains a control character", v, NULL);
	if (!span_cut(&value, '=', &name) || !name.n || !span_only(name, "._[]-") || !value.n)
		return work_reject(w, "not in the form NAME=VALUE", v,
				   "for example node.conn[0].timeo.noop_out_interval=5");
	if (p->n_params == PARAMS_MAX)
		return work_reject(w, "more than " LIMIT_TEXT(PARAMS_MAX) " parameters", v, NULL);
	if (!span_copy(v, p->params[p->n_params], PARAM_MAX + 1))
		return work_reject(w, "longer than " LIMIT_TEXT(PARAM_MAX) " bytes", name, NULL);
	p->n_params++;
	return note_timeout(w, name, value);
}

/* As in dracut, a value with spaces in it is several parameters. */
static bool read_param(struct work *w, struct span v)
{
	struct span one;

	w->secret = key_names_secret(v);	/* the second part of a secret has no name in it */
	while (v.n) {
		span_cut(&v, ' ', &one);
		if (one.n && !add_param(w, one))
			return false;
	}
	w->secret = false;
	return true;
}

typedef bool reader(struct work *w, struct span value);

static reader *const readers[] = {
#define ROW(name, alias, rd, stage, kind, read) [K_##name] = read,
	KEYS(ROW)
#undef ROW
};

/* Where the file's list has anything in it, xenstore's does not count. */
static bool read_list(struct work *w, enum key k)
{
	char buf[KEY_VALUE_MAX + 1];
	unsigned i, n = w->n_list < LIST_ITEMS ? w->n_list : LIST_ITEMS;
	enum source found_in = SRC_CMDLINE;
	bool found = false;
	struct span v;

	for (i = 0; i < n; i++) {
		const struct setting *s = &w->list[i].setting;

		if (w->list[i].key != k)
			continue;
		if (found && s->source != found_in)
			break;
		if (!work_unquote(w, s, buf, &v))
			continue;
		found = true;
		found_in = w->source = s->source;
		if (!readers[k](w, v))
			return false;
	}
	if (w->n_list > LIST_ITEMS)
		return work_reject(w, "more than " LIMIT_TEXT(PARAMS_MAX) " parameters", NOTHING,
				   NULL);
	return true;
}

bool settings_read(struct work *w, enum key_stage stage)
{
	char buf[KEY_VALUE_MAX + 1];
	struct span v;
	enum key k;

	for (k = 0; k < K_COUNT; k++) {
		const struct key_row *row = key_row(k);

		if (row->stage != stage)
			continue;
		w->key = k;
		if (row->kind == KEY_LIST ? !read_list(w, k)
					  : work_value(w, k, buf, &v) && !readers[k](w, v))
			return false;
	}
	return true;
}

bool settings_read_target(struct work *w)
{
	struct plan_target *t = &w->p->targets[0];

	memset(t, 0, sizeof(*t));	/* padding too: portals are compared */
	t->source = w->set[K_TARGET_NAME].source;
	w->port = PLAN_PORT;
	w->group = PLAN_GROUP;
	return settings_read(w, STAGE_TARGET) && settings_read(w, STAGE_PORTALS);
}

bool settings_read_credentials(struct work *w, struct plan_auth *a)
{
	w->auth = a;
	return settings_read(w, STAGE_CREDENTIALS);
}
