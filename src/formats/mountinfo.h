/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mountinfo: the kernel's table of mounts, proc_pid_mountinfo(5) and fs/proc_namespace.c. Pure.
 */
#ifndef ISCSIROOT_FORMATS_MOUNTINFO_H
#define ISCSIROOT_FORMATS_MOUNTINFO_H

#include "base/scan.h"

/* A line; the spans are as they are there, with blanks and others as \040 (proc_path()). */
struct mountinfo {
	unsigned major, minor;
	bool writable;			/* the file system, which may have read-only mounts as well */
	struct span point;
	struct span options;		/* of this mount: "ro", "noexec" */
	struct span type;
	struct span source;		/* as mount(8) was given it */
	struct span super;		/* options of the file system */
};

/** mountinfo_next() - take the first mount off @text. Malformed lines are skipped. False: none is left. */
bool mountinfo_next(struct span *text, struct mountinfo *m);

/**
 * mountinfo_last() - take the last mount off @text: what was mounted last is unmounted first. Malformed
 * lines, and a last one without a newline, are skipped. False: none is left.
 */
bool mountinfo_last(struct span *text, struct mountinfo *m);

/** mountinfo_of() - the mount that @path ("/", "/run/x") lies in: the last of the deepest. */
bool mountinfo_of(struct span text, const char *path, struct mountinfo *m);

/** mountinfo_is_ours() - is it one that the exitrd needs: /, /proc, /sys, /dev, /run, and what the kernel
 * has below the middle three? */
bool mountinfo_is_ours(const struct mountinfo *m);

/** mountinfo_is_remote() - does it depend on another host or a program, so that it is not waited for? */
bool mountinfo_is_remote(const struct mountinfo *m);

/** mountinfo_is_stored() - is its content on a block device? */
bool mountinfo_is_stored(const struct mountinfo *m);

#endif
