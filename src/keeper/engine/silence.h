/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * silence: a connection that works is sent to, and TCP gets no answer. TCP sends again after 0.2, 0.4, 0.8 s and
 * so on: after an outage of 15 s it may be silent for 12 s more. So once it has been silent for 3 s, the portal
 * is connected to beside it. Where that is answered, and the connection still is not, a new login is the
 * sooner way back. A shorter silence, as when a VM migrates, ends sooner by itself.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_SILENCE_H
#define ISCSIROOT_KEEPER_ENGINE_SILENCE_H

#include "keeper/engine/state.h"

/** silence_watch() - look at a session that is up; c->broken is set where it is to be logged in again. Nothing without
 * its socket, which an earlier keeper had. */
void silence_watch(struct connection *c, struct shared *s, struct wait *w);

#endif
