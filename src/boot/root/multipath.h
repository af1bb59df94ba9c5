/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * multipath: will there be a map of a LUN that udev's rule has not claimed? With find_multipaths "yes"
 * multipath(8) and multipathd(8) make one as soon as two paths have come, and their rules remove the partitions
 * of the paths.
 */
#ifndef ISCSIROOT_BOOT_ROOT_MULTIPATH_H
#define ISCSIROOT_BOOT_ROOT_MULTIPATH_H

#include "boot/root/state.h"

/** settle_multipath_step() - after a look: ask multipath once how it finds its paths, and see how long a map
 * is waited for. Sets s->look where the answer has come or time is up. */
void settle_multipath_step(struct settle *s, struct wait *w);

/** settle_multipath_close() - end the child. */
void settle_multipath_close(struct settle *s);

#endif
