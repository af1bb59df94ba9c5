/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shutdown: the exitrd. Takes down everything below the root in order, each step bounded, and ends with
 * the verb. A step that fails is logged, and the next one follows.
 */
#ifndef ISCSIROOT_EXITRD_SHUTDOWN_H
#define ISCSIROOT_EXITRD_SHUTDOWN_H

#include <stdbool.h>

enum shutdown_verb { VERB_POWEROFF, VERB_REBOOT, VERB_HALT, VERB_KEXEC };

/** shutdown_verb() - the verb that systemd-shutdown gives; -1: unknown. */
int shutdown_verb(const char *name);

/**
 * shutdown_run() - all of it. Does not return.
 * @init_stays: we are not process 1: that one and our other ancestors are left alone, and the old root,
 * from which they run, stays mounted, read-only
 */
void shutdown_run(enum shutdown_verb verb, bool init_stays) __attribute__((noreturn));

#endif
