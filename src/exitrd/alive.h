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
 * alive_check() - ask a session's disks until one answers, or until @until (sys_now()'s clock). To be
 * called in a child: it makes children of its own, and abandons those that block.
 * Return: 0: one answered, or none could be opened and the kernel has the session logged in;
 * -ETIMEDOUT: the target does not answer.
 */
int alive_check(const struct session *s, int64_t until);

#endif
