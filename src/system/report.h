/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report: the output of `iscsiroot check` and `iscsiroot status`: a line for each
 * item at once, or one JSON object at the end.
 */
#ifndef ISCSIROOT_SYSTEM_REPORT_H
#define ISCSIROOT_SYSTEM_REPORT_H

#include "base/scan.h"

/* In the order of gravity; the worst of all is the exit code. */
enum check_state { CHECK_OK, CHECK_WARN, CHECK_FAIL };

struct report {
	bool json;
	int err;			/* -errno of a write that failed */
	enum check_state worst;
	struct out items;		/* JSON's */
	unsigned left_out;		/* items that did not fit into it */
	unsigned width;			/* of a line's name; 0: no columns */
	const char *const *overall;	/* names of the worst state; NULL: ok, warn, fail */
};

void report_begin(struct report *r, bool json);

/**
 * report_columns() - lines with names padded to @width, and a last line that sums up.
 * @overall: the name of each state, for that line and for "state" in JSON
 */
void report_columns(struct report *r, unsigned width, const char *const overall[3]);

/**
 * report_item() - one item, or one more fault of it.
 * @name: "config", "image 6.1.0", ...; stable
 * @todo: what to do; NULL: nothing
 * @fmt: what was found, as out_fmt() has it; more than fits ends in "..."
 */
void report_item(struct report *r, enum check_state state, const char *name, const char *todo,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/** report_ok() - an item without a fault. */
void report_ok(struct report *r, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** report_words() - the same from a message whose last parentheses say what to do. */
void report_words(struct report *r, enum check_state state, const char *name, const char *words);

/** report_plural() - "s" unless @n is 1: for "%u session%s". */
const char *report_plural(unsigned n);

/** report_end() - write what is not written yet. 0 or -errno. */
int report_end(struct report *r);

#endif
