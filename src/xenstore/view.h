/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * view: what of the timeline the host is told. Pure.
 */
#ifndef ISCSIROOT_XENSTORE_VIEW_H
#define ISCSIROOT_XENSTORE_VIEW_H

#include "base/scan.h"

/* What the host reads in data/iscsiroot/. */
struct host_view {
	char stage[16];		/* the step that the boot is at; "done" */
	char error[400];	/* what keeps it there; empty where nothing does */
};

/**
 * view_update() - take in a line of the timeline; true where that changed @v. Control bytes of the
 * error become question marks.
 */
bool view_update(struct span line, struct host_view *v);

#endif
