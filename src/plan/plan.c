// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: what asks for an iSCSI root, in which order the sources count, and what must be there. */
#include <string.h>

#include "plan/parts.h"

#define DEADLINE_S 180
#define TIMEOUT_MAX 1000000	/* seconds: eleven days; within int as microseconds never come */

/*
 * What may be a secret is left out. An @ stands behind credentials; or in a name, where a warning
 * tells of it.
 */
static bool describe(const struct work *w, const char *reason, struct span value,
			     const char *hint, struct diag *d)
{
	if (w->secret || names_secret(w->at.key) || names_secret(value) ||
	    (value.n && memchr(value.p, '@', value.n) && (d == w->why || !begins_name(value))))
		value = NOTHING;
	diag_at(d, w->at.place, w->at.line, w->at.key.p, w->at.key.n);
	return diag_set(d, reason, value.p, value.n, hint);
}

bool plan_reject(struct work *w, const char *reason, struct span value,
		 const char *hint)
{
	return describe(w, reason, value, hint, w->why);
}

/* The last place says how many there were beyond it. */
static void count_left_out(struct work *w)
{
	out_text(w->p->warnings[WARNINGS_MAX - 1], WARNING_MAX + 1, "%u more warnings", ++w->left_out);
}

bool plan_warned(const struct plan *p, const char *text)
{
	unsigned i;

	for (i = 0; i < p->n_warnings; i++)
		if (!strcmp(p->warnings[i], text))
			return true;
	return false;
}

void plan_warn(struct work *w, const char *reason, struct span value,
	       const char *hint)
{
	struct plan *p = w->p;
	struct diag d = { 0 };
	char text[WARNING_MAX + 1];

	if (!p)
		return;		/* plan_asked(): nobody to warn */
	describe(w, reason, value, hint, &d);
	diag_format(&d, text, sizeof(text));
	if (plan_warned(p, text))
		return;
	if (p->n_warnings < WARNINGS_MAX - 1) {
		memcpy(p->warnings[p->n_warnings++], text, sizeof(text));
		return;
	}
	p->n_warnings = WARNINGS_MAX;
	count_left_out(w);
}

bool plan_value(struct work *w, enum key k, char buf[VALUE_MAX + 1], struct span *value)
{
	const struct setting *s = &w->set[k];
	struct span raw = s->raw;
	struct out o;

	if (!s->set || !raw.n)
		return false;
	w->at = s->at;
	if (s->shell) {
		out_init(&o, buf, VALUE_MAX + 1);
		if (quote_word(&raw, &o))
			return false;
		raw = (struct span){ buf, o.len };
	}
	*value = raw;
	return raw.n;
}

static bool is_set(struct work *w, enum key k)
{
	char buf[VALUE_MAX + 1];
	struct span v;

	/* a value that cannot be read is one all the same: asked for, and invalid */
	return plan_value(w, k, buf, &v) || (w->set[k].shell && w->file_bad && w->set[k].raw.n);
}

static bool is_true(struct work *w, enum key k)
{
	char buf[VALUE_MAX + 1];
	struct span v;

	return plan_value(w, k, buf, &v) && span_true(v);
}

static bool asked(struct work *w)
{
	return !w->off &&
	       (w->has_root_spec || w->n_netroots || w->netroot_bare || w->netroot_dhcp ||
		w->root_dhcp || w->firmware || is_true(w, K_AUTO) ||
		is_set(w, K_TARGET_NAME) || is_set(w, K_TARGET_IP));
}

static void begin(struct work *w, const struct plan_input *in, struct plan *p, struct diag *why)
{
	memset(w, 0, sizeof(*w));
	memset(p, 0, sizeof(*p));
	memset(why, 0, sizeof(*why));
	w->in = in;
	w->p = p;
	w->why = why;
	p->deadline_s = DEADLINE_S;
}

static bool read_seconds(struct work *w, enum key k, unsigned min, struct span v, unsigned *out)
{
	uint64_t n;

	if (!scan_uint(v, TIMEOUT_MAX, &n) || n < min)
		return plan_reject(w, "not a number of seconds", v,
				   k == K_TIMEOUT ? "0 to 1000000, 0: for ever"
						  : "never, or 1 to 1000000");
	*out = n;
	return true;
}

static bool read_clocksource(struct work *w, struct span v)
{
	if (!span_only(v, "_-") || !span_copy(v, w->p->clocksource, sizeof(w->p->clocksource)))
		return plan_reject(w, "not the name of a clock source", v,
				   "available_clocksource lists them");
	return true;
}

static bool read_network(struct work *w, struct span v)
{
	w->p->leave_network = span_eq(v, "leave");
	return w->p->leave_network || span_eq(v, "hold") ||
	       plan_reject(w, "not a word of this key", v, "hold, or leave: to its network manager");
}

static bool read_engine(struct work *w, struct span v)
{
	if (span_eq(v, "iscsistart"))
		return true;
	return plan_reject(w, span_eq(v, "native") ? "not supported yet" : "no such engine", v,
			   "iscsistart is the one there is");
}

static bool read_scalars(struct work *w)
{
	char buf[VALUE_MAX + 1];
	struct span v;
	unsigned seconds = 0;

	if (plan_value(w, K_TIMEOUT, buf, &v) &&
	    !read_seconds(w, K_TIMEOUT, 0, v, &w->p->deadline_s))
		return false;
	if (plan_value(w, K_REPLACEMENT, buf, &v)) {
		w->p->replacement_timeout = -1;
		if (!span_eq_nocase(v, "never")) {
			if (!read_seconds(w, K_REPLACEMENT, 1, v, &seconds))
				return false;
			w->p->replacement_timeout = seconds;
		}
	}
	if (plan_value(w, K_CLOCKSOURCE, buf, &v) && !read_clocksource(w, v))
		return false;
	if (plan_value(w, K_NETWORK, buf, &v) && !read_network(w, v))
		return false;
	return !plan_value(w, K_ENGINE, buf, &v) || read_engine(w, v);
}

static bool add_param(struct work *w, struct span v)
{
	struct span value = v, name;

	if (span_has_control(v))
		return plan_reject(w, "a control byte", v, NULL);
	if (!span_cut(&value, '=', &name) || !name.n || !span_only(name, "._[]-") || !value.n)
		return plan_reject(w, "not NAME=VALUE", v,
				   "node.conn[0].timeo.noop_out_interval=5");
	if (w->p->n_params == PARAMS_MAX)
		return plan_reject(w, "more than 16 of them", v, NULL);
	if (!span_copy(v, w->p->params[w->p->n_params], PARAM_MAX + 1))
		return plan_reject(w, "longer than 255 bytes", name, NULL);
	w->p->n_params++;
	return true;
}

/* As dracut has it, a value with blanks in it is several. */
static bool add_params(struct work *w, struct span v)
{
	struct span one;

	w->secret = names_secret(v);	/* the second half of one does not say so itself */
	while (v.n) {
		span_cut(&v, ' ', &one);
		if (one.n && !add_param(w, one))
			return false;
	}
	w->secret = false;
	return true;
}

static bool file_params(struct work *w)
{
	struct file_iter it = { w->in->file, 0 };
	struct file_line l = { .at.place = PLACE_FILE };
	char buf[VALUE_MAX + 1];
	struct out o;

	while (file_next(&it, &l)) {
		if (key_find(l.at.key) != K_PARAM || l.error)
			continue;
		out_init(&o, buf, sizeof(buf));
		quote_word(&l.raw, &o);
		w->at = l.at;
		if (!add_params(w, (struct span){ buf, o.len }))
			return false;
	}
	return true;
}

static bool read_params(struct work *w)
{
	struct span rest = w->in->cmdline;
	struct word word;

	if (!w->param_on_cmdline) {
		if (!file_params(w))
			return false;
		if (w->p->n_params)
			return true;
		w->at = (struct where){ PLACE_XENSTORE, 0, span_of("param") };
		return add_params(w, w->xenstore_param);
	}
	while (word_next(&rest, &word))
		if (key_find(word.key) == K_PARAM) {
			w->at = word_at(&word);
			if (!add_params(w, word.value))
				return false;
		}
	return true;
}

static bool read_initiator(struct work *w)
{
	char buf[VALUE_MAX + 1];
	struct span v;

	if (plan_value(w, K_INITIATOR, buf, &v))
		return parse_name(w, v, w->p->initiator);
	return initiator_from_file(w);
}

static bool need_initiator(struct work *w)
{
	if (*w->p->initiator)
		return true;
	w->at = (struct where){ PLACE_INITIATOR, 0, span_of("InitiatorName") };
	return plan_reject(w, "no initiator name anywhere", NOTHING,
			   "write InitiatorName=iqn... there, or give ISCSI_INITIATOR");
}

static bool refuse_inputs(struct work *w)
{
	if (is_true(w, K_AUTO))
		return plan_reject(w, "not supported yet", NOTHING,
				   "no iBFT; name the target");
	return true;
}

/* What DHCP's servers sent stops no boot that has its target from elsewhere. */
static bool check_leases(struct work *w)
{
	if (!w->in->lost_leases)
		return true;
	w->at = (struct where){ "/run/net-*.conf", 0, NOTHING };
	if (w->p->wants_dhcp_target)
		return plan_reject(w, w->in->lost_leases, NOTHING, NULL);
	plan_warn(w, w->in->lost_leases, NOTHING, "ignored");
	return true;
}

enum plan_result plan_build(const struct plan_input *in, struct plan *p, struct diag *why)
{
	struct work w;

	begin(&w, in, p, why);
	cmdline_gather(&w);
	file_gather(&w);
	xenstore_gather(&w);
	if (!asked(&w))
		return PLAN_NONE;
	if (w.file_bad || !cmdline_check(&w) || !refuse_inputs(&w) || !targets_build(&w) ||
	    !check_leases(&w) || !read_initiator(&w) || !need_initiator(&w) || !read_scalars(&w) ||
	    !read_params(&w) || !net_build(&w) || !root_build(&w))
		return PLAN_INVALID;
	return PLAN_OK;
}

bool plan_asked(const struct plan_input *in)
{
	struct diag why = { 0 };
	struct work w = { .in = in, .why = &why };

	cmdline_gather(&w);
	file_gather(&w);
	xenstore_gather(&w);
	return asked(&w);
}

bool plan_check_file(const struct plan_input *in, struct plan *p, struct diag *why)
{
	struct work w;

	begin(&w, in, p, why);
	file_gather(&w);
	if (w.file_bad || !refuse_inputs(&w) || !target_settings(&w) || !read_scalars(&w) ||
	    !file_params(&w) || !read_initiator(&w))
		return false;
	p->initiator[0] = '\0';
	return !w.set[K_INITIATOR].set || initiator_from_file(&w);
}
