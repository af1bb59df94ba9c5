/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sandbox: the root of the keeper: a ramfs, which is never swapped out, in a mount namespace of its own,
 * with copies of everything that iscsid needs. Nothing in it refers to the real root.
 */
#ifndef ISCSIROOT_KEEPER_SANDBOX_H
#define ISCSIROOT_KEEPER_SANDBOX_H

#include "base/scan.h"

#define SANDBOX_DIR "/run/iscsiroot/sandbox"	/* where it is mounted while it is built */
#define EXITRD_DIR "/run/initramfs"	/* where systemd looks for an exitrd, systemd-shutdown(8) */

/* The parameters of the boot for iscsid.conf, KEEPER_PARAMS; tests have a file of their own. */
extern const char *sandbox_params;

/**
 * sandbox_copy() - copy a file into the tree at @root, with its mode; directories are made 0755. A file
 * with the same content is left alone. The new one replaces it as a whole or not at all.
 * @from: the file; @path: where it goes below @root
 * @changed: set true where something was written, otherwise left alone; may be NULL
 * Return: 0 or -errno.
 */
int sandbox_copy(const char *from, const char *root, const char *path, bool *changed);

/**
 * sandbox_fill() - copy each file of a list (text_file()) to the same path below @root, and write
 * iscsid's configuration there: our settings around those of /etc/iscsi/iscsid.conf, and last those that
 * the boot gave iscsistart.
 * @what: out, on error: the path that was not copied
 * Return: 0 or -errno.
 */
int sandbox_fill(struct span list, const char *root, bool *changed, char *what, size_t size);

/**
 * sandbox_build() - enter a new mount namespace, mount the sandbox at SANDBOX_DIR and fill it; for the
 * keeper's own process, which must have no other thread.
 * Return: 0 or -errno, with what failed in @what.
 */
int sandbox_build(struct span list, char *what, size_t size);

/** sandbox_enter() - make it the root and unmount everything else. 0 or -errno. */
int sandbox_enter(void);

/**
 * sandbox_exitrd() - install the exitrd at EXITRD_DIR, on a ramfs that allows programs to run (initramfs-tools
 * mounts /run noexec); files that other programs have put there are kept.
 * Return: 0 or -errno.
 */
int sandbox_exitrd(const char *program);

#endif
