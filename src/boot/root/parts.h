/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settle's own parts: which device is the root (settle_find.c), volume groups
 * (settle_lvm.c), the probe of the node (settle_probe.c), and how a cause is
 * kept until it is shown (settle.c).
 */
#ifndef ISCSIROOT_BOOT_ROOT_PARTS_H
#define ISCSIROOT_BOOT_ROOT_PARTS_H

#include "boot/root/settle.h"

/* A cause that goes away by itself within this time is none: a healthy boot stays quiet. */
#define SETTLE_GRACE_US 1000000
#define SETTLE_UDEV_US 5000000

/** settle_cause() - why the root is not there; shown once it has stood for SETTLE_GRACE_US. */
void settle_cause(struct settle *s, const char *object, enum cause_id id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** settle_remark_once() - report one time that a ceiling of limits.h was exceeded. */
void settle_remark_once(bool *noted, const char *object, enum cause_id id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

enum find {
	FIND_WAIT,		/* for an event; the cause is set where one is known */
	FIND_ROOT,		/* s->found, s->node: worth a probe */
	FIND_LVM,		/* not there: perhaps in a volume group that is not active */
	FIND_REFUSED,		/* it is there but on a local disk; the cause is set */
};

/** settle_find() - which of s->blocks is the root? */
enum find settle_find(struct settle *s);

/** settle_link() - the link by which the root is looked for, without "/dev/"; empty: by no link. */
void settle_link(const struct plan *p, char *buf, size_t size);
bool settle_wants_link(const struct plan *p);

/** settle_root_name() - what messages call the root. */
const char *settle_root_name(const struct plan *p);

/** settle_absent() - set the cause: not there, and what is there instead. */
void settle_absent(struct settle *s);

/** settle_note_copies() - tell of local disks that hold what the root's disks hold. */
void settle_note_copies(const struct settle *s);

/** settle_dm_name() - device-mapper's name of a logical volume: hyphens doubled, one between. */
void settle_dm_name(struct out *o, const char *vg, const char *lv);

/** settle_lvm_busy() - true while an lvm command runs; takes in what it said at its end. */
bool settle_lvm_busy(struct settle *s, struct wait *w);

/** settle_lvm_next() - the root is not there and udev is idle: run the next command, or say why not. */
void settle_lvm_next(struct settle *s, struct wait *w);

/** settle_probe_start() - begin to read the first block of @path. 0 or -errno. */
int settle_probe_start(struct probe *p, int root, const char *path);

/** settle_probe_unknown() - nothing on the target's disks is known: can they be read at all? Sets the
 * cause, or begins a probe of a disk that udev found nothing on. */
void settle_probe_unknown(struct settle *s);

/** settle_scan_start() - have the kernel look for LUNs of the sessions, in a child: it may hang. */
void settle_scan_start(struct probe *p, const struct session *list, unsigned n);

/** settle_probe_done() - true once there is a verdict: *err is 0 or an errno. */
bool settle_probe_done(struct probe *p, struct wait *w, int *err);

/** settle_probe_end() - @options: of waitpid(). */
void settle_probe_end(struct probe *p, int options);

#endif
