/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * requests: what a connection asks of the kernel at each step, through the helper.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_REQUESTS_H
#define ISCSIROOT_KEEPER_ENGINE_REQUESTS_H

#include "keeper/engine/state.h"

/**
 * request_next() - make and send the request of the present step; c->asked is then set.
 * Return: true where it waits: the request was sent, or the helper has no room for it now. False: there was
 * nothing left to ask (of parameters), and the step has changed.
 */
bool request_next(struct connection *c, struct shared *s, struct wait *w);

/** request_taken() - a parameter was set. Return: true where the login is to begin now, which CONN_SEND needs. */
bool request_taken(struct connection *c);

/** request_ended() - the answer to a request of CONN_END_*: go on to the next, whatever it was. */
void request_ended(struct connection *c, int err);

/** request_logout() - the next request is a Logout that closes the session. c->deadline 0: the usual one. */
void request_logout(struct connection *c);

/** pin_recovery() - write recovery_tmo to sysfs: from then on nobody else's SET_PARAM changes it. Done? */
bool pin_recovery(struct connection *c);

#endif
