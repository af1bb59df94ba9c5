/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stacked: block devices that lie on others: loop devices, device-mapper devices (of LVM, LUKS,
 * multipath and all others) and md arrays.
 */
#ifndef ISCSIROOT_EXITRD_STACKED_H
#define ISCSIROOT_EXITRD_STACKED_H

#include <stdbool.h>

#include "exitrd/bounded.h"

/**
 * stacked_unblock() - end what would keep I/O to device-mapper devices waiting for a program that has
 * been killed: resume those that are suspended; of a multipath map, use the paths that are left, and have
 * its I/O fail where there is none. For at most BRIEF_US.
 */
void stacked_unblock(void);

/** stacked_detach_loops() - detach all loop devices that are not in use. True where one was detached. */
bool stacked_detach_loops(struct bounded *b);

/** stacked_remove_dm() - remove all device-mapper devices that are not in use. @report: log those that
 * remain. True where one was removed. */
bool stacked_remove_dm(struct bounded *b, bool report);

/** stacked_stop_md() - stop all md arrays that are not in use. @report: log those that remain. True where
 * one was stopped. */
bool stacked_stop_md(struct bounded *b, bool report);

#endif
