/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target: the targets of the plan, from the source with the highest precedence that has any:
 * root=iscsi:, netroot=iscsi:, the ISCSI_ keys, a DHCP root-path. Pure.
 */
#ifndef ISCSIROOT_PLAN_TARGET_H
#define ISCSIROOT_PLAN_TARGET_H

#include "plan/work.h"

/** targets_build() - fill in the targets, or p->wants_dhcp_target where a lease is to name one. */
bool targets_build(struct work *w);

#endif
