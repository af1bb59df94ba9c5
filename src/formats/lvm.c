// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/lvm.h"

static struct span trim(struct span s)
{
	while (s.n && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* The rest of @line behind the first @words in it. */
static bool find_words(struct span line, const char *words, struct span *rest)
{
	*rest = span_find(line, words);
	if (!rest->p)
		return false;
	rest->p += strlen(words);
	rest->n -= strlen(words);
	return true;
}

bool lvm_row(struct span *text, struct lvm_row *row)
{
	struct span line, vg, missing;
	uint64_t n;

	while (text->n) {
		span_cut(text, '\n', &line);
		line = trim(line);
		if (!span_cut(&line, '|', &vg) || !span_cut(&line, '|', &missing) || !vg.n ||
		    !scan_uint(missing, UINT32_MAX, &n))
			continue;
		*row = (struct lvm_row){ .vg = vg, .lv = line, .missing = n };
		return true;
	}
	return false;
}

bool lvm_missing(struct span text, const char *vg, struct span *uuid)
{
	struct span line, rest, name;

	while (text.n) {
		span_cut(&text, '\n', &line);
		if (!find_words(line, "VG ", &rest) || !span_cut(&rest, ' ', &name) ||
		    !span_eq(name, vg) || !find_words(rest, "is missing PV ", &rest))
			continue;
		span_cut(&rest, ' ', uuid);
		if (uuid->n && uuid->p[uuid->n - 1] == '.')
			uuid->n--;
		return uuid->n > 0;
	}
	return false;
}

bool lvm_says(struct span text, const char *words)
{
	return span_find(text, words).p;
}

struct span lvm_reason(struct span text)
{
	struct span line, reason = { 0 };

	while (text.n && !reason.n) {
		span_cut(&text, '\n', &line);
		line = trim(line);
		if (!span_starts_nocase(line, "WARNING:"))
			reason = line;
	}
	return reason;
}

void lvm_name(const char **dm, char *name, size_t size)
{
	const char *p = *dm;
	struct out o;

	out_init(&o, name, size);
	for (; *p && (*p != '-' || p[1] == '-'); p++) {
		out_ch(&o, *p);
		if (*p == '-')
			p++;
	}
	*dm = *p ? p + 1 : p;
}
