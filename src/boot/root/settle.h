/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settle: from disks to the root's device node. Subscribes to uevents, then looks, then waits;
 * activates the root's volume group once it is complete.
 */
#ifndef ISCSIROOT_BOOT_ROOT_SETTLE_H
#define ISCSIROOT_BOOT_ROOT_SETTLE_H

#include "boot/root/state.h"
#include "runtime/timeline.h"

/** settle_init() - @plan must outlive @s. Call before the first login. 0 or -errno. */
int settle_init(struct settle *s, const struct plan *plan);

/** settle_step() - READY as soon as the root can be mounted (s->root names it). */
enum progress settle_step(struct settle *s, struct wait *w);

/** settle_why() - why the root is not there, or what it waits for. Valid until the next call. */
const struct cause *settle_why(const struct settle *s);

void settle_close(struct settle *s);

#endif
