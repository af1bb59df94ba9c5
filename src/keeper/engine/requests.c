// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "keeper/engine/requests.h"
#include "kernel/kmsg.h"
#include "kernel/session.h"

#define FULL_US 5000		/* the helper's queue is full: it holds some ten requests */

static struct iscsi_if message;

static struct params params_of(const struct connection *c, const struct shared *s)
{
	return (struct params){
		.sid = c->sid, .host = c->host, .initiator = s->initiator, .target = c->target,
		.portal = c->portal, .tuning = c->tuning, .login = &c->login,
	};
}

static void make_pdu(const struct connection *c)
{
	uint8_t bhs[BHS_SIZE];
	struct span data = { NULL, 0 };

	if (c->step == CONN_LOGOUT)
		bhs_put_logout(bhs, BHS_LOGOUT_SESSION, 0);
	else
		iscsi_login_next(&c->login, bhs, &data);
	iscsi_if_pdu(&message, c->sid, 0, bhs, data);
}

/* The parameters of this step; false where all are set. */
static bool make_param(const struct connection *c, const struct shared *s)
{
	const struct params p = params_of(c, s);

	return c->step == CONN_NAMES ? params_names(&p, c->param, &message)
				     : params_agreed(&p, c->param, &message);
}

/* The request of this step into @message. */
static bool make(const struct connection *c, const struct shared *s)
{
	switch (c->step) {
	case CONN_STOP:
	case CONN_END_STOP:
		iscsi_if_stop(&message, c->sid, 0, c->step == CONN_STOP);
		return true;
	case CONN_CREATE_SESSION:
		iscsi_if_create_session(&message, c->tuning->cmds_max, c->tuning->queue_depth);
		return true;
	case CONN_CREATE_CONN:
		iscsi_if_conn(&message, ISCSI_IF_CREATE_CONN, c->sid, 0);
		return true;
	case CONN_BIND:
		iscsi_if_bind(&message, c->sid, 0, c->fd);
		return true;
	case CONN_NAMES:
	case CONN_AGREED:
		return make_param(c, s);
	case CONN_SEND:
	case CONN_LOGOUT:
		make_pdu(c);
		return true;
	case CONN_START:
		iscsi_if_conn(&message, ISCSI_IF_START_CONN, c->sid, 0);
		return true;
	case CONN_END_CONN:
		iscsi_if_conn(&message, ISCSI_IF_DESTROY_CONN, c->sid, 0);
		return true;
	default:
		iscsi_if_conn(&message, ISCSI_IF_DESTROY_SESSION, c->sid, 0);
		return true;
	}
}

bool request_next(struct connection *c, struct shared *s, struct wait *w)
{
	if (!make(c, s)) {
		c->step = CONN_START;
		return false;
	}
	if (iscsi_helper_ask(&s->helper, &message, c->index, c->step == CONN_BIND ? c->fd : -1)) {
		wait_until(w, sys_now() + FULL_US);
		return true;
	}
	c->asked = true;
	if (c->step == CONN_BIND) {
		c->stopped = false;
		c->broken = false;
	}
	return true;
}

bool request_taken(struct connection *c)
{
	const struct params p = { .target = c->target, .portal = c->portal, .tuning = c->tuning, .initiator = "" };

	c->param++;
	if (c->step != CONN_NAMES || params_names(&p, c->param, &message))
		return false;
	c->step = CONN_SEND;
	return true;
}

void request_ended(struct connection *c, int err)
{
	switch (c->step) {
	case CONN_END_STOP:
		c->step = CONN_END_CONN;
		return;
	case CONN_END_CONN:
		c->has_conn = false;
		c->step = CONN_END_SESSION;
		return;
	default:
		if (err)
			kmsg_log("<4>", "iscsiroot: keeper: session %u: not destroyed: %s", c->sid, sys_error(err));
		c->has_session = false;
		c->step = CONN_OFF;
	}
}

void request_logout(struct connection *c)
{
	c->step = CONN_LOGOUT;
	c->param = 1;		/* it is still to be sent */
	c->deadline = 0;
}

bool pin_recovery(struct connection *c)
{
	int err = session_set_recovery(c->sid, c->tuning->recovery);

	if (err && err != -EBUSY)
		kmsg_log("<4>", "iscsiroot: keeper: session %u: recovery timeout not pinned: %s", c->sid, sys_error(err));
	return err != -EBUSY;	/* it has failed again, and is pinned once it is up */
}
