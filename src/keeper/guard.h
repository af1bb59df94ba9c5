/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guard: what of the network carries the sessions stays: link, addresses and routes are remembered,
 * and put back in the moment that somebody takes one away. For who cannot be told to leave them
 * alone: `ip addr flush`, netplan's own, a person. Needs nothing but rtnetlink.
 */
#ifndef ISCSIROOT_KEEPER_GUARD_H
#define ISCSIROOT_KEEPER_GUARD_H

#include "kernel/rtnl.h"

#define GUARD_MAX 64		/* addresses and routes of the root's NICs; a guest has two to six */

/* A message of rtnetlink as the kernel gave it: sent back, it makes what it tells of. */
struct guard_saved {
	uint16_t type, len;		/* RTM_NEWADDR, RTM_NEWROUTE; bytes of @body */
	int index;
	bool last;			/* another route to the same place counts more */
	uint32_t body[60];
};

struct guard_nic {
	int index;
	char name[16];
	bool lost;			/* something of it, and it is not put back yet */
	unsigned restored;		/* how often it was */
	int64_t said;			/* sys_now() of the latest line; 0: none */
};

struct guard {
	struct rtnl nl;
	bool on;
	unsigned n_nics, n;
	struct guard_nic nics[SESSIONS_MAX];
	struct guard_saved saved[GUARD_MAX];
};

/**
 * guard_on() - from now on, whatever has these addresses stays as it is now.
 * @local: our ends of the sessions' connections
 * Return: 0 or -errno; -E2BIG: more addresses and routes than can be remembered, none is.
 */
int guard_on(struct guard *g, const struct addr *local, unsigned n);

/** guard_off() - nothing is put back any more. Harmless where it is off. */
void guard_off(struct guard *g);

/** guard_step() - read what has happened, put back what is missing, say so. Does not block.
 * True where there was something. */
bool guard_step(struct guard *g);

#endif
