/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probing: devices are read in a child before they are used. One whose read does not return counts as dead
 * until it does, so that another path or disk is tried meanwhile.
 */
#ifndef ISCSIROOT_BOOT_ROOT_PROBING_H
#define ISCSIROOT_BOOT_ROOT_PROBING_H

#include "boot/root/state.h"

/** settle_probe() - start to read the device with index @i by its node @path. The old cause stays until there
 * is a result. */
void settle_probe(struct settle *s, int i, const char *path);

/** settle_probe_unknown() - udev found nothing on the target's disks: probe one of them, whether it can
 * be read at all; or set the cause. */
void settle_probe_unknown(struct settle *s);

/** settle_probe_late() - is the answer late? Then it is no longer waited for. */
bool settle_probe_late(struct settle *s, struct wait *w);

/** settle_hung_step() - has a late answer come? Sets s->look. */
void settle_hung_step(struct settle *s, struct wait *w);

/** settle_hung_mark() - mark the devices whose read has not returned, after a look. */
void settle_hung_mark(struct settle *s);

#endif
