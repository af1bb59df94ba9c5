/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build: makes the plan of all the boot input. Pure, but for the work area of one plan at a time.
 */
#ifndef ISCSIROOT_PLAN_BUILD_H
#define ISCSIROOT_PLAN_BUILD_H

#include "plan/plan.h"

enum plan_result { PLAN_OK, PLAN_NONE, PLAN_INVALID };

/**
 * plan_build() - read all the input into @p.
 * @p: written whole; valid with PLAN_OK only, its warnings always
 * @why: filled in with PLAN_INVALID; with PLAN_NONE where the input asks for something that is not
 * there or misspells it, which one line should report, else @why->reason is NULL
 */
enum plan_result plan_build(const struct plan_input *in, struct plan *p, struct diag *why);

/** plan_asked() - does the input ask for an iSCSI root, be it valid or not? */
bool plan_asked(const struct plan_input *in);

/** plan_check_file() - the file (and the initiator name) alone, each key on its own. */
bool plan_check_file(const struct plan_input *in, struct plan *p, struct diag *why);

#endif
