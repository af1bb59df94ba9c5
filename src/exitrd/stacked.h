/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stacked: block devices that lie on others: loop devices and device-mapper devices.
 */
#ifndef ISCSIROOT_EXITRD_STACKED_H
#define ISCSIROOT_EXITRD_STACKED_H

#include <stdbool.h>

#include "exitrd/bounded.h"

/** stacked_detach_loops() - detach all loop devices that are not in use. True where one was detached. */
bool stacked_detach_loops(struct bounded *b);

/** stacked_remove_dm() - remove all device-mapper devices that are not in use. @report: log those that
 * remain. True where one was removed. */
bool stacked_remove_dm(struct bounded *b, bool report);

#endif
