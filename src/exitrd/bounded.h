/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bounded: calls that may block for ever (umount, ioctls, reads of a dead disk), each made in a child
 * and waited for up to a deadline.
 */
#ifndef ISCSIROOT_EXITRD_BOUNDED_H
#define ISCSIROOT_EXITRD_BOUNDED_H

#include <stdbool.h>
#include <stdint.h>

/* What all calls of one shutdown share. */
struct bounded {
	int64_t start;			/* of the shutdown, sys_now()'s clock */
	bool brief;			/* no target can recover any more: only short waits from now on */
	int64_t brief_since;		/* sys_now() */
	/*
	 * Called once for a call that has passed its deadline, before it is abandoned. Returns true where it
	 * has ended something that the call may have been waiting for: then the call gets BRIEF_US more.
	 * NULL: nothing can be ended.
	 */
	bool (*give_up)(void *arg);
	void *arg;
};

/**
 * bounded_call() - call @fn(@arg) in a child and wait for it, with a line every ten seconds. A call
 * that is abandoned sets @brief: waiting has not helped.
 * @object, @doing: for these lines: "/oldroot", "unmounting"
 * Return: what @fn returned, 0 or -errno; -ETIMEDOUT: it was abandoned, and may still be running.
 */
int bounded_call(struct bounded *b, const char *object, const char *doing, int (*fn)(void *), void *arg);

/** bounded_set_brief() - from now on there are only short waits. */
void bounded_set_brief(struct bounded *b);

/** bounded_deadline() - until when a call that begins at @now is waited for. */
int64_t bounded_deadline(const struct bounded *b, int64_t now);

/** bounded_pause() - let @us microseconds pass, whatever signals arrive. */
void bounded_pause(int64_t us);

#endif
