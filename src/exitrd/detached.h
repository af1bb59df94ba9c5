/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * detached: file systems that are mounted nowhere any more (umount -l) and are still in use. /proc has no
 * list of them. They are found by their block device: one that the kernel has given to a single user, that
 * no other device lies on, and that no mount and no swap of /proc accounts for.
 */
#ifndef ISCSIROOT_EXITRD_DETACHED_H
#define ISCSIROOT_EXITRD_DETACHED_H

#include <stdbool.h>

#include "exitrd/bounded.h"

/** detached_claimed() - has the kernel given this device ("sda1") to a single user? Tests replace it. */
extern bool (*detached_claimed)(const char *name);

/**
 * detached_find() - is there one that is, or may be, writable? Logs each.
 * @proc: "/proc"
 * @remounted: sysrq_remount() has been done, which does not reach btrfs
 */
bool detached_find(struct bounded *b, const char *proc, bool remounted);

#endif
