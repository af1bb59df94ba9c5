/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asynchronous: what a target sends to a session that is logged in: asynchronous messages (RFC 7143 section
 * 11.9), and responses to a Logout (section 11.15).
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_ASYNCHRONOUS_H
#define ISCSIROOT_KEEPER_ENGINE_ASYNCHRONOUS_H

#include "keeper/engine/state.h"

/** asynchronous() - obey a PDU outside of a login. @bhs: its header, BHS_SIZE bytes. */
void asynchronous(struct connection *c, const uint8_t *bhs);

#endif
