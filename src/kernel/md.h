/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * md: software RAID arrays (linux/raid/md_u.h).
 */
#ifndef ISCSIROOT_KERNEL_MD_H
#define ISCSIROOT_KERNEL_MD_H

#include <stdbool.h>

/* open(2) of /dev/@name and ioctl(2): 0 or -errno; tests replace it. */
extern int (*md_ioctl)(const char *name, unsigned long what);

/** md_assembled() - is @name ("md0") an array that holds its members, whether it runs or not? */
bool md_assembled(const char *name);

/** md_stop() - STOP_ARRAY: write its metadata and let go of its members. -EBUSY: in use. May block. */
int md_stop(const char *name);

#endif
