/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * auth: CHAP credentials, from keys or from within a target specification. Pure.
 */
#ifndef ISCSIROOT_PLAN_AUTH_H
#define ISCSIROOT_PLAN_AUTH_H

#include "plan/work.h"

/** auth_copy() - a user name or a secret, any 8-bit text, into CHAP_MAX + 1 bytes. */
bool auth_copy(struct work *w, struct span value, bool secret, char *dst);

/** auth_note_secret() - there is a secret on the command line: warn, and note it in the plan. */
void auth_note_secret(struct work *w);

/** auth_finish() - reject half of a pair; which pairs there are decides the method. */
bool auth_finish(struct work *w, struct plan_auth *a);

#endif
