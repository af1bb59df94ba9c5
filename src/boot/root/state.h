/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state: what settle works on, the causes it sets, and how the root is named and linked.
 */
#ifndef ISCSIROOT_BOOT_ROOT_STATE_H
#define ISCSIROOT_BOOT_ROOT_STATE_H

#include "base/cause.h"
#include "base/spawn.h"
#include "boot/root/disk_probe.h"
#include "formats/multipath.h"
#include "kernel/block.h"
#include "kernel/session.h"
#include "plan/plan.h"

/* A cause that goes away within this time is not shown: a good boot prints no faults. */
#define SETTLE_GRACE_US 1000000
#define SETTLE_UDEV_US 5000000

#define PROBE_MAX_US 10000000	/* a read that takes longer is not waited for: another path may answer */
#define HUNG_MAX 8		/* such reads at a time; each is a process that not even SIGKILL ends */

#define LVM_NAME_MAX 127	/* NAME_LEN - 1, lvm2 lib/misc/lvm-globals.h */

enum lvm_task { LVM_IDLE, LVM_ACTIVATE, LVM_REPORT, LVM_DEACTIVATE, LVM_LOCAL };

/* One lvm command at a time, on the target's disks alone. */
struct lvm {
	const char *program;		/* "lvm" */
	enum lvm_task task;		/* what runs */
	enum lvm_task next;		/* what comes after it; LVM_IDLE: wait */
	uint64_t key;			/* of the physical volumes that were tried last */
	uint64_t local_key;		/* of the local physical volumes that were looked at last */
	bool is_local;			/* the root's group is on these */
	int64_t retry_at;		/* sys_now() */
	int64_t late_at;		/* sys_now(): by then a command that still runs is reported */
	bool vg_absent;			/* lvm has not found it */
	unsigned n_vgs, at_vg;		/* complete groups to be searched for a UUID or label */
	char vg[LVM_NAME_MAX + 1];	/* the group that is being activated or deactivated */
	char reason[128];		/* why activation failed, by lvm's message */
	char devices[BLOCKS_MAX * 38];	/* "/dev/sda,/dev/sdb": one path per LUN */
	char vgs[VGS_MAX][LVM_NAME_MAX + 1];
	bool cut;			/* the beginning of its report is lost: it does not show all groups */
	bool cut_noted, vgs_noted;	/* that, and that there are more groups than VGS_MAX, was reported */
	struct spawn run;
	char output[SPAWN_OUTPUT_MAX + 1];
};

/* The device that is read, and until when that is waited for. */
struct probed {
	unsigned major, minor;
	int64_t until;
};

struct hung {
	struct disk_probe probe;	/* pid 0: free */
	struct probed disk;
};

/* Of which LUNs multipath makes maps, and until when one is waited for that udev has not announced. */
struct multipath_maps {
	const char *program;		/* "multipath" */
	bool asked, over;		/* @over: it is no longer waited for */
	enum multipath_finds finds;
	int64_t until;			/* sys_now(); 0: no LUN of which it would make a map */
	struct spawn run;
	char output[SPAWN_OUTPUT_MAX + 1];
};

struct settle {
	const struct plan *plan;	/* the caller may change it between two steps */
	int fd;				/* uevents: the kernel's and udev's */
	int rootfd;			/* directory in place of / */
	bool udev;			/* udevd runs */
	bool dm_rules;			/* and has its rules for device-mapper */
	bool began;
	bool noted;			/* that in the timeline: there is a session */
	bool scanning;			/* set by the caller: a session still scans for LUNs */
	bool bypass;			/* looks for the root without iSCSI: silent */
	bool tried;			/* set by the caller: the login to every portal has failed once */
	bool more_paths;		/* set by the caller: a portal has neither a session nor failed yet */
	bool multipath;			/* the image has multipath */
	bool scripts_pending;		/* set by the caller: the boot scripts that run it are still to come */
	bool look;			/* something changed since we looked */
	bool holds;			/* the cause is still true, as of the latest look */
	bool shown;			/* the cause is on the console */
	bool blocks_noted, sessions_noted;	/* that there are more than can be looked at */
	int found;			/* index of the root's block device, -1 */
	unsigned n_sessions;		/* those of the plan's targets */
	int64_t look_at;		/* look again then, also without an event; SYS_FOREVER */
	int64_t show_at;		/* when the cause is shown, if it still holds */
	int64_t scan_at;		/* when the kernel scans for LUNs again; 0: not planned */
	struct disk_probe probe;
	struct probed probed;
	struct hung hung[HUNG_MAX];	/* reads that have not returned in time */
	struct disk_probe scan;		/* the child that has the kernel scan */
	bool scanned;			/* which has ended once: so has the scan that came with the login */
	short unknown;			/* index of the disk that is probed for its content; -1: the root is */
	int (*list_sessions)(struct session *list, unsigned max);	/* session_list() */
	struct cause cause;
	char node[ROOTSPEC_MAX + 1];	/* the node that is being tried */
	char root[ROOTSPEC_MAX + 1];	/* the root's device node, once it can be mounted */
	struct session sessions[SESSIONS_MAX];
	struct blocks blocks;
	struct lvm lvm;
	struct multipath_maps maps;
};

/** settle_cause() - why the root is not there; shown once it has lasted for SETTLE_GRACE_US. */
void settle_cause(struct settle *s, const char *object, enum cause_id id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** settle_remark_once() - report one time that a ceiling of limits.h was exceeded. */
void settle_remark_once(bool *noted, const char *object, enum cause_id id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** settle_link() - the udev link of the root, without "/dev/"; empty if it is not found by a link. */
void settle_link(const struct plan *p, char *buf, size_t size);
bool settle_wants_link(const struct plan *p);

/** settle_path() - the device path that root= is, if it names no logical volume; else empty. */
const char *settle_path(const struct plan *p);

/** settle_node() - root= as a path, without dracut's "block:"; for a root that is a device. */
const char *settle_node(const struct plan *p);

/** settle_root_name() - what messages call the root. */
const char *settle_root_name(const struct plan *p);

#endif
