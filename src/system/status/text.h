/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * status_text: what `iscsiroot status` finds in the timeline and /proc/stat, and how it prints ages,
 * sizes and iSCSI errors. Pure.
 */
#ifndef ISCSIROOT_SYSTEM_STATUS_TEXT_H
#define ISCSIROOT_SYSTEM_STATUS_TEXT_H

#include "base/scan.h"

/** status_text_login() - when @portal ("192.0.2.1:3260") was logged in to last, by the timeline:
 * microseconds since boot. False: never. */
bool status_text_login(struct span timeline, const char *portal, int64_t *when);

/** status_text_booted() - when this boot began, seconds since 1970, by /proc/stat; false: none. */
bool status_text_booted(struct span stat, uint64_t *when);

/** status_text_error() - an enum iscsi_err in words (scsi/iscsi_if.h); NULL: not known. */
const char *status_text_error(unsigned error);

/** status_text_age() - "34 s", "12 min", "3 h 12 min", "4 d 3 h". */
void status_text_age(struct out *o, uint64_t seconds);

/** status_text_size() - "8 GiB", "1.5 TiB": rounded down, at most one decimal digit. */
void status_text_size(struct out *o, uint64_t bytes);

#endif
