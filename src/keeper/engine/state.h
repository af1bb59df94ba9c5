/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state: the state of a connection, and what all connections share. connection.h has the machine.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_STATE_H
#define ISCSIROOT_KEEPER_ENGINE_STATE_H

#include "base/cause.h"
#include "iscsi/login.h"
#include "keeper/engine/connector.h"
#include "keeper/engine/params.h"
#include "kernel/iscsi_helper.h"
#include "kernel/session.h"

/* Logins whose texts fit into memory at one time. A further one takes the place of the one that has waited
 * longest for a response. */
#define ENGINE_TEXTS 8

enum conn_step {
	CONN_OFF,		/* ended for good */
	CONN_PAUSE,		/* until retry_at */
	CONN_STOP,
	CONN_CONNECT,
	CONN_CREATE_SESSION,
	CONN_CREATE_CONN,
	CONN_BIND,
	CONN_NAMES,		/* `param` is the next */
	CONN_SEND,		/* a request of the login is on its way to the kernel */
	CONN_ANSWER,		/* the target's response is awaited until `deadline` */
	CONN_AGREED,		/* `param` is the next */
	CONN_START,
	CONN_UP,
	CONN_LOGOUT,		/* a Logout is on its way, or its response is awaited until `deadline` */
	CONN_END_STOP,
	CONN_END_CONN,
	CONN_END_SESSION,
};

struct text_slot {
	bool taken;
	struct iscsi_login_text text;
};

/* What all connections share. */
struct shared {
	struct iscsi_helper helper;
	const char *initiator;
	uint32_t random;		/* of the jitter; never of a secret */
	int urandom;			/* /dev/urandom: CHAP challenges */
	bool quiet;			/* a client reports the causes: they are not logged */
	struct text_slot texts[ENGINE_TEXTS];
};

struct connection {
	unsigned index;			/* the portal's number in the plan: the tag of requests */
	const struct keeper_target *target;
	const struct keeper_portal *portal;
	const struct tuning *tuning;
	const struct iscsi_credentials *credentials;
	enum conn_step step;

	/* the kernel's session */
	uint32_t sid, host;
	bool has_session, has_conn;
	bool stopped;			/* for recovery, or never bound: it may be bound */
	bool was_up;			/* logged in at some time, so that its disks were scanned */
	bool pinned;			/* recovery_tmo, in sysfs */
	bool gone;			/* it was destroyed, or logged out, by another program */
	bool left;			/* logged out: the exitrd does that */
	bool asked;			/* a request is with the helper */
	bool broken;			/* the kernel has reported an error of the connection */
	bool answered;			/* the login has taken a response */
	bool end;			/* it is to be logged out, for good */
	unsigned param;
	pid_t scan;			/* the child that scans; 0: none */
	int scan_fd;			/* its pidfd; -1: none */

	/* this attempt */
	int fd;				/* the socket that is bound, or about to be; never read; -1: none */
	struct connector connector;
	bool redirected;		/* to `to` */
	bool moved;			/* permanently, until it cannot be connected to */
	struct keeper_portal to;
	unsigned hops;
	int64_t began, deadline;	/* sys_now() */
	int64_t retry_at;
	int64_t silent_at;		/* when silence is reported; 0: it was */
	struct text_slot *slot;
	struct iscsi_offers offers;
	struct iscsi_login_config config;
	struct iscsi_login login;

	/* for others */
	bool changed;			/* clients are to be told */
	unsigned tries, refusals;	/* in a row: connects, logins that failed */
	unsigned attempts;		/* since it is down */
	unsigned errors, recoveries, error;	/* error: the kernel's number of the last; 0: none */
	int64_t since;			/* sys_boottime(): up or down since; 0: never up */
	struct cause cause;		/* why it is not up; code 0: no attempt has failed yet */
};

/** state_object() - "ADDRESS:PORT TARGET", as messages name it; valid until the next call. */
const char *state_object(const struct connection *c);

#endif
