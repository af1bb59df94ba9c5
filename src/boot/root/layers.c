// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "boot/root/choose.h"
#include "boot/root/layers.h"
#include "kernel/sysfs.h"
#include "runtime/timeline.h"

#define MD_MEMBER "_raid_member"	/* linux_raid_member, isw_raid_member, ddf_raid_member */

static bool is_type(const struct block *b, const char *type)
{
	return !strcmp(b->udev.fs_type, type);
}

static bool is_md_member(const struct block *b)
{
	size_t n = strlen(b->udev.fs_type), tail = strlen(MD_MEMBER);

	return n > tail && !strcmp(b->udev.fs_type + n - tail, MD_MEMBER);
}

const char *settle_contents(const struct block *b)
{
	static const struct { const char *type, *what; } rows[] = {
		{ "LVM2_member", "an LVM physical volume" },
		{ "crypto_LUKS", "a LUKS container" },
		{ "bcache", "a bcache device" },
		{ "zfs_member", "a part of a ZFS pool" },
		{ "mpath_member", "a path of a multipath map" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (is_type(b, rows[i].type))
			return rows[i].what;
	return is_md_member(b) ? "a member of an md array" : NULL;
}

static const char *name_of(const struct block *b)
{
	return b->dm_name[0] ? b->dm_name : b->name;
}

/* Has it been opened: is there a device on it that can be used? */
static bool is_open(const struct settle *s, const struct block *b)
{
	return b->holder >= 0 && !s->blocks.b[b->holder].suspended;
}

/* The first device with such a content that nobody has opened; a path whose LUN another path shows is
 * not counted. */
static const struct block *closed(const struct settle *s, const char *type)
{
	const struct block *b = s->blocks.b;
	unsigned i, k;

	for (i = 0; i < s->blocks.n; i++) {
		if (!settle_is_ours(&b[i]) || !is_type(&b[i], type) || is_open(s, &b[i]))
			continue;
		for (k = 0; k < s->blocks.n; k++)
			if (k != i && settle_same_data(s, &b[i], &b[k]) && is_open(s, &b[k]))
				break;
		if (k == s->blocks.n)
			return &b[i];
	}
	return NULL;
}

void settle_map_cause(struct settle *s, const struct block *b)
{
	settle_cause(s, b->name, CAUSE(MAP_NOT_MADE));
}

void settle_dead_cause(struct settle *s, const struct block *b)
{
	char object[96];

	if (b->hung) {
		settle_cause(s, b->name, CAUSE(READ_HANGS));
	} else if (b->layer == LAYER_MAP) {
		out_text(object, sizeof(object), "multipath map %s", b->dm_name);
		settle_cause(s, object, CAUSE(MAP_DEAD));
	} else {
		settle_cause(s, s->sessions[b->session].target, CAUSE(SESSION_LOST));
	}
}

/* A map that is missing, or that no path leads to. */
static bool map_cause(struct settle *s)
{
	const struct block *b = s->blocks.b;
	unsigned i;
	int at;

	for (i = 0; i < s->blocks.n; i++) {
		if (b[i].layer == LAYER_MAP && !b[i].part && !b[i].alive &&
		    (settle_is_ours(&b[i]) || b[i].owner == DISK_UNKNOWN)) {
			settle_dead_cause(s, &b[i]);
			return true;
		}
		at = (int)i;
		if (!settle_is_ours(&b[i]) || b[i].base != (short)i ||
		    settle_choose(s, &at) != CHOICE_NO_MAP)
			continue;
		settle_map_cause(s, &b[i]);
		return true;
	}
	return false;
}

/* How many members the array of which this is one shall have; 0: not known. */
static unsigned md_wanted(const struct settle *s, const struct block *member)
{
	const struct block *array = member->holder < 0 ? NULL : &s->blocks.b[member->holder];
	unsigned n;

	if (!array || array->layer != LAYER_MD)
		return member->udev.md_devices;
	n = sysfs_number(UINT16_MAX, "class/block/%s/md/raid_disks", array->name);
	return n ? n : array->udev.md_devices > member->udev.md_devices ? array->udev.md_devices
									: member->udev.md_devices;
}

/* The members of one array that is not assembled, each once. */
static bool md_cause(struct settle *s)
{
	const struct block *b = s->blocks.b, *first = NULL;
	unsigned i, k, n = 0, wanted = 0;
	char object[96];
	struct out o;

	out_init(&o, object, sizeof(object));
	out_str(&o, "md array of ");
	for (i = 0; i < s->blocks.n; i++) {
		if (!settle_is_ours(&b[i]) || !is_md_member(&b[i]) || is_open(s, &b[i]) ||
		    (first && strcmp(b[i].udev.fs_uuid, first->udev.fs_uuid)))
			continue;
		for (k = 0; k < i; k++)
			if (is_md_member(&b[k]) && settle_same_data(s, &b[i], &b[k]))
				break;
		if (k < i)
			continue;
		first = first ? first : &b[i];
		out_fmt(&o, "%s%s", n++ ? ", " : "", name_of(&b[i]));
		wanted = wanted ? wanted : md_wanted(s, &b[i]);
	}
	if (n && wanted >= n)
		settle_cause(s, object, CAUSE(MD_NOT_ASSEMBLED), n, wanted);
	else if (n)
		settle_cause(s, object, CAUSE(MD_NOT_ASSEMBLED_UNKNOWN), n);
	return n;
}

bool settle_layer_cause(struct settle *s)
{
	const struct block *b;
	char object[96];

	if (map_cause(s) || md_cause(s))
		return true;
	if ((b = closed(s, "crypto_LUKS"))) {
		out_text(object, sizeof(object), "LUKS on %s", name_of(b));
		settle_cause(s, object, CAUSE(LUKS_CLOSED));
	} else if ((b = closed(s, "bcache"))) {
		out_text(object, sizeof(object), "bcache on %s", name_of(b));
		settle_cause(s, object, CAUSE(BCACHE_NOT_STARTED));
	} else if ((b = closed(s, "zfs_member"))) {
		out_text(object, sizeof(object), "ZFS on %s", name_of(b));
		settle_cause(s, object, CAUSE(ZFS_NOT_IMPORTED));
	}
	return b;
}

bool settle_is_layer(enum cause_id id)
{
	switch (id) {
	case CAUSE_MAP_NOT_MADE:
	case CAUSE_MAP_DEAD:
	case CAUSE_MD_NOT_ASSEMBLED:
	case CAUSE_MD_NOT_ASSEMBLED_UNKNOWN:
	case CAUSE_LUKS_CLOSED:
	case CAUSE_BCACHE_NOT_STARTED:
	case CAUSE_ZFS_NOT_IMPORTED:
	case CAUSE_BTRFS_INCOMPLETE:
		return true;
	default:
		return false;
	}
}

bool settle_same_btrfs(const struct block *a, const struct block *b)
{
	return is_type(a, "btrfs") && is_type(b, "btrfs") && a->udev.fs_uuid_sub[0] &&
	       b->udev.fs_uuid_sub[0] && !strcmp(a->udev.fs_uuid, b->udev.fs_uuid) &&
	       strcmp(a->udev.fs_uuid_sub, b->udev.fs_uuid_sub);
}

/* The kernel knows whether all have come: udev asks it with each (BTRFS_IOC_DEVICES_READY). The entry of
 * one that came before the last may still be the old one. Without udev's rule, or before the module is there,
 * the superblock says how many there are. */
bool settle_btrfs_missing(struct settle *s, const struct block *root, uint64_t members)
{
	const struct block *b = s->blocks.b;
	bool known = false;
	unsigned i, k, n = 0;
	char object[96];

	if (!is_type(root, "btrfs"))
		return false;
	for (i = 0; i < s->blocks.n; i++) {
		if (!is_type(&b[i], "btrfs") || strcmp(b[i].udev.fs_uuid, root->udev.fs_uuid))
			continue;
		if (b[i].udev.btrfs_ready)
			return false;
		known |= b[i].udev.btrfs_known;
		for (k = 0; k < i; k++)
			if (!strcmp(b[k].udev.fs_uuid, root->udev.fs_uuid) &&
			    !strcmp(b[k].udev.fs_uuid_sub, b[i].udev.fs_uuid_sub))
				break;
		n += k == i;
	}
	if (!known && n >= members)
		return false;
	out_text(object, sizeof(object), "btrfs %s", root->udev.fs_uuid);
	settle_cause(s, object, CAUSE(BTRFS_INCOMPLETE), n);
	return true;
}

struct below {
	bool seen[BLOCKS_MAX], learnt;
};

static bool note_below(void *arg, short below)
{
	struct below *l = arg;

	if (below >= 0 && !l->seen[below])
		l->seen[below] = l->learnt = true;
	return true;
}

void settle_note_degraded(const struct settle *s)
{
	static struct below l;
	const struct block *b = s->blocks.b;
	unsigned i, k, n, missing;

	memset(&l, 0, sizeof(l));
	l.seen[s->found] = l.learnt = true;
	while (l.learnt) {
		l.learnt = false;
		for (i = 0; i < s->blocks.n; i++) {
			if (!l.seen[i])
				continue;
			disk_each_slave(&s->blocks, &b[i], note_below, &l);
			for (k = 0; b[i].partition && k < s->blocks.n; k++)
				if (!strcmp(b[k].name, b[i].disk))
					note_below(&l, (short)k);
		}
	}
	for (i = 0; i < s->blocks.n; i++) {
		if (!l.seen[i] || b[i].layer != LAYER_MD)
			continue;
		n = sysfs_number(UINT16_MAX, "class/block/%s/md/raid_disks", b[i].name);
		missing = sysfs_number(n, "class/block/%s/md/degraded", b[i].name);
		if (missing)
			timeline_report(b[i].name, CAUSE(MD_DEGRADED), n - missing, n);
	}
}
