/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ISCSIROOT_PLAN_XENSTORE_H
#define ISCSIROOT_PLAN_XENSTORE_H

#include "plan/work.h"

/** xenstore_gather() - the keys that the host has written below vm-data/iscsiroot/. */
void xenstore_gather(struct work *w);

#endif
