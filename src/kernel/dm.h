/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dm: resumes and removes device-mapper devices by ioctl (linux/dm-ioctl.h), without libdevmapper.
 */
#ifndef ISCSIROOT_KERNEL_DM_H
#define ISCSIROOT_KERNEL_DM_H

#include <sys/ioctl.h>		/* klibc's dm-ioctl.h wants its _IOWR */

#include <linux/dm-ioctl.h>

/* ioctl(2) on /dev/mapper/control: 0 or -errno; tests replace it. */
extern int (*dm_ioctl)(unsigned long what, struct dm_ioctl *arg);

/**
 * dm_remove_all() - remove every device that is not open. Removing one can free those below it, so
 * repeat until a pass removes none. May block.
 * @left: called for each device that remains, with the error of its removal (-errno); may be NULL
 * Return: how many were removed, or -errno if they cannot be listed. Without device-mapper: 0.
 */
int dm_remove_all(void (*left)(const char *name, int err));

/** dm_resume() - DM_DEV_SUSPEND without its flag: let the I/O of the device @name go on. 0 or -errno. */
int dm_resume(const char *name);

/** dm_message() - send @text to the target of the device @name, as `dmsetup message @name 0`. 0 or -errno. */
int dm_message(const char *name, const char *text);

#endif
