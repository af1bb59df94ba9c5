// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "system/report.h"

/* 256 devices, 64 each of sessions, portals, NICs and images with some faults: at most 2048
 * items */
#define REPORT_MAX (2048 * 512)
#define LAST_MAX 256			/* of these, for the item that says how many did not fit */
#define ITEM_NAME_MAX 320		/* "portal ", a host's name and a port */
#define TEXT_MAX 768

static char json_text[REPORT_MAX];
static const char *const lines[] = { "ok  ", "warn", "FAIL" };
static const char *const states[] = { "ok", "warn", "fail" };

void report_begin(struct report *r, bool json)
{
	*r = (struct report){ .json = json };
	out_init(&r->items, json_text, sizeof(json_text) - LAST_MAX);
}

void report_columns(struct report *r, unsigned width, const char *const overall[3])
{
	r->width = width;
	r->overall = overall;
}

/* For a terminal: a name may come from a directory, a text from a file. */
static void put_shown(struct out *o, const char *s)
{
	for (; *s; s++)
		out_ch(o, *s < 0x20 || *s >= 0x7f ? '?' : *s);
}

static void put_line(struct report *r, enum check_state state, const char *name, const char *text,
		     const char *todo)
{
	char line[ITEM_NAME_MAX + 2 * TEXT_MAX];
	struct out o;
	int err;

	out_init(&o, line, sizeof(line) - 1);
	out_fmt(&o, "%s ", lines[state]);
	put_shown(&o, name);
	out_str(&o, ": ");
	while (o.len < 5 + r->width && !o.overflow)
		out_ch(&o, ' ');
	put_shown(&o, text);
	if (*todo) {
		out_str(&o, " (");
		put_shown(&o, todo);
		out_ch(&o, ')');
	}
	line[o.len] = '\n';
	err = sys_print(line, o.len + 1);
	if (err)
		r->err = err;
}

static void put_json(struct report *r, enum check_state state, const char *name, const char *text,
		     const char *todo)
{
	struct out *o = &r->items;
	size_t before = o->len;

	if (r->left_out) {
		r->left_out++;
		return;
	}
	out_str(o, o->len ? ",\n  {\"name\":" : "\n  {\"name\":");
	out_json(o, name);
	out_fmt(o, ",\"state\":\"%s\",\"text\":", states[state]);
	out_json(o, text);
	out_str(o, ",\"do\":");
	out_json(o, todo);
	out_ch(o, '}');
	if (o->overflow) {
		o->overflow = false;
		o->len = before;
		o->buf[before] = '\0';
		r->left_out = 1;
	}
}

static void put_item(struct report *r, enum check_state state, const char *name, const char *text,
		     const char *todo)
{
	if (state > r->worst)
		r->worst = state;
	if (r->json)
		put_json(r, state, name, text, todo);
	else
		put_line(r, state, name, text, todo);
}

__attribute__((format(printf, 5, 0)))
static void put_format(struct report *r, enum check_state state, const char *name,
		       const char *todo, const char *fmt, va_list ap)
{
	char text[TEXT_MAX];
	struct out o;

	out_init(&o, text, sizeof(text));
	out_vfmt(&o, fmt, ap);
	if (o.overflow)
		memcpy(text + sizeof(text) - 4, "...", 4);
	put_item(r, state, name, text, todo ? todo : "");
}

void report_item(struct report *r, enum check_state state, const char *name, const char *todo,
		 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_format(r, state, name, todo, fmt, ap);
	va_end(ap);
}

void report_ok(struct report *r, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_format(r, CHECK_OK, name, NULL, fmt, ap);
	va_end(ap);
}

void report_words(struct report *r, enum check_state state, const char *name, const char *words)
{
	size_t n = strlen(words);
	char text[TEXT_MAX], todo[TEXT_MAX];
	const char *at = words + n;

	if (n && n < TEXT_MAX && words[n - 1] == ')')
		while (at > words && (at[0] != ' ' || at[1] != '('))
			at--;
	if (at == words || at == words + n) {
		report_item(r, state, name, NULL, "%s", words);
		return;
	}
	span_copy((struct span){ at + 2, words + n - 1 - (at + 2) }, todo, sizeof(todo));
	span_copy((struct span){ words, at - words }, text, sizeof(text));
	put_item(r, state, name, text, todo);
}

const char *report_plural(unsigned n)
{
	return n == 1 ? "" : "s";
}

int report_end(struct report *r)
{
	char head[64];
	struct out o;

	if (!r->json && r->overall)
		put_line(r, r->worst, "state", r->overall[r->worst], "");
	if (!r->json)
		return r->err;
	if (r->left_out) {
		char text[64];

		out_text(text, sizeof(text), "%u more items are left out", r->left_out);
		r->items.size = sizeof(json_text);
		r->left_out = 0;
		put_item(r, CHECK_WARN, "report", text, "run it without --json");
	}
	out_init(&o, head, sizeof(head));
	out_fmt(&o, "{\"version\":1,\"state\":\"%s\",\"items\":[",
		r->overall ? r->overall[r->worst] : states[r->worst]);
	r->err = sys_print(head, o.len);
	if (!r->err)
		r->err = sys_print(r->items.buf, r->items.len);
	if (!r->err)
		r->err = sys_print("]}\n", 3);
	return r->err;
}
