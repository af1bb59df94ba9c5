/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_text: the lines of /proc that the way down is made of. Pure.
 * Formats: proc(5), and the kernel's fs/proc_namespace.c, mm/swapfile.c, fs/proc/array.c.
 */
#ifndef ISCSIROOT_FORMATS_PROC_H
#define ISCSIROOT_FORMATS_PROC_H

#include "base/scan.h"

/* A line of /proc/self/mountinfo; spans as they are there, escaped. */
struct proc_mount {
	unsigned major, minor;
	struct span point, type, source;
	bool writable;		/* the file system, whatever this one mount is */
};

/**
 * proc_text_mount() - take the last mount off @text: what was mounted last is unmounted first.
 * Malformed lines, and one that has no end, are left out. False: none is left.
 */
bool proc_text_mount(struct span *text, struct proc_mount *m);

/** proc_text_ours() - is it one that has to stay: /, /proc, /sys, /dev, /run, and what the kernel
 * has below the middle three? */
bool proc_text_ours(const struct proc_mount *m);

/** proc_text_remote() - does it hang on another host or on a program, so that nobody should wait
 * for it? */
bool proc_text_remote(const struct proc_mount *m);

/** proc_text_stored() - does it keep its content on a block device? */
bool proc_text_stored(const struct proc_mount *m);

/** proc_text_path() - a path with its octal escapes (\040) undone. False: malformed or too long. */
bool proc_text_path(struct span s, char *buf, size_t size);

/** proc_text_swap() - take the next line of /proc/swaps; the path as it is there, escaped. */
bool proc_text_swap(struct span *text, struct span *path);

/* What of /proc/PID/stat matters here. */
struct proc_stat {
	unsigned pid, parent, group;
	char state;		/* Z: has ended */
	bool kernel;		/* a thread of the kernel */
};

/** proc_text_stat() - read /proc/PID/stat; the program's name may have anything in it. */
bool proc_text_stat(struct span text, struct proc_stat *st);

#endif
