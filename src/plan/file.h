/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file: /etc/iscsi/iscsi.initramfs and /etc/iscsi/initiatorname.iscsi. Both were sourced as shell
 * once, so they keep its quotes, but nothing in them is expanded or executed. Pure.
 */
#ifndef ISCSIROOT_PLAN_FILE_H
#define ISCSIROOT_PLAN_FILE_H

#include "plan/work.h"

/** file_gather() - the keys of iscsi.initramfs; its first error is kept in w->why (w->file_bad). */
void file_gather(struct work *w);

/** file_read_initiator() - p->initiator from initiatorname.iscsi; unchanged where it has none. */
bool file_read_initiator(struct work *w);

#endif
