/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timeline: a line per event in /run/iscsiroot/timeline and, for a person,
 * on the console. The only module that prints while the boot goes on.
 */
#ifndef ISCSIROOT_RUNTIME_TIMELINE_H
#define ISCSIROOT_RUNTIME_TIMELINE_H

#include "runtime/timeline_text.h"

/* What a machine's step function says. */
enum progress { GOES_ON, READY, FAILED };

/** timeline_open() - begin writing under @dir ("/run/iscsiroot"), made 0755 where it is absent. */
int timeline_open(const char *dir);

/**
 * timeline_note() - record an event.
 * @code: exit code of a retry or failure, else 0
 * @text: what happened; printed as `iscsiroot: STEP: OBJECT: TEXT` where @say is set; of a retry
 * with a @code followed by how much time is left
 * Never blocks, never fails the boot; control bytes are escaped.
 */
void timeline_note(enum step step, enum event ev, const char *object, int code, const char *text,
		   bool say);

/** timeline_deadline() - when retries end, sys_now(); what is shown of them says what is left. */
void timeline_deadline(int64_t deadline);

/** timeline_said_at() - when a line was last shown, sys_now(). */
int64_t timeline_said_at(void);

/** timeline_cause() - record a cause, as a failure where no retry can help; shown where @show. */
void timeline_cause(const struct cause *c, bool show);

/** timeline_remark() - show what does not stop the boot. */
void timeline_remark(const char *object, enum cause_id id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** timeline_print() - read @root/run/iscsiroot/timeline and show it as a table. Exit code. */
int timeline_print(const char *root);

#endif
