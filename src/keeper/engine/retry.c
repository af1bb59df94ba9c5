// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/codes.h"
#include "base/sys.h"
#include "keeper/engine/retry.h"
#include "kernel/kmsg.h"
#include "kernel/probe.h"

#define SOON_US 50000		/* from a failure to the next attempt, at least */
#define FIRST_US 100000
#define CONNECT_MAX_US 320000	/* a SYN that is refused costs nothing; a target that is back is noticed */
#define CLOSED_MAX_US 500000	/* a proxy, or a target that is being restarted */
#define CLOSED_OFTEN 20		/* that many in a row, and it is neither */
#define LOGIN_FIRST_US 250000
#define LOGIN_MAX_US 2000000
#define ERROR_TCP_CLOSED 1020	/* ISCSI_ERR_TCP_CONN_CLOSE of enum iscsi_err */

static int64_t backoff(int64_t first, unsigned n, int64_t max)
{
	int64_t us = n < 8 ? first << n : max;

	return us < max ? us : max;
}

/* Not before Time2Wait, which retry_at may hold already, is over. */
static void pause_for(struct connection *c, struct shared *s, int64_t us)
{
	int64_t at = c->began + jitter(&s->random, us), soon = sys_now() + SOON_US;

	if (at < soon)
		at = soon;
	if (c->retry_at < at)
		c->retry_at = at;
	c->attempts++;
}

/* Keep the cause. Each new one is logged once. */
static void note(struct connection *c, const struct shared *s, struct cause *why)
{
	out_text(why->object, sizeof(why->object), "%s", state_object(c));
	c->changed = true;
	if (cause_equals(&c->cause, why))
		return;
	c->cause = *why;
	if (!s->quiet)
		kmsg_log("<4>", "iscsiroot: keeper: %s: %s; retrying", c->cause.object, c->cause.text);
}

static void note_plain(struct connection *c, const struct shared *s, enum cause_id id)
{
	struct cause why = { 0 };

	cause_set_plain(&why, "", id);
	note(c, s, &why);
}

void retry_connect(struct connection *c, struct shared *s, int err)
{
	struct cause why = { 0 };

	probe_cause(err, &why);
	note(c, s, &why);
	pause_for(c, s, backoff(FIRST_US, c->tries++, CONNECT_MAX_US));
}

void retry_silent(struct connection *c, struct shared *s)
{
	note_plain(c, s, CAUSE_NO_ANSWER);
	c->attempts++;
}

void retry_closed(struct connection *c, struct shared *s)
{
	unsigned n = c->refusals++;

	/* a connection is closed after a refusal, too, which stays the cause */
	if (c->cause.code != CODE_AUTH)
		note_plain(c, s, c->error == ERROR_TCP_CLOSED ? CAUSE_CONNECTION_CLOSED : CAUSE_CONNECTION_BROKEN);
	pause_for(c, s, backoff(FIRST_US, n, n < CLOSED_OFTEN ? CLOSED_MAX_US : LOGIN_MAX_US));
}

void retry_login(struct connection *c, struct shared *s)
{
	struct cause why = { 0 };

	failure_cause(&c->login.failure, chap_wanted(c->credentials), state_object(c), &why);
	note(c, s, &why);
	pause_for(c, s, backoff(LOGIN_FIRST_US, c->refusals++, LOGIN_MAX_US));
}

void retry_plain(struct connection *c, struct shared *s, enum cause_id id, int err)
{
	struct cause why = { 0 };

	if (err) {
		cause_set(&why, "", CAUSE(KERNEL_REFUSED), sys_error(err));
		note(c, s, &why);
	} else {
		note_plain(c, s, id);
	}
	pause_for(c, s, backoff(LOGIN_FIRST_US, c->refusals++, LOGIN_MAX_US));
}
