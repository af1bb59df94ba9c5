/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk: the block devices as sysfs and udev's database show them, and which
 * of them lie wholly on disks of given iSCSI sessions. Nothing here reads
 * from a device, so nothing here can block on one.
 */
#ifndef ISCSIROOT_KERNEL_BLOCK_H
#define ISCSIROOT_KERNEL_BLOCK_H

#include "base/limits.h"
#include "formats/udev.h"
#include "kernel/session.h"

/* Of what a device is made, by its ancestors in sysfs: slaves/ of what is stacked, and where the disk is. */
enum disk_owner {
	DISK_UNKNOWN,		/* not shown yet, or beyond a ceiling */
	DISK_OURS,		/* of disks of the given sessions, and nothing else */
	DISK_MIXED,		/* of these, and of others */
	DISK_OTHER,		/* at least partly of a disk of another iSCSI session, and of none of ours */
	DISK_LOCAL,		/* of disks of no iSCSI session */
};

enum disk_layer {
	LAYER_NONE,		/* a disk or a partition of one */
	LAYER_MAP,		/* multipath map, or a partition of one (dm uuid mpath-, partN-mpath-) */
	LAYER_LVM,		/* dm uuid LVM- */
	LAYER_MD,
	LAYER_ELSE,		/* LUKS and other device-mapper devices, bcache, loop */
};

struct block {
	enum disk_owner owner;
	enum disk_layer layer;
	unsigned major, minor;
	bool partition;
	bool suspended;			/* device-mapper: no table loaded yet; md: not started */
	bool alive;			/* I/O can be done: by one path of a map, one member of an md array, all
					 * disks of anything else; what is no iSCSI disk is taken to be */
	bool hung;			/* for the caller: a read of it has not returned */
	short base;			/* index of the disk below; one that is alive, and ours where there is one */
	short foreign;			/* index of a disk below that is not ours, -1 */
	short holder;			/* index of a device that is stacked on it, -1 */
	short map;			/* index of the multipath map of a path, -1 */
	short session;			/* index of the disk's session; -1 */
	unsigned sid;			/* the number of its session, listed or not */
	bool unlisted;			/* a disk of a session that is not in the list */
	unsigned part;			/* number of the partition, of a disk or a map; 0: the whole */
	uint64_t lun;			/* the disk's, as Linux shows it */
	char name[32];			/* of the kernel: "sda1", "dm-0" */
	struct udev_entry udev;		/* without udev it is settled, and nothing else */
	char disk[32];			/* itself, or the disk that it is a partition of */
	char dm_name[DM_NAME_MAX + 1];	/* device-mapper's name, else empty */
};

struct blocks {
	unsigned n;
	bool cut;			/* there are more than BLOCKS_MAX, the others are not in it */
	struct block b[BLOCKS_MAX];
};

/**
 * disk_look() - look at all block devices.
 * @root: directory that stands for /, of udev's database
 * @list: the sessions whose disks are ours
 * @want: the link that is looked for, without "/dev/" ("disk/by-uuid/..."); NULL: none
 * @udev: whether udev runs; without it nothing has to be waited for
 * Return: 0 or -errno. More than BLOCKS_MAX devices are no error: all->cut is set. What lies on a device
 * that is not in the list because that was cut is DISK_UNKNOWN.
 */
int disk_look(int root, const struct session *list, unsigned n, const char *want, bool udev,
	      struct blocks *all);

/** disk_node() - index of the block device that the node @path ("/dev/sda1") is, or -1. */
int disk_node(int root, const char *path, const struct blocks *all);

/** disk_each_slave() - hand @fn the index of each device directly below, until it says false. */
void disk_each_slave(const struct blocks *all, const struct block *b, bool (*fn)(void *arg, short below),
		     void *arg);

/** disk_same_lun() - are two disks paths to one LUN, by session and LUN number or by wwid? */
bool disk_same_lun(const struct session *list, const struct block *a,
		   const struct block *b);

/**
 * disk_attr() - an attribute in sysfs, without its newline; empty where there is none.
 * "device/wwid": the disk's identity from its VPD page 0x83; "dm/uuid": begins with "LVM-".
 */
void disk_attr(const char *name, const char *attr, char *buf, size_t size);

/** disk_encode() - a label as udev writes it in a link (libudev udev_util_encode_string). */
void disk_encode(struct out *o, const char *label);

#endif
