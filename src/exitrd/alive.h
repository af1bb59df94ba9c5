/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * alive: does a session's target still answer?
 */
#ifndef ISCSIROOT_EXITRD_ALIVE_H
#define ISCSIROOT_EXITRD_ALIVE_H

#include <stdint.h>

#include "kernel/session.h"

/** alive_ask() - scsi_alive(); a test has disks of its own. */
extern int (*alive_ask)(const char *disk, unsigned timeout_ms);

/**
 * alive_silence() - for how long, in microseconds, a target may be silent before the kernel ends its
 * connection: the session's NOP interval and timeout, within bounds.
 */
int64_t alive_silence(const struct session *s);

/**
 * alive_check() - ask a session's disks until one answers: for @silence microseconds while the kernel
 * has the session logged in, for @grace from when it has not, for the sum of both at most. To be called
 * in a child: it makes children of its own, and abandons those that block.
 * Return: 0: one answered, or none could be opened and the kernel has the session logged in;
 * -ETIMEDOUT: the target does not answer.
 */
int alive_check(const struct session *s, int64_t silence, int64_t grace);

#endif
