// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/sys.h"
#include "boot/root/absent.h"
#include "boot/root/choose.h"
#include "boot/root/layers.h"
#include "kernel/sysfs.h"

/* What the target's disks hold: "sda ext4, sdb"; for a link, what it could name. */
static void list_blocks(const struct settle *s, struct out *o)
{
	bool link = settle_wants_link(s->plan);
	unsigned i;

	for (i = 0; i < s->blocks.n; i++) {
		const struct block *b = &s->blocks.b[i];

		if (!settle_is_ours(b) || (link && !b->udev.link[0] && !b->udev.fs_type[0]))
			continue;
		out_str(o, o->len ? ", " : "");
		out_str(o, b->name);
		if (b->udev.fs_type[0]) {
			out_ch(o, ' ');
			out_str(o, b->udev.fs_type);
		}
		if (link && b->udev.link[0]) {
			out_ch(o, ' ');
			out_str(o, b->udev.link);
		}
	}
	if (!o->len)
		out_str(o, "nothing");
}

int settle_claim(const struct settle *s, enum disk_owner owner)
{
	unsigned i;

	for (i = 0; i < s->blocks.n; i++)
		if (s->blocks.b[i].owner == owner && s->blocks.b[i].udev.claims)
			return (int)i;
	return -1;
}

/* A disk of which multipath, which is in the image, has made no map. NULL: none. */
static const struct block *unmapped(const struct settle *s)
{
	const struct block *b = s->blocks.b;
	unsigned i;

	for (i = 0; s->multipath && i < s->blocks.n; i++)
		if (settle_is_ours(&b[i]) && b[i].base == (short)i && b[i].map < 0)
			return &b[i];
	return NULL;
}

/* A disk with nothing on it that udev knows, partitions included. NULL: none. */
static const struct block *blank(const struct settle *s)
{
	const struct block *b = s->blocks.b;
	unsigned i, k;

	for (i = 0; i < s->blocks.n; i++) {
		if (!settle_is_ours(&b[i]) || b[i].base != (short)i || b[i].udev.fs_type[0] || b[i].holder >= 0)
			continue;
		for (k = 0; k < s->blocks.n; k++)
			if (b[k].partition && b[k].base == (short)i)
				break;
		if (k == s->blocks.n)
			return &b[i];
	}
	return NULL;
}

static const char *target_of(const struct block *b, char *buf, size_t size)
{
	return sysfs_read(buf, size, "class/iscsi_session/session%u/targetname", b->sid).p;
}

void settle_elsewhere(struct settle *s, const struct block *b)
{
	char target[INAME_MAX + 1];

	settle_cause(s, settle_root_name(s->plan), CAUSE(ROOT_OTHER_TARGET), b->name,
		     target_of(&s->blocks.b[b->foreign], target, sizeof(target)));
}

/* A name that only LUKS, multipath or the like would make. */
static bool wants_mapping(const struct plan *p)
{
	return !strncmp(settle_path(p), "/dev/mapper/", 12);
}

void settle_absent(struct settle *s)
{
	int local = settle_claim(s, DISK_LOCAL), other = settle_claim(s, DISK_OTHER);
	const char *name = settle_root_name(s->plan);
	char object[96], list[200];
	struct out o;

	if (settle_layer_cause(s))
		return;
	out_init(&o, list, sizeof(list));
	list_blocks(s, &o);
	out_text(object, sizeof(object), "volume group %s", s->plan->root_vg);
	if (s->blocks.cut && s->plan->root_kind == ROOT_LV)
		settle_cause(s, object, CAUSE(VG_NOT_SEEN), s->blocks.n, list);
	else if (s->blocks.cut)
		settle_cause(s, name, CAUSE(ROOT_NOT_SEEN), s->blocks.n, list);
	else if (s->plan->root_kind == ROOT_LV)
		settle_cause(s, object, CAUSE(VG_ABSENT), list);
	else if (s->lvm.cut || s->lvm.vgs_noted)
		settle_cause(s, name, CAUSE(ROOT_NOT_SEARCHED), list);
	else if (other >= 0)
		settle_elsewhere(s, &s->blocks.b[other]);
	else if (local >= 0)
		settle_cause(s, name, CAUSE(ROOT_ONLY_LOCAL), s->blocks.b[local].name, list);
	else if (!strncmp(settle_path(s->plan), "/dev/md", 7))
		settle_cause(s, name, CAUSE(MD_NO_MEMBER), list);
	else if (wants_mapping(s->plan) && blank(s))
		settle_cause(s, blank(s)->name, CAUSE(NO_SIGNATURE));
	else if (wants_mapping(s->plan) && unmapped(s))
		settle_map_cause(s, unmapped(s));
	else
		settle_cause(s, name, CAUSE(ROOT_ABSENT), list);
}
