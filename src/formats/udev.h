/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udev: an entry of udev's database, /run/udev/data/bMAJOR:MINOR
 * (systemd src/libsystemd/sd-device): a line per link (S:), property (E:), ...
 * What stands in it comes from the disk: labels, UUIDs. Pure.
 */
#ifndef ISCSIROOT_FORMATS_UDEV_H
#define ISCSIROOT_FORMATS_UDEV_H

#include "base/scan.h"

struct udev_entry {
	bool settled;			/* udev is through with the device */
	bool claims;			/* it has the link that is looked for */
	char fs_type[20];		/* ID_FS_TYPE; empty: nothing that udev knows */
	bool multipath;			/* DM_MULTIPATH_DEVICE_PATH: multipath has it, or will, as a path */
	bool btrfs_known;		/* ID_BTRFS_READY is there */
	bool btrfs_ready;		/* and says that the kernel has seen all members */
	unsigned md_devices;		/* MD_DEVICES, of an array; 0: not known */
	char fs_uuid[40];		/* ID_FS_UUID; of a physical volume: 38 characters */
	char fs_uuid_sub[40];		/* ID_FS_UUID_SUB: which member of a btrfs, or of an md array */
	char link[96];			/* its first link in the directory that is looked in */
};

/**
 * udev_read() - read a whole entry.
 * @want: the link that is looked for, without "/dev/" ("disk/by-uuid/..."); NULL: none
 * @e: written whole
 */
void udev_read(struct span text, const char *want, struct udev_entry *e);

#endif
