/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * look: what sysfs shows of our sessions: those that exist already are adopted, and what the kernel did not
 * report is found. It allocates its events while memory may be short, and drops those that a socket has no room for.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_LOOK_H
#define ISCSIROOT_KEEPER_ENGINE_LOOK_H

#include "keeper/engine/connection.h"

/**
 * look_adopt() - give each of these the session of its target and portal that an earlier keeper created:
 * its `creator` is -1, so it is no other program's.
 */
void look_adopt(struct connection *list, unsigned n);

/** look_at() - has its session vanished, or its connection failed? @lost: events were lost, perhaps a response. */
void look_at(struct connection *c, bool lost);

#endif
