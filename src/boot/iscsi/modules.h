/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modules: the kernel modules of a session and its disks.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_MODULES_H
#define ISCSIROOT_BOOT_ISCSI_MODULES_H

#include "base/spawn.h"

/** modules_missing() - the name of one that is neither loaded nor built in; NULL: none. */
const char *modules_missing(void);

/** modules_load() - start modprobe, unless it runs or none is missing. */
void modules_load(struct spawn *modprobe);

#endif
