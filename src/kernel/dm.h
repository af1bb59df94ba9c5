/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dm: the device-mapper's devices taken away, by ioctl (linux/dm-ioctl.h), without its library.
 */
#ifndef ISCSIROOT_KERNEL_DM_H
#define ISCSIROOT_KERNEL_DM_H

#include <sys/ioctl.h>		/* klibc's dm-ioctl.h wants its _IOWR */

#include <linux/dm-ioctl.h>

/* ioctl(2) of /dev/mapper/control: 0 or -errno; a test puts its own kernel there. */
extern int (*dm_ioctl)(unsigned long what, struct dm_ioctl *arg);

/**
 * dm_remove_all() - remove every device that nobody has open, one that lies on another first: again
 * and again for as long as that lets one more go. May block.
 * @left: called for each that is left, with what the kernel said of it (-errno); NULL: nobody asks
 * Return: how many were removed, or -errno: they cannot be listed. Without device-mapper: 0.
 */
int dm_remove_all(void (*left)(const char *name, int err));

#endif
