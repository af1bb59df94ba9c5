/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handoff_file: the file of the hand-off.
 */
#ifndef ISCSIROOT_RUNTIME_HANDOFF_FILE_H
#define ISCSIROOT_RUNTIME_HANDOFF_FILE_H

#include "runtime/handoff.h"

/**
 * handoff_read() - read HANDOFF_FILE below @dir; "" and "/" are the root directory itself.
 * Return: 0, -ENOENT where there is none, -EBADMSG where its text is rejected (handoff_parse()), or
 * -errno. @why has the message of every failure, @h is then empty.
 */
int handoff_read(const char *dir, struct handoff *h, struct diag *why);

/** handoff_save() - replace HANDOFF_FILE below @dir, mode 0600. 0 or -errno. */
int handoff_save(const char *dir, const struct handoff *h);

#endif
