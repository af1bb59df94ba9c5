/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * retry: an attempt has failed: why, what is logged of it, and when the next one begins. A portal is tried
 * for ever.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_RETRY_H
#define ISCSIROOT_KEEPER_ENGINE_RETRY_H

#include "keeper/engine/state.h"

/** retry_connect() - no TCP connection: @err of connector_step(). */
void retry_connect(struct connection *c, struct shared *s, int err);

/** retry_silent() - report that the portal does not answer; the attempt goes on. */
void retry_silent(struct connection *c, struct shared *s);

/** retry_closed() - the connection was lost during the login. */
void retry_closed(struct connection *c, struct shared *s);

/** retry_login() - the login has failed by an answer of the target: c->login.failure. */
void retry_login(struct connection *c, struct shared *s);

/** retry_plain() - for a reason of its own. @err: -errno of a request to the kernel; 0: a cause without values. */
void retry_plain(struct connection *c, struct shared *s, enum cause_id id, int err);

#endif
