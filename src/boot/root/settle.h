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

/**
 * settle_step() - READY as soon as the root can be mounted (s->root names it); for a root that others look
 * for (ROOT_OTHER without a device path) as soon as each target's disks are there (s->found is -1).
 * May be called before there is a session: it then waits, or FAILED reports that the root lies on a local
 * disk alone.
 */
enum progress settle_step(struct settle *s, struct wait *w);

/**
 * settle_bypass_step() - before any login: READY as soon as the root is there without iSCSI, on a local disk
 * (s->cause.object names it); GOES_ON. Prints nothing.
 */
enum progress settle_bypass_step(struct settle *s, struct wait *w);

/** settle_bypass_end() - from now on the root is looked for on the target's disks. */
void settle_bypass_end(struct settle *s);

/** settle_why() - why the root is not there, or what it waits for. Valid until the next call. */
const struct cause *settle_why(const struct settle *s);

/** settle_idle() - is the root absent, and nothing under way that could bring it but the work of others,
 * or a LUN that is not mapped? */
bool settle_idle(const struct settle *s);

/** settle_waits_for_others() - does the cause name a layer that others open: LUKS, md, multipath, ...? */
bool settle_waits_for_others(const struct settle *s);

/** settle_waits_for_passphrase() - is it LUKS, whose prompt may be on the console? */
bool settle_waits_for_passphrase(const struct settle *s);

void settle_close(struct settle *s);

#endif
