/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_secret: a plan with its secrets on the way from one process to the next: in a memfd, which no file system
 * shows and which is gone with its last descriptor.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_SECRET_H
#define ISCSIROOT_RUNTIME_KEEPER_SECRET_H

#include "runtime/keeper_plan.h"

/** keeper_secret_make() - a memfd with the plan's text. Return: the descriptor, close-on-exec, or -errno. */
int keeper_secret_make(const struct keeper_plan *p);

/** keeper_secret_read() - the plan that @fd has from its beginning. 0, -EINVAL where it is none, or -errno. */
int keeper_secret_read(int fd, struct keeper_plan *p);

#endif
