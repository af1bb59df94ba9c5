// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/child.h"
#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/alive.h"
#include "exitrd/bounded.h"
#include "kernel/scsi.h"

#define PROBE_MS 3000
#define RETRY_US 200000

int (*alive_ask)(const char *disk, unsigned timeout_ms) = scsi_alive;

/* One child for each disk of a session, side by side: a disk that blocks must not delay the others. */
struct probes {
	const struct session *s;
	int64_t until;
	char name[64];		/* of the disk whose child is being started */
	unsigned n;
	struct child c[DISKS_MAX];
};

/* As of now; @s may be older. */
static bool is_logged_in(const struct session *s)
{
	static struct session list[SESSIONS_MAX];
	int i, n = session_list(list, SESSIONS_MAX);

	for (i = 0; i < n; i++)
		if (list[i].sid == s->sid)
			return list[i].logged_in;
	return false;
}

/* A disk that cannot be opened is retried only while its session may still recover. */
static int probe(void *arg)
{
	const struct probes *p = arg;
	int err;

	while ((err = alive_ask(p->name, PROBE_MS)) && err != -ENOENT &&
	       (err == -EAGAIN || !is_logged_in(p->s)) && sys_now() + RETRY_US < p->until)
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

int alive_check(const struct session *s, int64_t until)
{
	struct probes p = { .s = s, .until = until };
	bool answered, silent = false;
	unsigned i;

	session_disks(s, start_probe, &p);
	while (child_wait(p.c, p.n, sys_now() + RETRY_US) && !one_answered(&p) && sys_now() < until)
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
