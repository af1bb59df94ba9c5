// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/child.h"
#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/parts.h"

#define SECOND 1000000
#define LATE_US (SECOND / 2)	/* one call, once a dead target's bound has passed */

void down_pause(int64_t us)
{
	int64_t until = sys_now() + us;
	struct wait w;

	while (sys_now() < until) {
		wait_begin(&w, until);
		wait_run(&w);
	}
}

/* Is there somebody to wait for? Where no session is dead a local disk may be slow, too. */
static bool may_come_back(const struct down *d)
{
	bool dead = false;
	unsigned i;

	for (i = 0; i < d->n; i++) {
		if (d->fate[i] == FATE_ALIVE || d->fate[i] == FATE_KEPT)
			return true;
		dead |= d->fate[i] == FATE_DEAD;
	}
	return !dead;
}

int64_t down_patience(const struct down *d, int64_t now)
{
	if (!d->hopeless && may_come_back(d))
		return d->start + PATIENCE_US > now + BRIEF_US ? d->start + PATIENCE_US
							       : now + BRIEF_US;
	return now + (now - d->start < DEAD_US ? BRIEF_US : LATE_US);
}

int down_call(struct down *d, const char *object, const char *doing, int (*fn)(void *), void *arg)
{
	int64_t now = sys_now(), until = down_patience(d, now), say = now + SAY_US;
	bool gave_up = false;
	struct child c;

	child_start(&c, fn, arg);
	while (child_wait(&c, 1, say < until ? say : until)) {
		now = sys_now();
		if (now < until) {
			down_say(object, "%s takes long, waiting (is the target there?), %u s left",
				 doing, (unsigned)((until - now) / SECOND));
			say = now + SAY_US;
			continue;
		}
		if (gave_up || d->hopeless || !sessions_give_up(d)) {
			d->hopeless = true;
			child_leave(&c);
			down_say(object, "%s does not end, left behind", doing);
			break;
		}
		gave_up = true;
		until = sys_now() + BRIEF_US;
	}
	return c.err;
}
