/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settle: from disks to the root's device node. Subscribes to uevents, then
 * looks, then waits; activates the root's volume group when it is complete.
 */
#ifndef ISCSIROOT_SETTLE_H
#define ISCSIROOT_SETTLE_H

#include "plan.h"
#include "session.h"
#include "spawn.h"
#include "timeline.h"

struct settle {
	const struct plan *plan;
	int fd;				/* uevents: the kernel's and udev's */
	bool look;			/* something changed since we looked */
	struct spawn lvm;
	bool lvm_running;
	unsigned n_disks;
	char disks[DISKS_MAX][32];	/* disks and partitions of our sessions, one per LUN */
	char root[128];			/* the root's device node, once it is there */
	struct cause cause;
};

/** settle_init() - @plan must outlive @s. Call before the first login. 0 or -errno. */
int settle_init(struct settle *s, const struct plan *plan);

/** settle_step() - READY the moment that the root can be mounted (s->root names it). */
enum progress settle_step(struct settle *s, struct wait *w);

void settle_close(struct settle *s);

#endif
