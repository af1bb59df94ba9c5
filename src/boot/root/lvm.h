/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lvm: activates the root's volume group, on the target's disks alone.
 */
#ifndef ISCSIROOT_BOOT_ROOT_LVM_H
#define ISCSIROOT_BOOT_ROOT_LVM_H

#include "boot/root/state.h"

/** settle_lvm_busy() - true while an lvm command runs; reads its output when it has ended. */
bool settle_lvm_busy(struct settle *s, struct wait *w);

/** settle_lvm_next() - the root is absent and udev is idle: run the next command, or set the cause. */
void settle_lvm_next(struct settle *s, struct wait *w);

#endif
