// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/child.h"
#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/alive.h"
#include "exitrd/bounded.h"
#include "exitrd/bounds.h"
#include "kernel/scsi.h"
#include "kernel/sysfs.h"

#define RETRY_US 200000
#define TMO_MAX 3600		/* seconds */

int (*alive_ask)(const char *disk, unsigned timeout_ms) = scsi_alive;

/* One child for each disk of a session, side by side: a disk that blocks must not delay the others. */
struct probes {
	const struct session *s;
	unsigned timeout_ms;	/* of one command */
	char name[64];		/* of the disk whose child is being started */
	unsigned n;
	struct child c[DISKS_MAX];
};

/* As of now; @s may be older. */
static bool is_logged_in(const struct session *s)
{
	char state[32];

	return span_eq(sysfs_read(state, sizeof(state), "class/iscsi_session/session%u/state", s->sid),
		       "LOGGED_IN");
}

/* A disk that cannot be opened is retried only while its session may still recover; the parent ends it. */
static int probe(void *arg)
{
	const struct probes *p = arg;
	int err;

	while ((err = alive_ask(p->name, p->timeout_ms)) && err != -ENOENT &&
	       (err == -EAGAIN || !is_logged_in(p->s)))
		bounded_pause(RETRY_US);
	return err;
}

/* A session with more than DISKS_MAX disks is judged by that many: one answer is enough. */
static bool start_probe(void *arg, const char *disk)
{
	struct probes *p = arg;

	if (span_copy(span_of(disk), p->name, sizeof(p->name)))
		child_start(&p->c[p->n++], probe, p);
	return p->n < DISKS_MAX;
}

static bool one_answered(const struct probes *p)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (!p->c[i].pid && !p->c[i].err)
			return true;
	return false;
}

/*
 * The kernel notices a connection that is silently dead by its NOPs. Until then the session counts as
 * logged in, and a slow disk looks the same. From then on there is only the time that a login takes.
 */
struct patience {
	int64_t begin, silence, grace;
	int64_t down;		/* since when it is not logged in; 0: it is */
	bool was_down;
};

static bool is_over(struct patience *p, const struct session *s)
{
	int64_t now = sys_now(), last = p->begin + p->silence, until;

	if (is_logged_in(s)) {
		p->down = 0;
		until = p->was_down ? last + p->grace : last;
	} else {
		if (!p->down)
			p->down = now;
		p->was_down = true;
		until = p->down + p->grace;
	}
	return now >= (until < last + p->grace ? until : last + p->grace);
}

int64_t alive_silence(const struct session *s)
{
	static const char format[] = "class/iscsi_connection/connection%u:%u/%s";
	int64_t us = INT64_C(1000000) * (sysfs_number(TMO_MAX, format, s->sid, s->cid, "recv_tmo") +
					 sysfs_number(TMO_MAX, format, s->sid, s->cid, "ping_tmo") + 1);

	if (us < SILENT_US)
		return SILENT_US;
	return us < SILENT_MAX_US ? us : SILENT_MAX_US;
}

int alive_check(const struct session *s, int64_t silence, int64_t grace)
{
	struct probes p = { .s = s, .timeout_ms = (silence + grace) / 1000 };
	struct patience patience = { .begin = sys_now(), .silence = silence, .grace = grace };
	bool answered, silent = false;
	unsigned i;

	session_disks(s, start_probe, &p);
	while (child_wait(p.c, p.n, sys_now() + RETRY_US) && !one_answered(&p) && !is_over(&patience, s))
		;
	answered = one_answered(&p);
	for (i = 0; i < p.n; i++) {
		child_leave(&p.c[i]);
		silent |= p.c[i].err == -ETIMEDOUT || p.c[i].err == -EAGAIN;
	}
	/*
	 * A disk that is offline or has no device node was never asked, so its error says nothing about
	 * the target: where that is true of all disks, the kernel's state of the session decides.
	 */
	return answered || (!silent && is_logged_in(s)) ? 0 : -ETIMEDOUT;
}
