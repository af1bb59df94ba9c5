// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sys.h"
#include "boot/root/choose.h"
#include "boot/root/multipath.h"

/* multipathd makes a map within a second of the udev event of the path, and a script of initramfs-tools runs
 * multipath between local-top and local-block. A map that is not there this long after both will not come: the
 * LUN is blacklisted. */
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
		if (s->maps.finds == MULTIPATH_ALL)
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

/* Not multipathd, which may have ended: 0.11.1 does so where the image has no bindings file. Where there is no
 * answer, only what udev claims is waited for. */
static void ask(struct settle *s, struct wait *w)
{
	const char *argv[] = { s->maps.program, "-T", NULL };

	s->maps.asked = true;
	s->maps.run.whole = s->maps.output;
	if (spawn_start(&s->maps.run, argv))
		look_again(s, w);
}

void settle_multipath_step(struct settle *s, struct wait *w)
{
	struct multipath_maps *m = &s->maps;

	if (!s->multipath || !has_disk(s))
		return;
	if (!m->asked)
		ask(s, w);
	if (m->run.pid) {
		if (!spawn_step(&m->run, w))
			return;
		if (spawn_ok(&m->run))
			m->finds = multipath_finds(spawn_output(&m->run));
		look_again(s, w);
	}
	if (m->finds != MULTIPATH_CLAIMED && !m->until && !s->scripts_pending && has_candidate(s))
		m->until = sys_now() + MAP_MAX_US;
	if (!m->until || m->over)
		return;
	wait_until(w, m->until);
	m->over = sys_now() >= m->until;
	if (m->over)
		look_again(s, w);
}

void settle_multipath_close(struct settle *s)
{
	spawn_kill(&s->maps.run);
}
