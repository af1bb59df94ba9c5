/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settings: reads the values of the ISCSI_ keys into the plan. Pure.
 */
#ifndef ISCSIROOT_PLAN_SETTINGS_H
#define ISCSIROOT_PLAN_SETTINGS_H

#include "plan/work.h"

/** settings_read() - every key of @stage that has a value, in the order of KEYS. */
bool settings_read(struct work *w, enum key_stage stage);

/** settings_read_target() - the keys about the target into targets[0], each key on its own. */
bool settings_read_target(struct work *w);

/** settings_read_credentials() - those of the keys into @a, whatever source they are from. */
bool settings_read_credentials(struct work *w, struct plan_auth *a);

#endif
