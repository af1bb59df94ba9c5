/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * absent: the root is not there: what the disks hold instead, and who has it.
 */
#ifndef ISCSIROOT_BOOT_ROOT_ABSENT_H
#define ISCSIROOT_BOOT_ROOT_ABSENT_H

#include "boot/root/state.h"

/** settle_absent() - set the cause: the root is absent, and what the disks hold instead. */
void settle_absent(struct settle *s);

/** settle_claim() - index of a device of that owner that has the link of the root, -1. */
int settle_claim(const struct settle *s, enum disk_owner owner);

/** settle_elsewhere() - set the cause: the root is a disk of a target that is not configured. */
void settle_elsewhere(struct settle *s, const struct block *b);

#endif
