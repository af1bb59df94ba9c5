// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/child.h"
#include "base/sys.h"
#include "exitrd/alive.h"
#include "exitrd/bounds.h"
#include "exitrd/disks.h"
#include "exitrd/log.h"
#include "exitrd/sessions.h"
#include "kernel/iscsi_session.h"

static const char *name_of(const struct session *s)
{
	return *s->target ? s->target : "session without a name";
}

static int probe(void *arg)
{
	return alive_check(arg, alive_silence(arg), PROBE_US);
}

static int destroy(void *arg)
{
	return iscsi_session_destroy(arg);
}

static int busy(void *arg)
{
	return disks_busy(arg) ? -EBUSY : 0;
}

/* Call @fn for every session of these fates, all at the same time; @err gets the results. */
static void for_all(struct sessions *s, unsigned fates, int (*fn)(void *), int64_t until,
		    int err[SESSIONS_MAX])
{
	struct child c[SESSIONS_MAX];
	unsigned i;

	for (i = 0; i < s->n; i++) {
		c[i] = (struct child){ 0, 0 };
		if (fates & 1u << s->fate[i])
			child_start(&c[i], fn, &s->list[i]);
	}
	child_wait(c, s->n, until);
	for (i = 0; i < s->n; i++) {
		child_leave(&c[i]);
		err[i] = c[i].err;
	}
}

static void destroy_dead(struct sessions *s, unsigned i, const char *why)
{
	struct child c;

	s->fate[i] = FATE_DEAD;
	log_line(name_of(&s->list[i]), "session destroyed without Logout: %s; its file systems were not "
		 "unmounted cleanly (fsck runs at the next boot)", why);
	child_start(&c, destroy, &s->list[i]);
	child_wait(&c, 1, sys_now() + BRIEF_US);
	child_leave(&c);
	if (c.err)
		log_line(name_of(&s->list[i]), "session not destroyed: %s", sys_error(c.err));
}

/* Where all sessions are dead there is no reason for a long wait; without any, a local disk may be slow. */
static void end_long_waits(struct sessions *s)
{
	bool dead = false;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		if (s->fate[i] == FATE_ALIVE || s->fate[i] == FATE_KEPT)
			return;
		dead |= s->fate[i] == FATE_DEAD;
	}
	if (dead)
		bounded_set_brief(s->bounded);
}

/* Return: was one dead? */
static bool check_alive(struct sessions *s, const char *why)
{
	int err[SESSIONS_MAX];
	bool dead = false;
	unsigned i;

	for_all(s, 1u << FATE_ALIVE, probe, sys_now() + SILENT_MAX_US + PROBE_US + BRIEF_US, err);
	for (i = 0; i < s->n; i++)
		if (s->fate[i] == FATE_ALIVE && err[i]) {
			destroy_dead(s, i, why);
			dead = true;
		}
	end_long_waits(s);
	return dead;
}

bool sessions_destroy_dead(struct sessions *s)
{
	return check_alive(s, "connection not restored");
}

void sessions_find(struct sessions *s)
{
	int n = session_list(s->list, SESSIONS_MAX + 1);
	unsigned i;

	if (n < 0)
		log_line("sessions", "not listed: %s", sys_error(n));
	if (n > SESSIONS_MAX) {
		log_line("sessions", "more than %u: no Logout from the others", SESSIONS_MAX);
		n = SESSIONS_MAX;
	}
	s->n = n > 0 ? n : 0;
	for (i = 0; i < s->n; i++)
		s->fate[i] = disks_count(&s->list[i]) ? FATE_ALIVE : FATE_NO_DISK;
	check_alive(s, "target does not answer");
	for (i = 0; i < s->n; i++)
		if (s->fate[i] == FATE_ALIVE)
			disks_limit_retries(&s->list[i]);
}

static bool has_target(const struct sessions *s, const char *target)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (!strcmp(s->list[i].target, target))
			return true;
	return false;
}

void sessions_report_missing(const struct sessions *s, const struct handoff *h)
{
	unsigned i;

	for (i = 0; i < h->n_sessions; i++)
		if (!has_target(s, h->sessions[i].target))
			log_line(h->sessions[i].target, "no Logout: session %u of the boot does not exist any more",
				 h->sessions[i].sid);
}

void sessions_flush(struct sessions *s, bool writable)
{
	int in_use[SESSIONS_MAX];
	unsigned i;

	for_all(s, 1u << FATE_ALIVE, busy, sys_now() + BRIEF_US, in_use);
	for (i = 0; i < s->n; i++) {
		if (s->fate[i] != FATE_ALIVE)
			continue;
		disks_flush(s->bounded, &s->list[i]);
		/* a flush that was blocked may have found it dead */
		if (s->fate[i] != FATE_ALIVE)
			continue;
		if (in_use[i] && writable) {
			s->fate[i] = FATE_KEPT;
			log_line(name_of(&s->list[i]), "no Logout: a file system or swap on it is still writable");
		} else {
			disks_remove(s->bounded, &s->list[i]);
		}
	}
}

static int logout(void *arg)
{
	const struct session *s = arg;
	int listener = iscsi_session_listen(), err;
	uint8_t response = 0;

	err = listener < 0 ? listener : iscsi_session_logout(s);
	if (err) {
		log_line(name_of(s), "Logout not sent: %s (is the connection lost?)", sys_error(err));
		return err;
	}
	err = iscsi_session_await_logout(listener, s, sys_now() + LOGOUT_US, &response);
	if (err)
		log_line(name_of(s), "no Logout Response: %s", sys_error(err));
	else if (response)
		log_line(name_of(s), "Logout failed: response code %u", response);
	else
		log_line(name_of(s), "logged out");
	return err ? err : response ? -EPROTO : 0;
}

void sessions_logout(struct sessions *s)
{
	const unsigned living = 1u << FATE_NO_DISK | 1u << FATE_ALIVE;
	int err[SESSIONS_MAX];
	unsigned i;

	for_all(s, living, logout, sys_now() + LOGOUT_US + BRIEF_US, err);
	/* their requests to the kernel do not run in parallel: it takes one at a time */
	for_all(s, living, destroy, sys_now() + BRIEF_US, err);
	for (i = 0; i < s->n; i++)
		if (err[i])
			log_line(name_of(&s->list[i]), "session not destroyed: %s", sys_error(err[i]));
}
