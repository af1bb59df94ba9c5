/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_plan: what the keeper's engine logs in to, and as whom: the part of the boot's plan that it needs,
 * secrets included, as text both ways. The text goes from one process to the next in a memfd
 * (runtime/keeper_secret.h), never in a file, an argument or an environment. Pure.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_PLAN_H
#define ISCSIROOT_RUNTIME_KEEPER_PLAN_H

#include "base/limits.h"
#include "base/scan.h"

struct keeper_target {
	char name[INAME_MAX + 1];
	char netdev[DEVNAME_MAX + 1];	/* network device to bind to; mostly empty */
	char iface[DEVNAME_MAX + 1];	/* iSCSI interface, shown in sysfs alone; mostly empty */
	/* CHAP; empty: not configured */
	char username[CHAP_MAX + 1], password[CHAP_MAX + 1];
	char username_in[CHAP_MAX + 1], password_in[CHAP_MAX + 1];
};

struct keeper_portal {
	uint16_t target;		/* index in `targets` */
	uint16_t port, group;
	struct addr address;
};

struct keeper_plan {
	bool multipath;			/* multipathd combines several paths to one target */
	int replacement_timeout;	/* seconds; -1: never; 0: not set */
	unsigned n_targets, n_portals, n_params;
	char initiator[INAME_MAX + 1];
	struct keeper_target targets[TARGETS_MAX];
	struct keeper_portal portals[LOGINS_MAX];	/* one session each */
	char params[PARAMS_MAX][PARAM_MAX + 1];		/* name=value, of open-iscsi's node records */
};

/* The longest text: each byte of a value as \xNN. */
#define KEEPER_PLAN_TEXT_MAX (256 + 4 * INAME_MAX + \
	TARGETS_MAX * (128 + 4 * (INAME_MAX + 2 * DEVNAME_MAX + 4 * CHAP_MAX)) + \
	LOGINS_MAX * (64 + ADDR_TEXT_MAX) + PARAMS_MAX * (16 + 4 * PARAM_MAX))

/** keeper_plan_format() - write the text, at most KEEPER_PLAN_TEXT_MAX bytes: lines of key=value. */
void keeper_plan_format(const struct keeper_plan *p, struct out *o);

/**
 * keeper_plan_parse() - read it back. A key that is unknown was written by a later version and is passed over.
 * False where it is malformed, of another version, or has more than a plan holds; *@p is then of no use.
 */
bool keeper_plan_parse(struct span text, struct keeper_plan *p);

/** keeper_plan_paths() - how many portals a target has. */
unsigned keeper_plan_paths(const struct keeper_plan *p, unsigned target);

#endif
