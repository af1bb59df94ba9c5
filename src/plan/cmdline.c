// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/cmdline.h"
#include "plan/ip.h"

/* As the kernel's isspace(), for which Latin-1's no-break space is one, too. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

static void drop(struct span *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static struct span without_last_quote(struct span s)
{
	if (s.n && s.p[s.n - 1] == '"')
		s.n--;
	return s;
}

/* Take the next one off @rest, as next_arg() of the kernel does; false at the end and at "--". */
static bool next_parameter(struct span *rest, struct parameter *p)
{
	size_t i, equals = 0;
	bool in_quote, quoted;

	while (rest->n && is_space(*rest->p))
		drop(rest, 1);
	if (!rest->n || !*rest->p)
		return false;
	in_quote = quoted = *rest->p == '"';
	if (quoted)
		drop(rest, 1);
	for (i = 0; i < rest->n && rest->p[i]; i++) {
		if (is_space(rest->p[i]) && !in_quote)
			break;
		if (!equals && rest->p[i] == '=')
			equals = i;
		if (rest->p[i] == '"')
			in_quote = !in_quote;
	}
	*p = (struct parameter){ .name = { rest->p, i }, .value = { rest->p + i, 0 },
				 .has_value = equals };
	if (equals) {
		p->name.n = equals;
		p->value = (struct span){ rest->p + equals + 1, i - equals - 1 };
		if (p->value.n && *p->value.p == '"') {
			drop(&p->value, 1);
			p->value = without_last_quote(p->value);
		} else if (quoted) {
			p->value = without_last_quote(p->value);
		}
	} else if (quoted) {
		p->name = without_last_quote(p->name);
	}
	drop(rest, i);
	return p->has_value || !span_eq(p->name, "--");
}

/* The first one is told. */
static void note_firmware(struct work *w, const struct parameter *p)
{
	if (!w->firmware.place)
		w->firmware = (struct where){ PLACE_CMDLINE, 0, p->name };
}

static void gather_key(struct work *w, const struct parameter *p)
{
	struct setting s = { .set = true, .source = SRC_CMDLINE, .raw = p->value,
			     .at = { PLACE_CMDLINE, 0, p->name } };

	if ((p->key == K_AUTO || p->key == K_BYPASS) && !p->has_value)
		s.raw = span_of("1");
	if (key_row(p->key)->kind == KEY_LIST)
		work_add_item(w, p->key, &s);
	else
		w->set[p->key] = s;
}

static void gather_netroot(struct work *w, const struct parameter *p)
{
	struct span v = p->value;

	if (span_eq_nocase(v, "dhcp"))
		w->netroot_dhcp = true;
	else if (work_is_bare_scheme(v))
		note_firmware(w, p);	/* who else could name the target? */
	else if (work_take_scheme(&v))
		w->n_netroots++;
}

static void gather_root(struct work *w, struct span v)
{
	w->root = v;
	w->root_dhcp = span_eq_nocase(v, "dhcp");
	if (work_is_bare_scheme(v)) {
		w->root_bare = true;
	} else if (work_take_scheme(&v)) {
		w->has_root_spec = true;
		w->root_spec = v;
	}
}

static void gather_param(struct work *w, const struct parameter *p)
{
	switch (p->param) {
	case P_ROOT:
		gather_root(w, p->value);
		break;
	case P_NETROOT:
		gather_netroot(w, p);
		break;
	case P_ISCSIROOT:
		w->off = p->has_value && !work_is_true(p->value);
		break;
	case P_RD_FIRMWARE:
	case P_ISCSI_FIRMWARE:
	case P_RD_IBFT:
		if (!p->has_value || work_is_true(p->value))
			note_firmware(w, p);
		break;
	case P_IP:
		if (ip_asks_firmware(p->value))
			note_firmware(w, p);
		break;
	case P_RD_BOOTIF:
		w->ignore_bootif = p->has_value && !work_is_true(p->value);
		break;
	default:
		break;
	}
}

void cmdline_gather(struct work *w)
{
	struct span rest = w->in->cmdline;
	struct parameter p;

	while (next_parameter(&rest, &p)) {
		p.key = key_find(p.name);
		p.param = param_find(p.name);
		/* a name where a whole target should be: iscsi_target= means ISCSI_TARGET_NAME */
		if (p.key == K_TARGET && plan_begins_name(p.value))
			p.key = K_NONE;
		if (p.key != K_NONE)
			gather_key(w, &p);
		else if (p.param != P_NONE)
			gather_param(w, &p);
		else if (!key_is_ours(p.name))
			continue;
		/* beyond the ceiling they still count for whether an iSCSI root is asked for */
		if (w->n_parameters < CMDLINE_PARAMETERS_MAX)
			w->parameters[w->n_parameters++] = p;
		else
			w->too_many = true;
	}
}

static bool check_iscsiroot(struct work *w, struct span v)
{
	if (work_is_true(v) && !span_eq_nocase(v, "on") && !span_eq_nocase(v, "1") &&
	    !span_eq_nocase(v, "yes"))
		work_warn(w, "unknown value, ignored", v,
			  "iscsiroot=off turns iSCSI off; netroot=iscsi:... names a target");
	return true;
}

static bool check_param(struct work *w, const struct parameter *p)
{
	const struct param_row *row = param_row(p->param);

	switch (row->use) {
	case PARAM_NO_EFFECT_IF_TRUE:
		if (w->named && (!p->has_value || work_is_true(p->value)))
			work_warn(w, "has no effect", p->value, row->hint);
		return true;
	case PARAM_NO_EFFECT:
		work_warn(w, "has no effect", p->value, row->hint);
		return true;
	case PARAM_ONLY_TCP:
		return !p->value.n || span_eq(p->value, "tcp") ||
		       work_reject(w, "not supported", p->value, row->hint);
	default:
		return p->param != P_ISCSIROOT || check_iscsiroot(w, p->value);
	}
}

static bool check_parameter(struct work *w, const struct parameter *p)
{
	w->at = (struct where){ PLACE_CMDLINE, 0, p->name };
	if (p->key == K_NONE && p->param == P_NONE) {
		work_warn_unknown(w, p->name);
		return true;
	}
	if (p->key == K_NONE && param_row(p->param)->use == PARAM_REJECTED)
		return work_reject(w, "not supported yet", p->value, param_row(p->param)->hint);
	if (p->value.n && memchr(p->value.p, '"', p->value.n))
		return work_reject(w, "double quote inside the value", p->value,
				   "quote the whole value, or put it into " PLACE_FILE);
	return p->key != K_NONE || check_param(w, p);
}

bool cmdline_unknown(struct work *w)
{
	unsigned i;

	for (i = 0; i < w->n_parameters; i++) {
		const struct parameter *p = &w->parameters[i];

		if (p->key != K_NONE || p->param != P_NONE)
			continue;
		w->at = (struct where){ PLACE_CMDLINE, 0, p->name };
		work_reject(w, "unknown key, ignored", NOTHING,
			    key_is_misnomer(p->name) ? HINT_RIGHT_KEYS : NULL);
		return true;
	}
	return false;
}

bool cmdline_check(struct work *w)
{
	unsigned i;

	for (i = 0; i < w->n_parameters; i++)
		if (!check_parameter(w, &w->parameters[i]))
			return false;
	w->at = (struct where){ PLACE_CMDLINE, 0, NOTHING };
	return !w->too_many ||
	       work_reject(w, "more than " LIMIT_TEXT(CMDLINE_PARAMETERS_MAX)
			   " iSCSI and network parameters", NOTHING, "remove some");
}
