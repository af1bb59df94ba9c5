/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names: looks up the host names of portals, one at a time, for ever: getent(1) does it in a child, by
 * /etc/hosts and the name servers of /etc/resolv.conf. A static program has no resolver.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_NAMES_H
#define ISCSIROOT_BOOT_ISCSI_NAMES_H

#include "base/limits.h"
#include "base/spawn.h"

struct name {
	const char *host;		/* the caller's */
	bool tried;			/* looked up once, at least */
	struct addr address;		/* family 0: not found yet */
};

struct names {
	const char *program;		/* NULL: getent; tests have their own */
	unsigned n, at;			/* @at: whose turn it is */
	bool running;
	int64_t retry_at;		/* sys_now(): when the next round begins */
	struct spawn getent;
	struct name list[LOGINS_MAX];
};

/**
 * names_step() - go on with the look-ups; @w gets what is waited for.
 * Return: the name for which a look-up has just ended; address.family 0: it was not found, and is tried again a
 * second later. NULL: none.
 */
struct name *names_step(struct names *s, struct wait *w);

/** names_end() - abandon the look-up in progress. */
void names_end(struct names *s);

#endif
