/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ISCSIROOT_PLAN_ROOT_H
#define ISCSIROOT_PLAN_ROOT_H

#include "plan/work.h"

/** root_build() - what root= names: a volume or a partition on the LUN, or the LUN itself. */
bool root_build(struct work *w);

#endif
