/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disks: the SCSI disks of one iSCSI session.
 */
#ifndef ISCSIROOT_EXITRD_DISKS_H
#define ISCSIROOT_EXITRD_DISKS_H

#include <stdbool.h>

#include "exitrd/bounded.h"
#include "kernel/session.h"

/** disks_count() - how many a session has. */
unsigned disks_count(const struct session *s);

/** disks_limit_retries() - a command that a session's disk answers with an error is no longer retried
 * for ever, but for longer than a target is waited for. */
void disks_limit_retries(const struct session *s);

/** disks_busy() - does a mount, swap or stacked device have one of them open exclusively? */
bool disks_busy(const struct session *s);

/** disks_flush() - have each write its volatile cache to the medium. */
void disks_flush(struct bounded *b, const struct session *s);

/** disks_remove() - remove each from the kernel. */
void disks_remove(struct bounded *b, const struct session *s);

#endif
