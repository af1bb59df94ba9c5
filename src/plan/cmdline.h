/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmdline: the kernel command line, cut into its parameters once per plan. Pure.
 */
#ifndef ISCSIROOT_PLAN_CMDLINE_H
#define ISCSIROOT_PLAN_CMDLINE_H

#include "plan/work.h"

/**
 * cmdline_gather() - keep the parameters that are ours in w->parameters, and what they ask for.
 * Neither rejects nor warns: the input may not ask for an iSCSI root at all.
 */
void cmdline_gather(struct work *w);

/** cmdline_check() - reject parameters that are not supported; warn about unknown ones. */
bool cmdline_check(struct work *w);

/** cmdline_unknown() - is a key of ours misspelt in it? w->why has the first one. */
bool cmdline_unknown(struct work *w);

#endif
