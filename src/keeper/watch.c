// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <unistd.h>

#include "keeper/watch.h"
#include "kernel/kmsg.h"
#include "kernel/probe.h"

#define LOOK_US INT64_C(3000000)
#define STUCK_US INT64_C(10000000)	/* down for so long without progress; iscsid tries every 3 to 5 s */
#define PROBE_US INT64_C(2000000)
/* From one restart to the next at most. A restart also drops the connections that are up. */
#define PAUSE_MAX_US INT64_C(60000000)
#define PAUSE_SHARED_US INT64_C(3600000000)	/* while another session is logged in */

static bool is_stuck(const struct kept_session *k, int64_t now)
{
	return !k->logged_in && now - k->progress >= STUCK_US;
}

static bool any_up(const struct sessions *s)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (s->list[i].logged_in)
			return true;
	return false;
}

static bool all_up(const struct sessions *s)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (!s->list[i].logged_in)
			return false;
	return true;
}

/* In turn, so that one with a dead portal does not hide the others: the next after the last tried. */
static const struct kept_session *find_stuck(const struct watch *w, const struct sessions *s, int64_t now)
{
	const struct kept_session *k, *best = NULL;

	for (k = s->list; k < s->list + s->n; k++)
		/* behind the last one the numbers wrap around, as unsigned ones do */
		if (is_stuck(k, now) && (!best || k->sid - w->sid - 1 < best->sid - w->sid - 1))
			best = k;
	return best;
}

static bool restart(struct watch *w, const struct sessions *s, int64_t now)
{
	int64_t max = any_up(s) ? PAUSE_SHARED_US : PAUSE_MAX_US;

	w->pause = w->pause ? w->pause * 2 : STUCK_US;
	if (w->pause > max)
		w->pause = max;
	w->restart_at = now + w->pause;
	kmsg_log("<4>", "iscsiroot: keeper: session %u: down though its portal answers, restarting iscsid",
		 w->sid);
	return true;
}

/* Begin to connect to the portal of @k. Return: true where that cannot be tried: a host name. */
static bool try_portal(struct watch *w, const struct kept_session *k, int64_t now)
{
	w->sid = k->sid;
	if (!k->portal.family)
		return true;
	w->fd = probe_start(&k->portal, k->port, "");
	if (w->fd < 0)
		w->fd = -1;
	w->until = now + PROBE_US;
	return false;
}

/* Return: true where the portal has answered. */
static bool read_answer(struct watch *w, int64_t now)
{
	int err = probe_result(w->fd);

	if (err == -EINPROGRESS && now < w->until)
		return false;
	close(w->fd);
	w->fd = -1;
	return !err;
}

/* It may have logged in meanwhile. */
static bool still_stuck(const struct watch *w, struct sessions *s, int64_t now)
{
	unsigned i;

	sessions_look(s);
	for (i = 0; i < s->n; i++)
		if (s->list[i].sid == w->sid)
			return is_stuck(&s->list[i], now);
	return false;
}

bool watch_step(struct watch *w, struct sessions *s)
{
	int64_t now = sys_now();
	const struct kept_session *k;

	if (w->fd >= 0)
		return read_answer(w, now) && s->iscsid && still_stuck(w, s, now) && restart(w, s, now);
	if (now < w->look_at)
		return false;
	w->look_at = now + LOOK_US;
	sessions_look(s);
	if (all_up(s))
		w->pause = w->restart_at = 0;
	k = s->iscsid && now >= w->restart_at ? find_stuck(w, s, now) : NULL;
	return k && try_portal(w, k, now) && restart(w, s, now);
}

void watch_wait(const struct watch *w, struct wait *wait)
{
	if (w->fd >= 0) {
		wait_fd(wait, w->fd, POLLOUT);
		wait_until(wait, w->until);
	} else {
		wait_until(wait, w->look_at);
	}
}
