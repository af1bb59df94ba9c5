/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lvm_cause: what lvm's report says of the root's volume group.
 */
#ifndef ISCSIROOT_BOOT_ROOT_LVM_CAUSE_H
#define ISCSIROOT_BOOT_ROOT_LVM_CAUSE_H

#include "boot/root/state.h"

/** settle_lvm_explain() - set the cause: why the root's volume is not active, by lvm's report of all groups. */
void settle_lvm_explain(struct settle *s, struct span report);

/** settle_lvm_names() - is the group in the report? */
bool settle_lvm_names(struct span report, const char *vg);

#endif
