/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * login_path: what one path needs: its name, the probe of its portal, and
 * the argument vector of its iscsistart.
 */
#ifndef ISCSIROOT_LOGIN_PATH_H
#define ISCSIROOT_LOGIN_PATH_H

#include "login.h"
#include "login_text.h"

#define PATH_ARGV_MAX (35 + 2 * PARAMS_MAX)	/* program, 17 options with a value; a test fills it */

/* Secrets are pointed at where they stand in the plan, not copied. */
struct path_argv {
	const char *argv[PATH_ARGV_MAX + 1];
	unsigned n;
	char address[64], port[8], group[8];
	char replacement[64], ifname[64], iface[64];
};

/** path_object() - "192.0.2.1:3260 iqn...", shortened where it does not fit. */
void path_object(const struct path *p, char *buf, size_t size);

/** path_is() - is @s the session of this path? By target name, address and port. */
bool path_is(const struct path *p, const struct session *s);

/** path_probe() - begin to connect to the portal; p->fd is set. 0 or -errno. */
int path_probe(struct path *p);

/** path_probe_result() - 0: connected; -EINPROGRESS; -errno. Does not close p->fd. */
int path_probe_result(const struct path *p);

/** path_probe_words() - why a probe failed. */
void path_probe_words(int err, struct login_words *why);

/** path_argv() - how to call @iscsistart; @n_paths: how many there are in all. */
void path_argv(const struct path *p, const struct plan *plan, unsigned n_paths,
	       const char *iscsistart, struct path_argv *a);

#endif
