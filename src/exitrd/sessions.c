// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <unistd.h>

#include "base/child.h"
#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/parts.h"

static const char *name_of(const struct session *s)
{
	return *s->target ? s->target : "session without a name";
}

static int probe(void *arg)
{
	return disks_alive(arg, sys_now() + PROBE_US);
}

static int destroy(void *arg)
{
	return session_destroy(arg);
}

static int held(void *arg)
{
	return disks_held(arg) ? -EBUSY : 0;
}

/* One call for every session of one of these fates, side by side; @err has what came of it. */
static void for_all(struct down *d, unsigned fates, int (*fn)(void *), int64_t until,
		    int err[SESSIONS_MAX])
{
	struct child c[SESSIONS_MAX];
	unsigned i;

	for (i = 0; i < d->n; i++) {
		c[i] = (struct child){ 0, 0 };
		if (fates & 1u << d->fate[i])
			child_start(&c[i], fn, &d->sessions[i]);
	}
	child_wait(c, d->n, until);
	for (i = 0; i < d->n; i++) {
		child_leave(&c[i]);
		err[i] = c[i].err;
	}
}

static void end_dead(struct down *d, unsigned i, const char *when)
{
	struct child c;

	d->fate[i] = FATE_DEAD;
	down_say(name_of(&d->sessions[i]), "the target %s: its session is ended without a Logout, "
		 "and its file systems are not unmounted cleanly (the next boot checks them)",
		 when);
	child_start(&c, destroy, &d->sessions[i]);
	child_wait(&c, 1, sys_now() + BRIEF_US);
	child_leave(&c);
	if (c.err)
		down_say(name_of(&d->sessions[i]), "its session cannot be ended: %s",
			 sys_error(c.err));
}

bool sessions_give_up(struct down *d)
{
	int err[SESSIONS_MAX];
	bool dead = false;
	unsigned i;

	for_all(d, 1u << FATE_ALIVE, probe, sys_now() + PROBE_US, err);
	for (i = 0; i < d->n; i++)
		if (d->fate[i] == FATE_ALIVE && err[i]) {
			end_dead(d, i, "has not come back");
			dead = true;
		}
	return dead;
}

void sessions_look(struct down *d)
{
	int err[SESSIONS_MAX], n = session_list(d->sessions, SESSIONS_MAX);
	unsigned i;

	d->n = n > 0 ? n : 0;
	if (n < 0)
		down_say("sessions", "cannot be listed: %s", sys_error(n));
	for (i = 0; i < d->n; i++)
		d->fate[i] = disks_count(&d->sessions[i]) ? FATE_ALIVE : FATE_NONE;
	for_all(d, 1u << FATE_ALIVE, probe, sys_now() + PROBE_US, err);
	for (i = 0; i < d->n; i++)
		if (d->fate[i] == FATE_ALIVE && err[i])
			end_dead(d, i, "does not answer");
		else if (d->fate[i] == FATE_ALIVE)
			disks_limit(&d->sessions[i]);
}

void sessions_flush(struct down *d)
{
	int busy[SESSIONS_MAX];
	unsigned i;

	for_all(d, 1u << FATE_ALIVE, held, sys_now() + BRIEF_US, busy);
	for (i = 0; i < d->n; i++) {
		if (d->fate[i] != FATE_ALIVE)
			continue;
		disks_flush(d, &d->sessions[i]);
		if (d->fate[i] != FATE_ALIVE)
			continue;
		if (busy[i] && d->writable) {
			d->fate[i] = FATE_KEPT;
			down_say(name_of(&d->sessions[i]),
				 "no Logout: a file system or swap on it is still written to");
		} else {
			disks_delete(d, &d->sessions[i]);
		}
	}
}

static int logout(void *arg)
{
	const struct session *s = arg;
	int hears = session_listen(), asks = session_listen(), err;
	uint8_t response = 0;

	err = hears < 0 ? hears : asks < 0 ? asks : session_send_logout(asks, s);
	if (err) {
		down_say(name_of(s), "no Logout, the kernel does not send one: %s "
			 "(is the connection lost?)", sys_error(err));
		return err;
	}
	err = session_await_logout(hears, s, sys_now() + LOGOUT_US, &response);
	if (err)
		down_say(name_of(s), "Logout not answered: %s", sys_error(err));
	else if (response)
		down_say(name_of(s), "Logout refused, response %u", response);
	else
		down_say(name_of(s), "logged out");
	return err ? err : response ? -EPROTO : 0;
}

void sessions_logout(struct down *d)
{
	const unsigned living = 1u << FATE_NONE | 1u << FATE_ALIVE;
	int err[SESSIONS_MAX];
	unsigned i;

	for_all(d, living, logout, sys_now() + LOGOUT_US + BRIEF_US, err);
	/* not side by side: the kernel takes one request at a time */
	for_all(d, living, destroy, sys_now() + BRIEF_US, err);
	for (i = 0; i < d->n; i++)
		if (err[i])
			down_say(name_of(&d->sessions[i]), "its session cannot be ended: %s",
				 sys_error(err[i]));
}
