/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lvm: the output of the lvm commands. Pure.
 *
 * The report is `lvm vgs --noheadings --separator | -o vg_name,vg_missing_pv_count,lv_name`,
 * warnings between its rows; the words are those of lvm2 2.03.16 and 2.03.31 in the C locale.
 */
#ifndef ISCSIROOT_FORMATS_LVM_H
#define ISCSIROOT_FORMATS_LVM_H

#include "base/scan.h"

struct lvm_row {
	struct span vg, lv;	/* lv is empty for a group without volumes */
	unsigned missing;	/* physical volumes */
};

/** lvm_row() - take the next row of the report off @text; false at its end. */
bool lvm_row(struct span *text, struct lvm_row *row);

/** lvm_missing() - the UUID of the first physical volume that @vg misses; false where unsaid. */
bool lvm_missing(struct span text, const char *vg, struct span *uuid);

/** lvm_says() - does any line hold @words? */
bool lvm_says(struct span text, const char *words);

/** lvm_reason() - the first line that is neither empty nor a warning, without blanks around. */
struct span lvm_reason(struct span text);

/**
 * lvm_name() - take a group's or volume's name off device-mapper's ("my--vg-root"), where
 * hyphens in it are doubled (lvm2 lib/misc/lvm-string.c, build_dm_name()). More than fits is cut.
 */
void lvm_name(const char **dm, char *name, size_t size);

#endif
