/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timeline_text: the words of the timeline, and a line of it read back. Pure.
 */
#ifndef ISCSIROOT_RUNTIME_TIMELINE_TEXT_H
#define ISCSIROOT_RUNTIME_TIMELINE_TEXT_H

#include "base/cause.h"
#include "base/scan.h"

enum event { EV_BEGIN, EV_OK, EV_RETRY, EV_FAIL, EVENTS };

extern const char *const timeline_steps[STEPS];
extern const char *const timeline_events[EVENTS];

struct timeline_entry {
	int64_t t;		/* microseconds of CLOCK_BOOTTIME; -1: none given */
	int step, event;	/* enum step, enum event; -1: not known */
	int code;		/* not 0: a cause */
	char object[96];
	char text[256];
};

/** timeline_entry() - read a line, without its newline, back; false where it is no whole one. */
bool timeline_entry(struct span line, struct timeline_entry *e);

#endif
