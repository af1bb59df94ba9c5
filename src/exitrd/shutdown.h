/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shutdown: the exitrd. Takes down what the root stands on, in order and bounded, and ends with the
 * verb. What fails is said, and the next step is done.
 */
#ifndef ISCSIROOT_EXITRD_SHUTDOWN_H
#define ISCSIROOT_EXITRD_SHUTDOWN_H

#include <stdbool.h>

enum shutdown_verb { VERB_POWEROFF, VERB_REBOOT, VERB_HALT, VERB_KEXEC };

/** shutdown_verb() - the verb that systemd-shutdown gives; -1 where it is none of them. */
int shutdown_verb(const char *word);

/**
 * shutdown_run() - all of it. Does not return.
 * @init_stays: we are not process 1; that one and those that have started us are left alone, and so
 * the old root, which they run from, stays mounted, read-only
 */
void shutdown_run(enum shutdown_verb verb, bool init_stays) __attribute__((noreturn));

#endif
