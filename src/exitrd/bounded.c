// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/child.h"
#include "base/sys.h"
#include "exitrd/bounded.h"
#include "exitrd/bounds.h"
#include "exitrd/log.h"

#define SECOND 1000000
#define LATE_US (SECOND / 2)	/* one call, once the bound of a dead target has passed */

void bounded_pause(int64_t us)
{
	int64_t until = sys_now() + us;
	struct wait w;

	while (sys_now() < until) {
		wait_begin(&w, until);
		wait_run(&w);
	}
}

void bounded_set_brief(struct bounded *b)
{
	if (!b->brief)
		b->brief_since = sys_now();
	b->brief = true;
}

int64_t bounded_deadline(const struct bounded *b, int64_t now)
{
	if (b->brief)
		return now + (now - b->brief_since < DEAD_US ? BRIEF_US : LATE_US);
	return b->start + RECOVERY_US > now + BRIEF_US ? b->start + RECOVERY_US : now + BRIEF_US;
}

int bounded_call(struct bounded *b, const char *object, const char *doing, int (*fn)(void *), void *arg)
{
	int64_t begin = sys_now(), now = begin, until = bounded_deadline(b, now), report = now + REPORT_US;
	bool gave_up = false;
	struct child c;

	child_start(&c, fn, arg);
	while (child_wait(&c, 1, report < until ? report : until)) {
		now = sys_now();
		if (now < until) {
			log_line(object, "%s: I/O is blocked, abandoned in %u s (check the target)", doing,
				 (unsigned)((until - now) / SECOND));
			report = now + REPORT_US;
			continue;
		}
		if (gave_up || b->brief || !b->give_up || !b->give_up(b->arg)) {
			bounded_set_brief(b);
			child_leave(&c);
			log_line(object, "%s: abandoned after %u s", doing,
				 (unsigned)((sys_now() - begin) / SECOND));
			break;
		}
		gave_up = true;
		until = sys_now() + BRIEF_US;
	}
	return c.err;
}
