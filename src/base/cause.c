// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/cause.h"
#include "base/codes.h"
#include "base/scan.h"

static const struct row {
	enum step step;
	enum exit_code code;
	enum cause_kind kind;
	const char *text;
} rows[] = {
#define CAUSE_ROW(id, step, code, kind, object, text) \
	[CAUSE_##id] = { STEP_##step, CODE_##code, KIND_##kind, cause_text_##id },
	CAUSES(CAUSE_ROW)
};

bool cause_equals(const struct cause *a, const struct cause *b)
{
	return a->code == b->code && !strcmp(a->object, b->object) && !strcmp(a->text, b->text);
}

static bool replace_cause(struct cause *c, const struct cause *new)
{
	bool fresh = !cause_equals(c, new);

	*c = *new;
	return fresh;
}

bool cause_vset(struct cause *c, const char *object, enum cause_id id, const char *fmt, va_list ap)
{
	struct cause new = { .id = id, .code = rows[id].code };
	struct out o;

	out_text(new.object, sizeof(new.object), "%s", object);
	out_init(&o, new.text, sizeof(new.text));
	out_vfmt(&o, fmt, ap);
	return replace_cause(c, &new);
}

bool cause_set(struct cause *c, const char *object, enum cause_id id, const char *fmt, ...)
{
	bool fresh;
	va_list ap;

	va_start(ap, fmt);
	fresh = cause_vset(c, object, id, fmt, ap);
	va_end(ap);
	return fresh;
}

bool cause_set_plain(struct cause *c, const char *object, enum cause_id id)
{
	struct cause new = { .id = id, .code = rows[id].code };

	out_text(new.object, sizeof(new.object), "%s", object);
	out_text(new.text, sizeof(new.text), "%s", rows[id].text);
	return replace_cause(c, &new);
}

void cause_clear(struct cause *c)
{
	memset(c, 0, sizeof(*c));
}

enum step cause_step(enum cause_id id)
{
	return rows[id].step;
}

enum cause_kind cause_kind(enum cause_id id)
{
	return rows[id].kind;
}
