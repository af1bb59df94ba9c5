// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "keeper/engine/asynchronous.h"
#include "keeper/engine/connection.h"
#include "keeper/engine/requests.h"
#include "keeper/engine/retry.h"
#include "keeper/engine/scan.h"
#include "keeper/engine/silence.h"
#include "kernel/kmsg.h"
#include "kernel/sysfs.h"

#define TRIED_US 1000000	/* a portal that was silent for so long has been tried */
#define SILENT_US 3500000	/* "no route to host" comes after 3 s: it says more */
#define TEXT_US 20000		/* a login's text is waited for: another login is about to end */
#define LOGOUT_US 3000000	/* a target's answer to a Logout */
#define SILENT_LOGIN 2		/* times that TCP has sent again without an answer: 0.6 s */
#define HOPS_MAX 4		/* redirections of one attempt */

void connection_init(struct connection *c)
{
	c->fd = c->scan_fd = -1;
	c->step = CONN_PAUSE;
	c->offers = c->tuning->offers;
	c->stopped = true;
}

void connection_adopt(struct connection *c, const struct session *s, bool has_conn, bool running)
{
	c->sid = s->sid;
	c->host = s->host;
	c->has_session = true;
	c->has_conn = has_conn;
	c->stopped = !has_conn;
	c->was_up = session_was_up(s);
	c->step = running ? CONN_UP : has_conn ? CONN_STOP : CONN_PAUSE;
	c->since = sys_boottime();
	if (running && !c->was_up)
		scan_begin(c);	/* its scan ended with the keeper before */
	if (c->was_up && !running)
		cause_set_plain(&c->cause, state_object(c), CAUSE_SESSION_RESTORED);
}

/* This attempt is over: what it has is given back. */
static void drop(struct connection *c)
{
	struct { int on, seconds; } now = { 1, 0 };	/* struct linger, which klibc lacks */

	connector_close(&c->connector);
	if (c->fd >= 0) {
		/* whoever is at the other end hears of it at once, and not after the target's timeout */
		if (c->step < CONN_UP)
			setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close(c->fd);
	}
	c->fd = -1;
	if (c->slot) {
		sys_wipe(c->slot, sizeof(*c->slot));
		c->slot = NULL;
	}
	sys_wipe(&c->login, sizeof(c->login));
	c->answered = false;
}

int connection_release(struct connection *c)
{
	int fd = c->step == CONN_UP ? c->fd : -1;

	if (fd >= 0)
		c->fd = -1;
	return fd;
}

bool connection_keep(struct connection *c, uint32_t sid, int fd)
{
	if (!c->has_session || c->sid != sid || c->step != CONN_UP)
		return false;
	c->fd = fd;
	return true;
}

void connection_close(struct connection *c)
{
	drop(c);
	scan_end(c);
}

/* The next attempt; retry_at says when. The connection is stopped at once: nothing of it is kept meanwhile. */
static void again(struct connection *c)
{
	drop(c);
	c->redirected = c->moved = false;
	c->hops = 0;
	c->step = c->has_conn && !c->stopped ? CONN_STOP : CONN_PAUSE;
}

static void set_off(struct connection *c)
{
	drop(c);
	c->step = CONN_OFF;
	c->changed = true;
}

/* It was up, and is not any more. */
static void lost(struct connection *c)
{
	bool moved = c->moved;

	c->errors++;
	c->since = sys_boottime();
	c->attempts = c->tries = c->refusals = 0;
	cause_set_plain(&c->cause, state_object(c), CAUSE_SESSION_RESTORED);
	c->changed = true;
	kmsg_log("<4>", "iscsiroot: keeper: session %u: connection lost (iSCSI error %u), being restored",
		 c->sid, c->error);
	again(c);
	c->moved = moved;
}

static void up(struct connection *c, const struct shared *s)
{
	int64_t now = sys_boottime(), us = now - c->since;
	int fd = c->fd;

	if (!c->was_up && !s->quiet)
		kmsg_log("<5>", "iscsiroot: keeper: %s: logged in", state_object(c));
	if (c->was_up) {
		c->recoveries++;
		kmsg_log("<5>", "iscsiroot: keeper: session %u: connection restored after %u.%u s", c->sid,
			 (unsigned)(us / 1000000), (unsigned)(us / 100000 % 10));
	}
	c->fd = -1;
	drop(c);
	c->fd = fd;
	c->step = CONN_UP;
	c->since = now;
	c->tries = c->refusals = c->attempts = 0;
	c->retry_at = 0;
	cause_clear(&c->cause);
	c->changed = true;
	if (!c->was_up)
		scan_begin(c);
	c->was_up = true;
}

static bool begin_login(struct connection *c, struct shared *s)
{
	struct iscsi_login_config *l = &c->config;

	*l = (struct iscsi_login_config){
		.initiator = s->initiator, .target = c->target->name,
		.isid = { 0x00, 0x02, 0x3d, c->sid >> 16, c->sid >> 8, c->sid },
		.credentials = c->credentials, .offers = &c->offers,
		.exp_statsn = sysfs_number(UINT32_MAX, "class/iscsi_connection/connection%u:0/exp_statsn", c->sid),
	};
	if (*c->target->username_in && read(s->urandom, l->random, sizeof(l->random)) != sizeof(l->random)) {
		retry_plain(c, s, 0, -EIO);
		return false;
	}
	c->deadline = sys_now() + c->tuning->login_timeout * INT64_C(1000000);
	if (iscsi_login_begin(&c->login, l, &c->slot->text) == ISCSI_LOGIN_SEND)
		return true;
	retry_login(c, s);
	return false;
}

static void redirect(struct connection *c, struct shared *s)
{
	const struct iscsi_redirect r = c->login.redirect;
	unsigned hops = c->hops;

	if (hops >= HOPS_MAX) {
		retry_plain(c, s, CAUSE_REDIRECT_LOOP, 0);
		again(c);
		return;
	}
	c->to = *c->portal;
	c->to.address = r.address;
	c->to.port = r.port;
	if (r.has_group)
		c->to.group = r.group;
	again(c);
	c->moved = r.permanent;
	c->redirected = true;
	c->hops = hops + 1;
}

/* The login has taken a response. */
static void go_on(struct connection *c, struct shared *s)
{
	unsigned algorithms;

	c->answered = false;
	switch (c->login.step) {
	case ISCSI_LOGIN_SEND:
		c->step = CONN_SEND;
		return;
	case ISCSI_LOGIN_DONE:
		c->step = CONN_AGREED;
		c->param = 0;
		return;
	case ISCSI_LOGIN_REDIRECT:
		redirect(c, s);
		return;
	default:
		algorithms = iscsi_login_other_algorithms(&c->login);
		c->offers.chap_algorithms = algorithms ? algorithms : c->tuning->offers.chap_algorithms;
		/* at once, and only the last refusal counts: some targets choose what they cannot do */
		if (!algorithms)
			retry_login(c, s);
		again(c);
	}
}

static void step_answer(struct connection *c, struct shared *s, struct wait *w)
{
	int64_t now = sys_now();

	if (c->answered) {
		go_on(c, s);
	} else if (connector_is_silent(c->fd, SILENT_LOGIN)) {
		/* the network is gone again: its own timers would take the longer, the longer it was away */
		retry_silent(c, s);
		again(c);
	} else if (now >= c->deadline) {
		retry_plain(c, s, CAUSE_NO_LOGIN_RESPONSE, 0);
		again(c);
	} else {
		wait_until(w, c->deadline);
		wait_until(w, now + CONNECTOR_SILENT_US);
	}
}

/* Return: a free text, or that of the login that has waited longest for a response. */
static bool take_text(struct connection *c, struct shared *s)
{
	unsigned i;

	for (i = 0; i < ENGINE_TEXTS && !c->slot; i++)
		if (!s->texts[i].taken)
			c->slot = &s->texts[i];
	if (c->slot)
		c->slot->taken = true;
	return c->slot;
}

static void bind_or_create(struct connection *c)
{
	c->step = !c->has_session ? CONN_CREATE_SESSION : !c->has_conn ? CONN_CREATE_CONN : CONN_BIND;
}

static void step_connect(struct connection *c, struct shared *s, struct wait *w)
{
	const struct keeper_portal *to = c->redirected || c->moved ? &c->to : c->portal;
	int64_t now = sys_now();

	if (c->fd < 0) {
		c->fd = connector_step(&c->connector, &to->address, to->port, c->target->netdev, &s->random, w);
		if (c->fd == -EINPROGRESS) {
			c->fd = -1;
			if (now >= c->began + TRIED_US && !c->attempts) {
				c->attempts = 1;
				c->changed = true;
			}
			if (now >= c->silent_at) {
				retry_silent(c, s);
				c->silent_at = now + SILENT_US;
				if (to != c->portal)
					again(c);
			}
			wait_until(w, c->attempts ? c->silent_at : c->began + TRIED_US);
			return;
		}
		if (c->fd < 0) {
			int err = c->fd;

			c->fd = -1;
			retry_connect(c, s, err);
			again(c);
			return;
		}
		c->tries = 0;
	}
	if (take_text(c, s))
		bind_or_create(c);
	else
		wait_until(w, now + TEXT_US);
}

static void step_pause(struct connection *c, struct wait *w)
{
	if (sys_now() < c->retry_at) {
		wait_until(w, c->retry_at);
		return;
	}
	c->retry_at = 0;
	c->began = sys_now();
	c->silent_at = c->began + SILENT_US;
	c->step = CONN_CONNECT;
}

static void step_up(struct connection *c, struct shared *s, struct wait *w)
{
	if (!c->broken)		/* which it is to find, and must not take back */
		silence_watch(c, s, w);
	if (c->broken)
		lost(c);
	else if (!c->pinned)
		c->pinned = pin_recovery(c);
	scan_step(c, w);
}

static void step_logout(struct connection *c, struct wait *w)
{
	if (!c->broken && sys_now() < c->deadline) {
		wait_until(w, c->deadline);
		return;
	}
	if (c->end)
		c->step = CONN_END_STOP;
	else
		lost(c);
}

/* The end, from wherever it is. */
static void begin_end(struct connection *c)
{
	bool running = c->step == CONN_UP && !c->broken;

	drop(c);
	scan_end(c);
	if (!c->has_session)
		set_off(c);
	else if (running)
		request_logout(c);
	else
		c->step = c->has_conn ? CONN_END_STOP : CONN_END_SESSION;
}

/* Return: true where the step has changed, and more can be done. */
static bool advance(struct connection *c, struct shared *s, struct wait *w)
{
	enum conn_step before = c->step;

	if (c->end && before < CONN_LOGOUT && before != CONN_OFF)
		begin_end(c);
	else if (before == CONN_PAUSE)
		step_pause(c, w);
	else if (before == CONN_CONNECT)
		step_connect(c, s, w);
	else if (before == CONN_ANSWER && (c->answered || !c->broken))	/* a refusal comes before the end */
		step_answer(c, s, w);
	else if (before == CONN_UP)
		step_up(c, s, w);
	else if (before == CONN_LOGOUT && !c->param)
		step_logout(c, w);
	else if (before >= CONN_BIND && before <= CONN_START && c->broken) {
		retry_closed(c, s);
		again(c);
	} else if (before != CONN_OFF && request_next(c, s, w))
		return false;
	return c->step != before && !c->asked;
}

void connection_step(struct connection *c, struct shared *s, struct wait *w)
{
	if (c->gone && !c->asked && c->step != CONN_OFF) {
		if (!c->left)
			kmsg_log("<4>", "iscsiroot: keeper: session %u: destroyed by another program, not logged in "
				 "again", c->sid);
		scan_end(c);
		set_off(c);
	}
	while (!c->asked && advance(c, s, w))
		;
}

/* What a request has led to. Return: false where the attempt has failed. */
static bool take_success(struct connection *c, struct shared *s, const struct iscsi_if_reply *reply)
{
	switch (c->step) {
	case CONN_STOP:
		c->stopped = true;
		c->broken = false;	/* events until here were about the old socket */
		c->step = CONN_PAUSE;
		return true;
	case CONN_CREATE_SESSION:
		c->sid = reply->sid;
		c->host = reply->host;
		c->has_session = true;
		bind_or_create(c);
		return true;
	case CONN_CREATE_CONN:
		c->has_conn = true;
		bind_or_create(c);
		return true;
	case CONN_BIND:
		c->step = CONN_NAMES;
		c->param = 0;
		return true;
	case CONN_SEND:
		c->step = CONN_ANSWER;
		return true;
	case CONN_START:
		up(c, s);
		return true;
	case CONN_LOGOUT:
		c->param = 0;
		c->deadline = c->deadline ? c->deadline : sys_now() + LOGOUT_US;
		return true;
	default:
		return request_taken(c) ? begin_login(c, s) : true;
	}
}

void connection_result(struct connection *c, struct shared *s, const struct iscsi_if_reply *reply)
{
	enum conn_step step = c->step;

	c->asked = false;
	if (step >= CONN_END_STOP) {
		request_ended(c, reply->err);
		if (c->step == CONN_OFF)
			set_off(c);
		return;
	}
	if (step == CONN_LOGOUT && reply->err) {
		c->param = 0;
		c->deadline = 0;	/* it cannot be sent: as if its response had come */
		return;
	}
	if (!reply->err) {
		if (!take_success(c, s, reply))
			again(c);
		return;
	}
	if (c->has_session && !sysfs_exists("class/iscsi_session/session%u", c->sid)) {
		c->gone = true;
		return;
	}
	if (c->has_conn && !sysfs_exists("class/iscsi_connection/connection%u:0", c->sid)) {
		c->has_conn = false;
		c->stopped = true;
	}
	if (c->broken && step != CONN_STOP)
		retry_closed(c, s);
	else
		retry_plain(c, s, 0, reply->err);
	again(c);
}

void connection_event(struct connection *c, const struct iscsi_if_event *ev)
{
	if (ev->kind == ISCSI_EVENT_CONN_ERROR) {
		c->error = ev->code;
		c->broken |= c->step >= CONN_BIND && !c->stopped;
	} else if (ev->kind == ISCSI_EVENT_DESTROYED) {
		c->gone |= c->step < CONN_END_STOP;
	} else if (ev->kind == ISCSI_EVENT_PDU && (c->step == CONN_SEND || c->step == CONN_ANSWER)) {
		c->answered = true;
		iscsi_login_feed(&c->login, ev->bhs, ev->data.p, ev->data.n);
	} else if (ev->kind == ISCSI_EVENT_PDU) {
		asynchronous(c, ev->bhs);
	}
}

void connection_lost(struct connection *c)
{
	if (c->step >= CONN_BIND && c->step <= CONN_LOGOUT && !c->stopped) {
		c->error = 0;
		c->broken = true;
	}
}

void connection_vanished(struct connection *c)
{
	if (c->has_session && c->step < CONN_END_STOP)
		c->gone = true;
}

void connection_end(struct connection *c)
{
	c->end = true;
}
