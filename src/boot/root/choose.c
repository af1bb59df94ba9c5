// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "boot/root/choose.h"
#include "kernel/sysfs.h"

bool settle_is_ours(const struct block *b)
{
	return b->owner == DISK_OURS || (b->owner == DISK_MIXED && b->layer != LAYER_LVM);
}

static const struct block *base_of(const struct settle *s, const struct block *b)
{
	return &s->blocks.b[b->base];
}

/* A disk, a multipath map, or a partition of either: what lies on it is the LUN's own. */
static bool is_lun(const struct settle *s, const struct block *b)
{
	if (b->base < 0 || b->session < 0)
		return false;
	return b->layer == LAYER_MAP || !strcmp(b->disk, base_of(s, b)->name);
}

static bool same_lun(const struct settle *s, const struct block *a, const struct block *b)
{
	return a->base == b->base || disk_same_lun(s->sessions, base_of(s, a), base_of(s, b));
}

bool settle_same_data(const struct settle *s, const struct block *a, const struct block *b)
{
	return a == b || (is_lun(s, a) && is_lun(s, b) && a->part == b->part && same_lun(s, a, b));
}

/* By udev's rule for multipath, or there is a map already. */
static bool is_claimed(const struct settle *s, const struct block *b)
{
	return b->layer != LAYER_MAP && (base_of(s, b)->udev.multipath || base_of(s, b)->map >= 0);
}

/* Is the disk of a LUN by this session still to come, or udev's rule for multipath still to look at it? */
static bool is_pending(const struct settle *s, short session, uint64_t lun)
{
	const struct block *b = s->blocks.b;
	unsigned i;

	for (i = 0; i < s->blocks.n; i++)
		if (b[i].session == session && b[i].base == (short)i && b[i].lun == lun)
			return !b[i].udev.settled;
	return s->scanning || sysfs_exists("bus/scsi/devices/%u:0:0:%u", s->sessions[session].host, (unsigned)lun);
}

/* Will multipath make a map by its own rules? */
static bool waits_for_map(const struct settle *s, unsigned paths)
{
	const struct multipath_maps *m = &s->maps;

	if (m->over)
		return false;
	return !m->asked || m->run.pid || m->finds == MULTIPATH_ALL || (m->finds == MULTIPATH_PAIRS && paths > 1);
}

/* Another path may yet come, and then the image's multipath would make a map and remove the partitions of
 * the paths. */
static bool may_be_claimed(const struct settle *s, const struct block *b, unsigned paths)
{
	const char *name = s->sessions[b->session].target;
	unsigned i, portals = 0;

	if (!s->multipath)
		return false;
	for (i = 0; i < s->plan->n_targets; i++)
		if (span_same_nocase(span_of(name), span_of(s->plan->targets[i].name)))
			portals += s->plan->targets[i].n_portals;
	if (s->more_paths && paths < portals)
		return true;
	for (i = 0; i < s->n_sessions; i++)
		if (s->sessions[i].logged_in && !strcmp(s->sessions[i].target, name) && is_pending(s, (short)i, b->lun))
			return true;
	return waits_for_map(s, paths);
}

enum choice settle_choose(const struct settle *s, int *index)
{
	const struct block *b = s->blocks.b, *old = &b[*index], *best = old;
	bool claimed = false;
	unsigned i, paths = 0;

	if (!is_lun(s, old))
		return old->alive ? CHOICE_GOOD : CHOICE_DEAD;
	for (i = 0; i < s->blocks.n; i++) {
		if (!is_lun(s, &b[i]) || !same_lun(s, old, &b[i]))
			continue;
		claimed |= is_claimed(s, &b[i]);
		paths += &b[i] == base_of(s, &b[i]);
		if (b[i].part != old->part)
			continue;
		if ((b[i].layer == LAYER_MAP) != (best->layer == LAYER_MAP) ? b[i].layer == LAYER_MAP
									   : b[i].alive && !best->alive)
			best = &b[i];
	}
	*index = (int)(best - b);
	if (best->layer != LAYER_MAP && (claimed || may_be_claimed(s, old, paths)))
		return CHOICE_NO_MAP;
	return best->alive ? CHOICE_GOOD : CHOICE_DEAD;
}
