/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * connection: one session through one portal, from the first login to its end. A machine on the keeper's
 * loop: each step does what it can without blocking. The kernel is asked through iscsi_helper, one request of a
 * connection at a time; its answer and the kernel's events are handed in.
 *
 * Each attempt: STOP_CONN for recovery unless that is done (the kernel refuses to bind a connection that
 * has failed until it was stopped), connect, the first time CREATE_SESSION and CREATE_CONN, BIND_CONN,
 * SET_PARAM of names and timeouts, the login by SEND_PDU, SET_PARAM of what was agreed, START_CONN. The first
 * time the kernel then scans for disks, in a child. A session that was created stays: it is the same one
 * that a later attempt logs in.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_CONNECTION_H
#define ISCSIROOT_KEEPER_ENGINE_CONNECTION_H

#include "keeper/engine/state.h"

/** connection_init() - to begin with an attempt at once. @c is otherwise zero, and its pointers are set. */
void connection_init(struct connection *c);

/** connection_adopt() - a session exists already. @running: it is logged in, and its connection works. */
void connection_adopt(struct connection *c, const struct session *s, bool has_conn, bool running);

/** connection_step() - do all that can be done now; @w gets what it waits for. */
void connection_step(struct connection *c, struct shared *s, struct wait *w);

/** connection_result() - the helper's answer to its request. */
void connection_result(struct connection *c, struct shared *s, const struct iscsi_if_reply *reply);

/** connection_event() - an event of its session. */
void connection_event(struct connection *c, const struct iscsi_if_event *ev);

/** connection_lost() - its state in sysfs, or lost events, show that it does not work. */
void connection_lost(struct connection *c);

/** connection_vanished() - sysfs does not have its session any more. */
void connection_vanished(struct connection *c);

/** connection_end() - log it out for good; CONN_OFF once that is done. */
void connection_end(struct connection *c);

/** connection_release() - the socket of a session that is up, for connection_keep(); -1: none. */
int connection_release(struct connection *c);

/** connection_keep() - if this is session @sid and up, @fd is its socket. Return: is it? */
bool connection_keep(struct connection *c, uint32_t sid, int fd);

/** connection_close() - close its sockets; its session is left to itself. For tests, and the keeper's end. */
void connection_close(struct connection *c);

#endif
