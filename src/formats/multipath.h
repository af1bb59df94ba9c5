/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * multipath: the output of multipath(8), of versions 0.9.4 and 0.11.1. Pure.
 */
#ifndef ISCSIROOT_FORMATS_MULTIPATH_H
#define ISCSIROOT_FORMATS_MULTIPATH_H

#include "base/scan.h"

/* Of which disks multipath makes maps: find_multipaths of multipath.conf(5). */
enum multipath_finds {
	MULTIPATH_CLAIMED,	/* those that udev's rule has claimed: strict, smart, greedy */
	MULTIPATH_PAIRS,	/* of two paths to one LUN as well: on, yes */
	MULTIPATH_ALL,		/* of every path as well: off, no */
};

/** multipath_finds() - find_multipaths in the output of `multipath -T`; MULTIPATH_CLAIMED
 * where there is none, which is multipath's default (strict). */
enum multipath_finds multipath_finds(struct span config);

#endif
