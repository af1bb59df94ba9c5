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

/* Why a step did not get on: kept for the summary and the exit code. */
struct cause {
	int code;		/* exit code, STYLE's table (codes.h) */
	char object[96];	/* "192.0.2.1:3260 iqn...", "eth0", "vg system" */
	char text[256];		/* what happened (what to do) */
};

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

/** cause_set() - fill in a cause; returns true where it differs from what stood there. */
bool cause_set(struct cause *c, int code, const char *object, const char *text);

/** timeline_print() - read @root/run/iscsiroot/timeline and show it as a table. Exit code. */
int timeline_print(const char *root);

#endif
