/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * choose: of the devices that have the same data (paths to a LUN, the multipath map over them, the same
 * partition of each) the one to use.
 */
#ifndef ISCSIROOT_BOOT_ROOT_CHOOSE_H
#define ISCSIROOT_BOOT_ROOT_CHOOSE_H

#include "boot/root/state.h"

enum choice {
	CHOICE_GOOD,
	CHOICE_NO_MAP,		/* multipath claims the LUN and has made no map, or no such partition of it, yet */
	CHOICE_DEAD,		/* no path to it is alive */
};

/** settle_is_ours() - may the root lie on it? Not on a volume that a local disk has a part of. */
bool settle_is_ours(const struct block *b);

/** settle_same_data() - is it one device, or two ways to the same LUN or partition? */
bool settle_same_data(const struct settle *s, const struct block *a, const struct block *b);

/** settle_choose() - replace *index by the best device with the same data: the map, else a live path. */
enum choice settle_choose(const struct settle *s, int *index);

#endif
