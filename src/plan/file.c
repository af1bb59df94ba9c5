// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/quote.h"
#include "plan/file.h"
#include "plan/initiator.h"

/* A line that is not empty. */
struct file_line {
	struct where at;
	struct span raw;		/* the value as it is written; also where `error` is set */
	const char *error;		/* NULL: well-formed */
};

static struct span take_identifier(struct span *s)
{
	struct span id = { s->p, 0 };

	while (s->n) {
		char c = *s->p;
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

		if (!letter && !(id.n && c >= '0' && c <= '9'))
			break;
		id.n++;
		span_skip(s, 1);
	}
	return id;
}

/* Fill in @l from one line; false where it is empty. */
static bool parse_line(struct span s, struct file_line *l)
{
	bool exported = false;

	span_skip_blanks(&s);
	if (!s.n || *s.p == '#')
		return false;
	l->error = NULL;
	l->raw = NOTHING;
	l->at.key = take_identifier(&s);
	if (span_eq(l->at.key, "export") && s.n && quote_blank(*s.p)) {
		exported = true;
		span_skip_blanks(&s);
		l->at.key = take_identifier(&s);
	}
	if (!l->at.key.n || !s.n || *s.p != '=') {
		span_skip_blanks(&s);
		if (exported && l->at.key.n && (!s.n || *s.p == '#'))
			return false;
		l->error = quote_bad_line;
		return true;
	}
	span_skip(&s, 1);
	l->raw.p = s.p;
	l->error = quote_word(&s, NULL);
	l->raw.n = s.p - l->raw.p;
	if (!l->error && l->raw.n > KEY_VALUE_MAX)
		l->error = "longer than " LIMIT_TEXT(KEY_VALUE_MAX) " bytes";
	span_skip_blanks(&s);
	if (!l->error && s.n && *s.p != '#')
		l->error = quote_has_blank;
	if (l->error)
		l->raw.n = s.p + s.n - l->raw.p;	/* the rest of the line, to be shown */
	return true;
}

/* Take the next line off @rest, without its end. */
static struct span next_line(struct span *rest)
{
	struct span line;

	span_cut(rest, '\n', &line);
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static void gather_key(struct work *w, enum key k, const struct file_line *l)
{
	struct setting s = { .set = true, .quoted = true, .source = SRC_FILE, .at = l->at,
			     .raw = l->raw };

	if (key_row(k)->kind == KEY_LIST) {
		work_add_item(w, k, &s);
		return;
	}
	if (w->set[k].set && w->set[k].source == SRC_CMDLINE)
		return;
	if (w->set[k].set)
		work_warn(w, "set twice, using the last one", NOTHING, NULL);
	w->set[k] = s;
}

static void gather_line(struct work *w, const struct file_line *l)
{
	enum key k = key_find(l->at.key);

	w->at = l->at;
	if (k == K_TARGET && !l->error && plan_begins_name(l->raw))
		k = K_NONE;		/* a name where a whole target should be */
	if (l->error && !w->file_bad) {
		w->file_bad = true;
		/* the value of an unknown key may be a secret */
		work_reject(w, l->error, k == K_NONE ? NOTHING : l->raw, quote_hint(l->error));
	}
	if (k != K_NONE)
		gather_key(w, k, l);
	else if (!l->error && span_starts_nocase(l->at.key, ISCSI_PREFIX))
		work_warn_unknown(w, l->at.key);
	else if (!l->error)
		work_warn(w, "unknown key, ignored", NOTHING, NULL);
}

void file_gather(struct work *w)
{
	struct span rest = w->in->file;
	struct file_line l = { .at.place = PLACE_FILE };

	if (rest.n >= 3 && !memcmp(rest.p, "\xef\xbb\xbf", 3))	/* byte order mark */
		rest = (struct span){ rest.p + 3, rest.n - 3 };
	while (rest.n) {
		l.at.line++;
		if (parse_line(next_line(&rest), &l))
			gather_line(w, &l);
	}
}

/* Debian's installer leaves it for iscsid's first start to fill in. */
static bool is_generate_line(struct span s)
{
	struct file_line l;

	span_skip_blanks(&s);
	l.at.key = take_identifier(&s);
	span_skip_blanks(&s);
	return span_eq_nocase(l.at.key, "GenerateName") && span_take(&s, "=") &&
	       (span_skip_blanks(&s), span_starts_nocase(s, "yes"));
}

/* `InitiatorName = NAME`: iscsid allows blanks around the sign, the shell allowed quotes. */
static bool initiator_line(struct span s, struct file_line *l)
{
	span_skip_blanks(&s);
	l->at.key = take_identifier(&s);
	if (!span_eq_nocase(l->at.key, "InitiatorName"))
		return false;
	span_skip_blanks(&s);
	if (!s.n || *s.p != '=')
		return false;
	span_skip(&s, 1);
	span_skip_blanks(&s);
	l->raw.p = s.p;
	l->error = quote_word(&s, NULL);
	l->raw.n = s.p - l->raw.p;
	span_skip_blanks(&s);
	if (!l->error && s.n && *s.p != '#')
		l->error = quote_has_blank;
	return true;
}

bool file_read_initiator(struct work *w)
{
	struct span rest = w->in->initiatorname;
	struct file_line l = { .at.place = PLACE_INITIATOR };
	char name[512];
	unsigned generate = 0;
	struct out o;

	while (rest.n) {
		struct span text = next_line(&rest);

		l.at.line++;
		if (is_generate_line(text))
			generate = l.at.line;
		if (!initiator_line(text, &l))
			continue;
		w->at = l.at;
		if (l.error)
			return work_reject(w, l.error, l.raw, quote_hint(l.error));
		if (*w->p->initiator)
			work_warn(w, "set twice, using the last one", NOTHING, NULL);
		out_init(&o, name, sizeof(name));
		quote_word(&l.raw, &o);
		if (o.len && !initiator_take(w, (struct span){ name, o.len }))
			return false;
	}
	if (generate && !*w->p->initiator) {
		w->at = (struct where){ PLACE_INITIATOR, generate, span_of("GenerateName") };
		work_warn(w, "no name is generated at boot", NOTHING,
			  "start iscsid once, which writes one, or set ISCSI_INITIATOR");
	}
	return true;
}
