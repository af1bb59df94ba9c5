// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/engine/asynchronous.h"
#include "keeper/engine/requests.h"
#include "kernel/kmsg.h"

#define WAIT_MAX_S 60		/* Time2Wait is at most an hour: the root does not wait that long */

static void wait_for_target(struct connection *c, unsigned seconds)
{
	if (seconds > WAIT_MAX_S) {
		kmsg_log("<4>", "iscsiroot: keeper: session %u: the target asks to wait %u s before the next login: "
			 "waiting %u s", c->sid, seconds, WAIT_MAX_S);
		seconds = WAIT_MAX_S;
	}
	c->retry_at = sys_now() + seconds * INT64_C(1000000);
}

/* A Logout within @seconds, then a new login. */
static void leave(struct connection *c, const char *why, unsigned seconds)
{
	kmsg_log("<5>", "iscsiroot: keeper: session %u: the target asks for %s: logging out and in again", c->sid, why);
	request_logout(c);
	if (seconds && seconds < 3)
		c->deadline = sys_now() + seconds * INT64_C(1000000);
}

static void take_message(struct connection *c, const struct bhs_async *a)
{
	switch (a->event) {
	case BHS_ASYNC_LOGOUT:
		leave(c, "a Logout", a->parameter3);
		return;
	case BHS_ASYNC_NEGOTIATE:
		leave(c, "a new negotiation", a->parameter3);
		return;
	case BHS_ASYNC_DROP_CONNECTION:
	case BHS_ASYNC_DROP_SESSION:
		if (a->event == BHS_ASYNC_DROP_CONNECTION && a->parameter1)
			return;		/* of another connection: there is none but 0 */
		kmsg_log("<5>", "iscsiroot: keeper: session %u: the target drops the %s", c->sid,
			 a->event == BHS_ASYNC_DROP_SESSION ? "session" : "connection");
		wait_for_target(c, a->parameter2);
		c->broken = true;
		return;
	default:
		return;		/* sense data, or a vendor's own */
	}
}

void asynchronous(struct connection *c, const uint8_t *bhs)
{
	struct bhs_logout_response response;
	struct bhs_async message;

	if (c->step == CONN_UP && bhs_get_async(bhs, &message)) {
		take_message(c, &message);
	} else if (bhs_get_logout_response(bhs, &response)) {
		if (c->step == CONN_LOGOUT && !c->end)
			wait_for_target(c, response.time2wait);
		if (c->step == CONN_LOGOUT)
			c->broken = true;	/* which ends the wait */
		else if (c->step == CONN_UP && !c->gone)
			c->gone = c->left = true;	/* the exitrd has logged it out: it is not logged in again */
	}
}
