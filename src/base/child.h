/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child: system calls that may never return, each made in a child process. One that does not end in
 * time is abandoned: not even SIGKILL ends a wait for a disk.
 */
#ifndef ISCSIROOT_BASE_CHILD_H
#define ISCSIROOT_BASE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid;		/* 0: it has ended, or fork(2) failed */
	int err;		/* the result once it has ended: 0 or -errno */
};

/** child_init() - make the end of a child interrupt wait_run(). Call once, before child_start(). */
void child_init(void);

/** child_start() - call @fn(@arg), which returns 0 or -errno, in a child process. */
void child_start(struct child *c, int (*fn)(void *arg), void *arg);

/**
 * child_wait() - wait until all @n children have ended, at most until @until (sys_now()). If the VM
 * was paused meanwhile, the children get half a second more. Return: how many have not ended.
 */
unsigned child_wait(struct child *list, unsigned n, int64_t until);

/** child_leave() - abandon a child: send SIGKILL, do not wait, set its err to -ETIMEDOUT. */
void child_leave(struct child *c);

#endif
