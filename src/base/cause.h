/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cause: why a step does not go on, made from a row of the table in causes.h.
 */
#ifndef ISCSIROOT_BASE_CAUSE_H
#define ISCSIROOT_BASE_CAUSE_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/causes.h"

enum step { STEP_PLAN, STEP_NET, STEP_LOGIN, STEP_SETTLE, STEP_HANDOFF, STEP_SHUTDOWN, STEPS };

/* Kept for the summary and the exit code; all of it zero where there is none. */
struct cause {
	enum cause_id id;
	int code;		/* exit code (codes.h) */
	char object[96];	/* "192.0.2.1:3260 iqn...", "eth0", "volume group system" */
	char text[384];		/* what happened (what to do); a plan's diagnostic is the longest */
};

/** cause_set() - fill in a cause. Longer texts are cut. Return: whether it differs from the old one. */
bool cause_set(struct cause *c, const char *object, enum cause_id id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
bool cause_vset(struct cause *c, const char *object, enum cause_id id, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

/** cause_set_plain() - the same for one without values, of which only the id is known. */
bool cause_set_plain(struct cause *c, const char *object, enum cause_id id);

bool cause_equals(const struct cause *a, const struct cause *b);
void cause_clear(struct cause *c);

enum step cause_step(enum cause_id id);
enum cause_kind cause_kind(enum cause_id id);

#endif
