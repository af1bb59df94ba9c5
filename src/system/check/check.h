/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check: will the next boot of this machine work? Each item reads files below one
 * directory and changes none of them.
 */
#ifndef ISCSIROOT_SYSTEM_CHECK_CHECK_H
#define ISCSIROOT_SYSTEM_CHECK_CHECK_H

#include "kernel/block.h"
#include "plan/source.h"
#include "runtime/handoff_file.h"
#include "system/check/text.h"
#include "system/report.h"

struct check {
	const char *dir;		/* stands for / */
	int root;			/* its descriptor */
	struct report report;
	struct source_buffers buffers;
	struct plan_input input;
	struct plan plan;
	bool asked;			/* an iSCSI root is configured */
	bool valid;			/* and the configuration is valid */
	bool file_secret;		/* iscsi.initramfs contains one */
	unsigned n_nics;
	struct handoff handoff;
	int handoff_error;		/* 0: it was read; else of handoff_read() */
	struct diag handoff_why;
	char nics[NICS_MAX][DEVNAME_MAX + 1];	/* the boot's, the root's first */
	unsigned n_sessions;
	bool sessions_cut, nics_cut;	/* there are more than SESSIONS_MAX, NICS_MAX */
	struct session sessions[SESSIONS_MAX];
	struct blocks blocks;		/* as seen with all the sessions */
	int disk;			/* of these, the one that / is on; -1: none known */
	char source[256];		/* of /, as in the mount table */
	unsigned n_kernels;
	bool kernels_cut;		/* there are more than KERNELS_MAX */
	char kernels[KERNELS_MAX][KERNEL_NAME_MAX + 1];	/* versions of the installed kernels, sorted */
};

/** check_open() - read what several items need. 0 or -errno: no such directory. */
int check_open(struct check *c, const char *dir);

/**
 * check_config() - config, initiator, cmdline.
 * Return: false where no iSCSI root is configured and / is on none: there is nothing to check.
 */
bool check_config(struct check *c);

void check_images(struct check *c);	/* image VERSION, of each installed kernel */
void check_portals(struct check *c);	/* portal ADDRESS:PORT */
void check_root(struct check *c);	/* root, recovery */
void check_tables(struct check *c);	/* fstab, crypttab, resume */
void check_secrets(struct check *c);	/* secrets: who can read them */
void check_network(struct check *c);	/* lease, network */
void check_publish(struct check *c);	/* publish, where it is configured */
/* clock: in a Xen guest, or where one is asked for; @want: ISCSI_CLOCKSOURCE, or "" */
void check_clock(struct check *c, const char *want);

/** check_find_kernels() - fill in kernels; where there are too many, those that sort first are left out. */
void check_find_kernels(struct check *c);

/** check_disk_of_root() - fill in disk and source from the kernel's mount table. */
void check_disk_of_root(struct check *c);

/** check_block() - index of the block device of that name, or -1. */
short check_block(const struct check *c, const char *name);

/** check_each_slave() - call FN with the name of each device below one; below a partition is its disk. */
void check_each_slave(const struct block *b,
		      bool (*fn)(void *arg, const char *name), void *arg);

/** check_root_block() - the block device that / is on; NULL: none known. */
const struct block *check_root_block(const struct check *c);

/**
 * check_add_below() - append the devices directly below @block to @list, each once.
 * @n: how many are in @list; @max: its size
 * Return: false where one more would not fit.
 */
bool check_add_below(const struct check *c, short block, short *list, unsigned *n, unsigned max);

/** check_uptime() - seconds since boot, CLOCK_BOOTTIME; 0: not known. */
uint64_t check_uptime(const struct check *c);

/** check_path() - DIR/PATH, for a child. False where it does not fit. */
bool check_path(const struct check *c, const char *path, char *buf, size_t size);

/** check_exists() - is there such a file below the root? */
bool check_exists(const struct check *c, const char *path);

/** check_read() - a text file below the root, @size - 1 bytes at most; empty: there is none. */
struct span check_read(const struct check *c, const char *path, char *buf, size_t size);

/** check_cut() - was @text, read into @size bytes, perhaps only the beginning of /@path? Then say so. */
bool check_cut(struct check *c, const char *item, const char *path, struct span text, size_t size);

#endif
