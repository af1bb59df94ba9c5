/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source: fetches the buffers that `plan` reads, all under one root.
 */
#ifndef ISCSIROOT_PLAN_SOURCE_H
#define ISCSIROOT_PLAN_SOURCE_H

#include "plan/plan.h"

struct source_buffers {
	char cmdline[CMDLINE_MAX + 1];
	char file[FILE_MAX + 1];
	char initiatorname[1024];
	char uuid[64], serial[256], hostname[256];
	char netconf[NETCONFS_MAX][NETCONF_MAX + 1];
	char xenstore[XENSTORE_MAX + 260];	/* room for one more key with no value */
};

/**
 * source_read() - fetch everything.
 * @root: directory that stands for / ("/" itself in the initramfs); of any other, xenstore is the
 * directory xenstore in it, with a file for each key
 * @b: owns the bytes that @in points into
 * Return: 0, or -errno with @why filled in (a file too large or unreadable; an absent one is fine,
 * and leases that cannot be had are plan's to judge: @in->lost_leases).
 */
int source_read(const char *root, struct source_buffers *b, struct plan_input *in,
		struct diag *why);

#endif
