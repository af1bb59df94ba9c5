/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc: /proc/swaps and /proc/PID/stat. Pure.
 * Formats: proc(5), and the kernel's mm/swapfile.c, fs/proc/array.c.
 */
#ifndef ISCSIROOT_FORMATS_PROC_H
#define ISCSIROOT_FORMATS_PROC_H

#include "base/scan.h"

/** proc_path() - a path with its octal escapes (\040) undone. False: malformed or too long. */
bool proc_path(struct span s, char *buf, size_t size);

/** proc_swap() - take the next line of /proc/swaps; the path as it is there, escaped. */
bool proc_swap(struct span *text, struct span *path);

/* What of /proc/PID/stat matters here. */
struct proc_stat {
	unsigned pid, parent, group;
	char state;		/* Z: has ended */
	bool kernel;		/* a thread of the kernel */
};

/** proc_stat() - read /proc/PID/stat; the program's name may have anything in it. */
bool proc_stat(struct span text, struct proc_stat *st);

#endif
