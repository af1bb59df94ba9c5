/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * initiator: the initiator name, which may be a template for many machines: %m, %u, %s, %h. Pure.
 */
#ifndef ISCSIROOT_PLAN_INITIATOR_H
#define ISCSIROOT_PLAN_INITIATOR_H

#include "plan/work.h"

/** initiator_take() - check a name or a template, which w->p->initiator is then. */
bool initiator_take(struct work *w, struct span text);

/**
 * initiator_expand() - fill in a template, once targets and network are known. What only the
 * network can tell may be missing until w->in->net_done: then p->initiator_pending is set and the
 * template stays.
 */
bool initiator_expand(struct work *w);

#endif
