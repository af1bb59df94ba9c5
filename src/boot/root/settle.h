/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settle: from disks to the root's device node. Subscribes to uevents, then
 * looks, then waits; activates the root's volume group when it is complete.
 */
#ifndef ISCSIROOT_BOOT_ROOT_SETTLE_H
#define ISCSIROOT_BOOT_ROOT_SETTLE_H

#include "base/spawn.h"
#include "kernel/block.h"
#include "kernel/session.h"
#include "plan/plan.h"
#include "runtime/timeline.h"

#define LVM_NAME_MAX 127	/* NAME_LEN - 1, lvm2 lib/misc/lvm-globals.h */

enum lvm_task { LVM_IDLE, LVM_ACTIVATE, LVM_REPORT, LVM_DEACTIVATE };

/* One lvm command at a time, on the target's disks alone. */
struct lvm {
	const char *program;		/* "lvm" */
	enum lvm_task task;		/* what runs */
	enum lvm_task next;		/* what comes after it; LVM_IDLE: wait */
	uint64_t key;			/* of the physical volumes that were tried last */
	int64_t retry_at;		/* sys_now() */
	bool vg_absent;			/* lvm has not found it */
	unsigned n_vgs, at_vg;		/* complete groups to be looked into for a UUID or label */
	char vg[LVM_NAME_MAX + 1];	/* the group that is being switched on or off */
	char said[128];			/* why activation failed, in lvm's words */
	char devices[BLOCKS_MAX * 38];	/* "/dev/sda,/dev/sdb": one path per LUN */
	char vgs[VGS_MAX][LVM_NAME_MAX + 1];
	bool cut;			/* the beginning of its report is lost: it does not show all groups */
	bool cut_noted, vgs_noted;	/* that, and that there are more groups than VGS_MAX, was reported */
	struct spawn run;
	char output[SPAWN_OUTPUT_MAX + 1];
};

/* A child reads the first block: what never returns from the kernel does not hold us up. */
struct probe {
	pid_t pid;			/* 0: none */
	int fd;				/* its errno arrives here */
};

struct settle {
	const struct plan *plan;	/* the caller may change it between two steps */
	int fd;				/* uevents: the kernel's and udev's */
	int rootfd;			/* directory that stands for / */
	bool udev;			/* udevd runs */
	bool dm_rules;			/* and has its rules for device-mapper */
	bool began;
	bool scanning;			/* set by the caller: the kernel still looks for LUNs */
	bool look;			/* something changed since we looked */
	bool stands;			/* the cause still holds, as of the latest look */
	bool said;			/* it was shown */
	bool blocks_noted, sessions_noted;	/* that there are more than can be looked at */
	int found;			/* index of the root's block device, -1 */
	unsigned n_sessions;		/* those of the plan's targets */
	int64_t look_at;		/* look again then, whatever happens; SYS_FOREVER */
	int64_t say_at;			/* when the cause will be shown, if it still stands */
	int64_t scan_at;		/* have the kernel look for LUNs again then; 0: not said */
	struct probe probe;
	struct probe scan;		/* the child that asks it to */
	short unknown;			/* index of the disk that is probed for its content; -1: the root is */
	int (*list_sessions)(struct session *list, unsigned max);	/* session_list() */
	struct cause cause;
	char node[ROOTSPEC_MAX + 1];	/* the node that is being tried */
	char root[ROOTSPEC_MAX + 1];	/* the root's device node, once it can be mounted */
	struct session sessions[SESSIONS_MAX];
	struct blocks blocks;
	struct lvm lvm;
};

/** settle_init() - @plan must outlive @s. Call before the first login. 0 or -errno. */
int settle_init(struct settle *s, const struct plan *plan);

/** settle_step() - READY the moment that the root can be mounted (s->root names it). */
enum progress settle_step(struct settle *s, struct wait *w);

/** settle_why() - why the root is not there, or what is waited for. Valid until the next call. */
const struct cause *settle_why(const struct settle *s);

void settle_close(struct settle *s);

#endif
