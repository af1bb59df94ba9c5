/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * find: which block device is the root?
 */
#ifndef ISCSIROOT_BOOT_ROOT_FIND_H
#define ISCSIROOT_BOOT_ROOT_FIND_H

#include "boot/root/state.h"

enum find {
	FIND_WAIT,		/* for an event; the cause is set if one is known */
	FIND_ROOT,		/* s->found, s->node: to be probed */
	FIND_LVM,		/* absent: perhaps in a volume group that is not active */
	FIND_DISKS,		/* of a kind that others look for, on disks that are there */
	FIND_REFUSED,		/* on a local disk; the cause is set */
};

/** settle_find() - which of s->blocks is the root? */
enum find settle_find(struct settle *s);

/** settle_note_copies() - report local disks that are copies of the root's. */
void settle_note_copies(const struct settle *s);

/** settle_dm_name() - device-mapper's name of a logical volume: hyphens doubled, one between. */
void settle_dm_name(struct out *o, const char *vg, const char *lv);

#endif
