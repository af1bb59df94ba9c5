// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sys.h"
#include "boot/root/choose.h"
#include "boot/root/multipath.h"

/* multipathd makes a map within a second of the udev event of the path. One that it has not made by then will
 * not come: the LUN is blacklisted. */
#define MAP_MAX_US 10000000

static bool is_path(const struct settle *s, unsigned i)
{
	const struct block *b = &s->blocks.b[i];

	return settle_is_ours(b) && b->base == (short)i && b->udev.settled && b->map < 0;
}

/* Is there a LUN of which it makes a map? */
static bool has_candidate(const struct settle *s)
{
	unsigned i, k;

	for (i = 0; i < s->blocks.n; i++) {
		if (!is_path(s, i))
			continue;
		if (s->daemon.finds == MULTIPATH_ALL)
			return true;
		for (k = 0; k < i; k++)
			if (is_path(s, k) && settle_same_data(s, &s->blocks.b[i], &s->blocks.b[k]))
				return true;
	}
	return false;
}

static bool has_disk(const struct settle *s)
{
	unsigned i;

	for (i = 0; i < s->blocks.n; i++)
		if (settle_is_ours(&s->blocks.b[i]))
			return true;
	return false;
}

static void look_again(struct settle *s, struct wait *w)
{
	s->look = true;
	wait_until(w, 0);
}

/* Where it does not run, only what udev claims is waited for. */
static void ask(struct settle *s, struct wait *w)
{
	const char *argv[] = { s->daemon.program, "show", "config", "local", NULL };

	s->daemon.asked = true;
	s->daemon.run.whole = s->daemon.output;
	if (spawn_start(&s->daemon.run, argv))
		look_again(s, w);
}

void settle_multipath_step(struct settle *s, struct wait *w)
{
	struct multipath_daemon *d = &s->daemon;

	if (!s->multipath || !has_disk(s))
		return;
	if (!d->asked)
		ask(s, w);
	if (d->run.pid) {
		if (!spawn_step(&d->run, w))
			return;
		if (spawn_ok(&d->run))
			d->finds = multipath_finds(spawn_output(&d->run));
		look_again(s, w);
	}
	if (d->finds != MULTIPATH_CLAIMED && !d->until && has_candidate(s))
		d->until = sys_now() + MAP_MAX_US;
	if (!d->until || d->over)
		return;
	wait_until(w, d->until);
	d->over = sys_now() >= d->until;
	if (d->over)
		look_again(s, w);
}

void settle_multipath_close(struct settle *s)
{
	spawn_kill(&s->daemon.run);
}
