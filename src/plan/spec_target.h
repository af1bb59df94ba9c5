/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spec_target: one whole target, as root=iscsi:, netroot=iscsi:, ISCSI_TARGET and a DHCP root-path
 * name it (spec.h), added to the plan. Pure.
 */
#ifndef ISCSIROOT_PLAN_SPEC_TARGET_H
#define ISCSIROOT_PLAN_SPEC_TARGET_H

#include "plan/work.h"

/**
 * spec_target_add() - add the target that @text names, from behind "iscsi:".
 * Where it names no credentials, not even by a leading @, w->takes_auth says so.
 */
bool spec_target_add(struct work *w, struct span text, enum source source);

#endif
