/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timeline: one line per event in /run/iscsiroot/timeline and, for the user, on the console. What is
 * printed goes to the kernel's log as well, for the journal, pstore and netconsole. The only module that
 * prints during the boot.
 */
#ifndef ISCSIROOT_RUNTIME_TIMELINE_H
#define ISCSIROOT_RUNTIME_TIMELINE_H

#include "runtime/timeline_text.h"

/* The result of one call of a state machine's step function. */
enum progress { GOES_ON, READY, FAILED };

/** timeline_open() - start writing in @dir ("/run/iscsiroot"), created with mode 0755 if absent. */
int timeline_open(const char *dir);

/**
 * timeline_note() - record an event.
 * @code: exit code of a retry or failure, else 0
 * @text: what happened
 * @show: also print it as `iscsiroot: STEP: OBJECT: TEXT`, followed by the time left if it is a retry
 * with a @code
 * Never blocks, never fails the boot; control bytes are escaped.
 */
void timeline_note(enum step step, enum event ev, const char *object, int code, const char *text,
		   bool show);

/** timeline_deadline() - set when retries end, sys_now(), for the time left in their messages. */
void timeline_deadline(int64_t deadline);

/** timeline_shown_at() - when a line was last printed, sys_now(). */
int64_t timeline_shown_at(void);

/** timeline_cause() - record a cause, as a failure if no retry can help; printed if @show. */
void timeline_cause(const struct cause *c, bool show);

/**
 * timeline_report() - record and print a cause: of the end of the boot, or a remark that does not stop it.
 * Return: its exit code.
 */
int timeline_report(const char *object, enum cause_id id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** timeline_print() - print @root/run/iscsiroot/timeline as a table. Return: an exit code. */
int timeline_print(const char *root);

#endif
