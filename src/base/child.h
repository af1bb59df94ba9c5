/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child: calls that may never return, made in children of ours. One that does not end is left
 * behind: not even SIGKILL ends a wait for a disk.
 */
#ifndef ISCSIROOT_BASE_CHILD_H
#define ISCSIROOT_BASE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid;		/* 0: has ended, or never began */
	int err;		/* once it has: 0 or -errno */
};

/** child_init() - let the end of a child interrupt a wait. Once, before all others. */
void child_init(void);

/** child_start() - call @fn(@arg) in a child; it returns 0 or -errno. */
void child_start(struct child *c, int (*fn)(void *arg), void *arg);

/** child_wait() - until all of @n have ended, or @until (sys_now()) has come; where the machine stood
 * still meanwhile, half a second more. Return: how many have not. */
unsigned child_wait(struct child *list, unsigned n, int64_t until);

/** child_leave() - wait no longer for one: SIGKILL, and -ETIMEDOUT is what came of it. */
void child_leave(struct child *c);

#endif
