// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/quote.h"

static const char needs_quotes[] = "$ or ` outside single quotes";
static const char continued[] = "a line continuation";
static const char not_closed[] = "a quote is not closed on its line";
static const char special[] = "a special character of the shell outside quotes";
const char quote_has_blank[] = "something after the value";
const char quote_bad_line[] = "not KEY=VALUE";

const char *quote_hint(const char *error)
{
	if (error == needs_quotes || error == special)
		return "use single quotes";
	if (error == quote_has_blank)
		return "quote a value with spaces in it";
	if (error == quote_bad_line)
		return "no spaces around the =";
	if (error == continued || error == not_closed)
		return "write it on one line";
	return NULL;
}

static void put(struct out *o, char c)
{
	if (o)
		out_ch(o, c);
}

static const char *single_quoted(struct span *s, struct out *o)
{
	for (; s->n && *s->p != '\''; span_skip(s, 1))
		put(o, *s->p);
	if (!s->n)
		return not_closed;
	span_skip(s, 1);
	return NULL;
}

static const char *double_quoted(struct span *s, struct out *o)
{
	for (; s->n && *s->p != '"'; span_skip(s, 1)) {
		if (*s->p == '$' || *s->p == '`')
			return needs_quotes;
		if (*s->p == '\\') {
			if (s->n == 1)
				return continued;
			if (strchr("$`", s->p[1]))
				return needs_quotes;
			if (s->p[1] == '"' || s->p[1] == '\\')
				span_skip(s, 1);
		}
		put(o, *s->p);
	}
	if (!s->n)
		return not_closed;
	span_skip(s, 1);
	return NULL;
}

bool quote_blank(char c)
{
	return c == ' ' || c == '\t';
}

const char *quote_word(struct span *s, struct out *o)
{
	const char *error = NULL;

	while (!error && s->n && !quote_blank(*s->p) && *s->p != '\n') {
		char c = *s->p;

		if (c == '\0')
			return "a NUL byte";
		if (c == '$' || c == '`')
			return needs_quotes;
		if (strchr(";&|<>()", c))
			return special;
		span_skip(s, 1);
		if (c == '\'') {
			error = single_quoted(s, o);
		} else if (c == '"') {
			error = double_quoted(s, o);
		} else if (c == '\\') {
			if (!s->n || *s->p == '\n')
				return continued;
			if (*s->p == '$' || *s->p == '`')
				return needs_quotes;
			put(o, *s->p);
			span_skip(s, 1);
		} else {
			put(o, c);
		}
	}
	return error;
}
