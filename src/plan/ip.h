/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ISCSIROOT_PLAN_IP_H
#define ISCSIROOT_PLAN_IP_H

#include "plan/work.h"

/** ip_parse() - the value of one ip= parameter; @n is written whole, padding too. */
bool ip_parse(struct work *w, struct span text, struct plan_net *n);

#endif
