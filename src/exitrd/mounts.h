/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mounts: swap, file systems, and the block devices that are stacked below them.
 */
#ifndef ISCSIROOT_EXITRD_MOUNTS_H
#define ISCSIROOT_EXITRD_MOUNTS_H

#include <stdbool.h>

#include "exitrd/bounded.h"

struct mounts {
	struct bounded *bounded;
	bool init_stays;	/* process 1 goes on from /oldroot: read-only is all that it can become */
	bool writable;		/* out: a file system or swap is, or may be, still written to */
};

/* Where /proc is; a test has a tree of its own. */
extern const char *mounts_proc;

/** mounts_take_down() - turn swap off, unmount file systems, detach loop devices, remove device-mapper
 * devices, stop md arrays, in passes until nothing changes any more. What stays mounted is remounted
 * read-only; what could not be taken down is logged. */
void mounts_take_down(struct mounts *s);

#endif
