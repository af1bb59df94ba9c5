/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * room: the keeper's surroundings: a root of its own in memory that is never swapped out (ramfs), in
 * a mount namespace of its own, with all that iscsid needs. It holds nothing of the real root.
 */
#ifndef ISCSIROOT_KEEPER_SANDBOX_H
#define ISCSIROOT_KEEPER_SANDBOX_H

#include "base/scan.h"

#define ROOM_DIR "/run/iscsiroot/room"	/* where it is put together */
#define EXITRD_DIR "/run/initramfs"	/* where systemd looks for an exitrd, systemd-shutdown(8) */

/**
 * room_copy() - copy a file into the tree at @root, below the same path, with its mode; directories
 * are made 0755. What is the same already is left alone. The new file stands there whole or not
 * at all.
 * @from: the file; @path: where it goes below @root
 * @changed: set true where something was written, otherwise left alone; may be NULL
 * Return: 0 or -errno.
 */
int room_copy(const char *from, const char *root, const char *path, bool *changed);

/**
 * room_fill() - copy each file of a list (keeper_file()) to the same path below @root, and make
 * iscsid's configuration there: ours, /etc/iscsi/iscsid.conf if there is one, ours again.
 * @what: the path that could not be copied
 * Return: 0 or -errno.
 */
int room_fill(struct span list, const char *root, bool *changed, char *what, size_t size);

/**
 * room_build() - leave the caller's mount namespace, make the room at ROOM_DIR and fill it; for
 * the keeper's own process, which must have no other thread.
 * Return: 0 or -errno, with what failed in @what.
 */
int room_build(struct span list, char *what, size_t size);

/** room_enter() - make it the root and let go of all else. 0 or -errno. */
int room_enter(void);

/**
 * room_exitrd() - put the exitrd at EXITRD_DIR, on a ramfs that programs can be run from (the /run of
 * initramfs-tools is mounted noexec); files that others have put there already are kept.
 * Return: 0 or -errno.
 */
int room_exitrd(const char *program);

#endif
