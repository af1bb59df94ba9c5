/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guard: protects the NICs that carry the sessions: their links, addresses and routes are saved, and
 * restored as soon as one is removed or replaced; of a NIC that was unplugged, when it is back. For what
 * cannot be configured to leave them alone: `ip addr flush`, netplan, the administrator. Needs nothing but
 * rtnetlink.
 */
#ifndef ISCSIROOT_KEEPER_GUARD_H
#define ISCSIROOT_KEEPER_GUARD_H

#include "base/sys.h"
#include "kernel/rtnl.h"

#define GUARD_MAX (4 * NICS_MAX)	/* addresses and routes of the root's NICs; a guest has two to six */

/* A message of a dump of rtnetlink: sent to the kernel, it restores the address or route. */
struct guard_saved {
	uint16_t type, len;		/* RTM_NEWADDR, RTM_NEWROUTE; bytes of @body */
	int index;
	bool last;			/* another route to the same destination is preferred */
	bool replaced;			/* another one is in its place now */
	uint32_t body[60];
};

struct guard_nic {
	int index;			/* where it is gone: the one that it had */
	char name[16];
	uint8_t mac[6];
	bool has_mac;
	bool lost;			/* something of it was removed, and is not restored yet */
	bool gone;			/* unplugged: the link itself does not exist */
	bool seen;			/* in the list of links that is being read */
	int back;			/* index of a link with its hardware address; 0: none */
	int64_t back_at;		/* sys_now(): when that link is taken for it */
	unsigned restored;		/* how often that was done */
	int64_t logged;			/* sys_now() of the latest line; 0: none */
};

struct guard {
	struct rtnl nl;
	bool on;
	unsigned n_nics, n;
	struct guard_nic nics[NICS_MAX];
	struct guard_saved saved[GUARD_MAX];
};

/**
 * guard_on() - from now on protect the NICs that have these addresses, as they are now.
 * @local: our addresses of the sessions' connections
 * Return: 0 or -errno; -E2BIG: more NICs than NICS_MAX, or more addresses and routes than GUARD_MAX.
 * After an error the protection is as it was before.
 */
int guard_on(struct guard *g, const struct addr *local, unsigned n);

/** guard_off() - stop protecting; does nothing where it is off. */
void guard_off(struct guard *g);

/** guard_wait() - add to @w what guard_step() waits for; nothing where it is off. */
void guard_wait(const struct guard *g, struct wait *w);

/** guard_step() - read the events of the kernel, restore what was removed, log it. Does not block.
 * True where something was restored. */
bool guard_step(struct guard *g);

#endif
