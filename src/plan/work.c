// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/quote.h"
#include "plan/work.h"

/*
 * A value that may be a secret is left out. What stands before an @ may be credentials, unless the
 * value is a target's name, and then only a warning is about the @ in it.
 */
static bool describe(const struct work *w, const char *reason, struct span value, const char *hint,
		     struct diag *d)
{
	if (w->secret || key_names_secret(w->at.key) || key_names_secret(value) ||
	    (value.n && memchr(value.p, '@', value.n) && (d == w->why || !plan_begins_name(value))))
		value = NOTHING;
	diag_at(d, w->at.place, w->at.line, w->at.key.p, w->at.key.n);
	return diag_set(d, reason, value.p, value.n, hint);
}

bool work_reject(struct work *w, const char *reason, struct span value, const char *hint)
{
	return describe(w, reason, value, hint, w->why);
}

void work_warn(struct work *w, const char *reason, struct span value, const char *hint)
{
	struct diag d = { 0 };

	if (!w->p)
		return;
	describe(w, reason, value, hint, &d);
	work_warn_diag(w, &d);
}

void work_warn_diag(struct work *w, const struct diag *d)
{
	struct plan *p = w->p;
	char text[WARNING_MAX + 1];

	diag_format(d, text, sizeof(text));
	if (plan_warned(p, text))
		return;
	if (p->n_warnings < WARNINGS_MAX - 1) {
		memcpy(p->warnings[p->n_warnings++], text, sizeof(text));
		return;
	}
	p->n_warnings = WARNINGS_MAX;
	out_text(p->warnings[WARNINGS_MAX - 1], WARNING_MAX + 1, "%u more warnings", ++w->left_out);
}

const char *work_hint_unknown(struct span name, char *buf, size_t size)
{
	if (key_is_misnomer(name))
		return HINT_RIGHT_KEYS;
	out_text(buf, size, "did you mean " ISCSI_PREFIX "%s?", key_row(key_nearest(name))->name);
	return buf;
}

/* Names that do not belong together: one has the right keys. */
void work_warn_unknown(struct work *w, struct span name)
{
	bool misnomer = key_is_misnomer(name);
	char hint[64];

	if (!misnomer || !w->misnamed)
		work_warn(w, "unknown key, ignored", NOTHING,
			  work_hint_unknown(name, hint, sizeof(hint)));
	w->misnamed |= misnomer;
}

void work_at_cmdline(struct work *w, const char *name)
{
	w->at = (struct where){ PLACE_CMDLINE, 0, span_of(name) };
}

void work_add_item(struct work *w, enum key k, const struct setting *s)
{
	unsigned i;

	for (i = 0; s->source != SRC_CMDLINE && i < w->n_list && i < LIST_ITEMS; i++)
		if (w->list[i].key == k && w->list[i].setting.source == SRC_CMDLINE)
			return;
	if (w->n_list < LIST_ITEMS)
		w->list[w->n_list] = (struct list_item){ k, *s };
	w->n_list++;
}

/* Quotes with nothing in them are nothing; wrong ones are something, which is invalid. */
static bool is_empty(const struct setting *s)
{
	char buf[KEY_VALUE_MAX + 1];
	struct span raw = s->raw;
	struct out o;

	if (!raw.n || !s->quoted)
		return !raw.n;
	out_init(&o, buf, sizeof(buf));
	return !quote_word(&raw, &o) && !o.len;
}

bool work_has_item(const struct work *w, enum key k, enum source lowest)
{
	unsigned i;

	for (i = 0; i < w->n_list && i < LIST_ITEMS; i++)
		if (w->list[i].key == k && w->list[i].setting.source <= lowest &&
		    !is_empty(&w->list[i].setting))
			return true;
	return false;
}

bool work_unquote(struct work *w, const struct setting *s, char *buf, struct span *value)
{
	struct span raw = s->raw;
	struct out o;

	if (!raw.n)
		return false;
	w->at = s->at;
	if (s->quoted) {
		out_init(&o, buf, KEY_VALUE_MAX + 1);
		if (quote_word(&raw, &o))
			return false;
		raw = (struct span){ buf, o.len };
	}
	*value = raw;
	return raw.n;
}

bool work_value(struct work *w, enum key k, char *buf, struct span *value)
{
	return w->set[k].set && work_unquote(w, &w->set[k], buf, value);
}

bool work_is_true(struct span s)
{
	return s.n && !span_eq(s, "0") && !span_eq_nocase(s, "no") && !span_eq_nocase(s, "off") &&
	       !span_eq_nocase(s, "false");
}

bool work_is_bare_scheme(struct span s)
{
	return span_eq_nocase(s, "iscsi") || span_eq_nocase(s, "iscsi:");
}

bool work_take_scheme(struct span *s)
{
	static const char scheme[] = "iscsi:";

	if (!span_starts_nocase(*s, scheme))
		return false;
	s->p += strlen(scheme);
	s->n -= strlen(scheme);
	return true;
}
