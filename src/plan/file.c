// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: the files, which used to be shell and are data: /etc/iscsi/iscsi.initramfs and
 * /etc/iscsi/initiatorname.iscsi. */
#include <string.h>

#include "plan/parts.h"

static void advance(struct span *s)
{
	s->p++;
	s->n--;
}

static void skip_blanks(struct span *s)
{
	while (s->n && quote_blank(*s->p))
		advance(s);
}

static struct span take_identifier(struct span *s)
{
	struct span id = { s->p, 0 };

	while (s->n) {
		char c = *s->p;
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

		if (!letter && !(id.n && c >= '0' && c <= '9'))
			break;
		id.n++;
		advance(s);
	}
	return id;
}

/* Fill in @l from one line; false where there is nothing in it. */
static bool parse_line(struct span s, struct file_line *l)
{
	bool exported = false;

	skip_blanks(&s);
	if (!s.n || *s.p == '#')
		return false;
	l->error = NULL;
	l->raw = NOTHING;
	l->at.key = take_identifier(&s);
	if (span_eq(l->at.key, "export") && s.n && quote_blank(*s.p)) {
		exported = true;
		skip_blanks(&s);
		l->at.key = take_identifier(&s);
	}
	if (!l->at.key.n || !s.n || *s.p != '=') {
		skip_blanks(&s);
		if (exported && l->at.key.n && (!s.n || *s.p == '#'))
			return false;
		l->error = quote_bad_line;
		return true;
	}
	advance(&s);
	l->raw.p = s.p;
	l->error = quote_word(&s, NULL);
	l->raw.n = s.p - l->raw.p;
	if (!l->error && l->raw.n > VALUE_MAX)
		l->error = "longer than 2047 bytes";
	skip_blanks(&s);
	if (!l->error && s.n && *s.p != '#')
		l->error = quote_has_blank;
	if (l->error)
		l->raw.n = s.p + s.n - l->raw.p;	/* the rest of the line, to be shown */
	return true;
}

bool file_next(struct file_iter *it, struct file_line *l)
{
	while (it->rest.n) {
		struct span line;

		if (!it->line && it->rest.n >= 3 && !memcmp(it->rest.p, "\xef\xbb\xbf", 3)) {
			it->rest.p += 3;
			it->rest.n -= 3;
		}
		it->line++;
		span_cut(&it->rest, '\n', &line);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!parse_line(line, l))
			continue;
		l->at.line = it->line;
		l->hint = l->error ? quote_hint(l->error) : NULL;
		return true;
	}
	return false;
}

static void gather_line(struct work *w, const struct file_line *l)
{
	enum key k = key_find(l->at.key);
	struct setting *s = &w->set[k < K_COUNT ? k : 0];

	w->at = l->at;
	if (l->error && !w->file_bad) {
		w->file_bad = true;
		/* what is no key of ours may have anything in it */
		plan_reject(w, l->error, k == K_NONE ? NOTHING : l->raw, l->hint);
	}
	if (k == K_NONE && !l->error) {
		if (span_starts_nocase(l->at.key, "ISCSI_"))
			key_warn_unknown(w, l->at.key);
		else
			plan_warn(w, "not a key of this file, ignored", NOTHING,
				  NULL);
	}
	if (k >= K_COUNT || (s->set && s->source == SRC_CMDLINE))
		return;
	if (s->set)
		plan_warn(w, "given twice, the last one counts", NOTHING, NULL);
	*s = (struct setting){ .set = true, .shell = true, .source = SRC_FILE, .at = l->at,
			       .raw = l->raw };
}

void file_gather(struct work *w)
{
	struct file_iter it = { w->in->file, 0 };
	struct file_line l = { .at.place = PLACE_FILE };

	while (file_next(&it, &l))
		gather_line(w, &l);
}

/* `InitiatorName = NAME`: iscsid takes blanks around the sign, the shell took quotes. */
static bool initiator_line(struct span s, struct file_line *l)
{
	skip_blanks(&s);
	l->at.key = take_identifier(&s);
	if (!span_eq_nocase(l->at.key, "InitiatorName"))
		return false;
	skip_blanks(&s);
	if (!s.n || *s.p != '=')
		return false;
	advance(&s);
	skip_blanks(&s);
	l->raw.p = s.p;
	l->error = quote_word(&s, NULL);
	l->raw.n = s.p - l->raw.p;
	skip_blanks(&s);
	if (!l->error && s.n && *s.p != '#')
		l->error = quote_has_blank;
	return true;
}

bool initiator_from_file(struct work *w)
{
	struct span rest = w->in->initiatorname, line;
	struct file_line l = { .at.place = PLACE_INITIATOR };
	char name[512];
	struct out o;

	while (rest.n) {
		l.at.line++;
		span_cut(&rest, '\n', &line);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!initiator_line(line, &l))
			continue;
		w->at = l.at;
		if (l.error)
			return plan_reject(w, l.error, l.raw, quote_hint(l.error));
		if (*w->p->initiator)
			plan_warn(w, "given twice, the last one counts", NOTHING,
				  NULL);
		out_init(&o, name, sizeof(name));
		quote_word(&l.raw, &o);
		if (o.len && !parse_name(w, (struct span){ name, o.len }, w->p->initiator))
			return false;
	}
	return true;
}
