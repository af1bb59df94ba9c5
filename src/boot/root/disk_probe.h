/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk_probe: what may block in the kernel for ever is done in a child: to read a disk, and to have the
 * kernel scan for LUNs.
 */
#ifndef ISCSIROOT_BOOT_ROOT_DISK_PROBE_H
#define ISCSIROOT_BOOT_ROOT_DISK_PROBE_H

#include <sys/types.h>

#include "base/sys.h"
#include "kernel/session.h"

struct disk_probe {
	pid_t pid;			/* 0: none */
	int fd;				/* the child writes its answer to it */
	uint64_t members;		/* of the btrfs that was read; 0: none */
};

/** disk_probe_start() - start to read the first block of @path below the directory @root. 0 or -errno. */
int disk_probe_start(struct disk_probe *p, int root, const char *path);

/** disk_scan_start() - have the kernel scan the hosts of sessions for new LUNs. */
void disk_scan_start(struct disk_probe *p, const struct session *list, unsigned n);

/** disk_probe_done() - true once the child has answered: *err is 0 or an errno. */
bool disk_probe_done(struct disk_probe *p, struct wait *w, int *err);

/** disk_probe_end() - kill the child. @options: of waitpid(). */
void disk_probe_end(struct disk_probe *p, int options);

#endif
