/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * path: what one portal login needs: which session is its own, and the argument vector of its
 * iscsistart.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_PATH_H
#define ISCSIROOT_BOOT_ISCSI_PATH_H

#include "boot/iscsi/login.h"
#include "formats/iscsistart.h"

#define PATH_ARGV_MAX (35 + 2 * PARAMS_MAX)	/* program, 17 options with a value; a test fills it */

/* Secrets are pointed at where they stand in the plan, not copied. */
struct path_argv {
	const char *argv[PATH_ARGV_MAX + 1];
	unsigned n;
	char address[64], port[8], group[8];
	char replacement[64], ifname[64], iface[64];
};

/** path_is() - is @s the session of this path? By target name, address and port. */
bool path_is(const struct path *p, const struct session *s);

/** path_argv() - how to call @iscsistart; @n_paths: how many there are in all. */
void path_argv(const struct path *p, const struct plan *plan, unsigned n_paths,
	       const char *iscsistart, struct path_argv *a);

#endif
