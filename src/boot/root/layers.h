/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * layers: what lies between a LUN and the root and is opened, assembled or imported by others: multipath,
 * md, LUKS, bcache, ZFS, a btrfs of several devices. We wait for them and report what is missing.
 */
#ifndef ISCSIROOT_BOOT_ROOT_LAYERS_H
#define ISCSIROOT_BOOT_ROOT_LAYERS_H

#include "boot/root/state.h"

/** settle_layer_cause() - set the cause: a layer on our disks that nobody has opened yet. False: none. */
bool settle_layer_cause(struct settle *s);

/** settle_is_layer() - is the cause that of such a layer? */
bool settle_is_layer(enum cause_id id);

/** settle_map_cause() - set the cause: multipath claims the LUN of this device. */
void settle_map_cause(struct settle *s, const struct block *b);

/** settle_dead_cause() - set the cause: no path to this device is alive. */
void settle_dead_cause(struct settle *s, const struct block *b);

/** settle_contents() - what lies on a device that is no file system ("a LUKS container"); else NULL. */
const char *settle_contents(const struct block *b);

/** settle_same_btrfs() - are these two members of one file system? */
bool settle_same_btrfs(const struct block *a, const struct block *b);

/** settle_btrfs_missing() - are members missing, by udev's report, else by their number @members (0: not
 * known)? Then the cause is set. */
bool settle_btrfs_missing(struct settle *s, const struct block *b, uint64_t members);

/** settle_note_degraded() - report each degraded md array that the root lies on. */
void settle_note_degraded(const struct settle *s);

#endif
