// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/root/absent.h"
#include "boot/root/choose.h"
#include "boot/root/find.h"
#include "boot/root/layers.h"
#include "runtime/timeline.h"

#define FLAT_LUN 0x4000		/* SAM-5 section 4.7.7.3: LUN 256 may show as 0x4100 */

void settle_dm_name(struct out *o, const char *vg, const char *lv)
{
	const char *names[2] = { vg, lv }, *p;
	int i;

	for (i = 0; i < 2; i++) {
		if (i)
			out_ch(o, '-');
		for (p = names[i]; *p; p++) {
			out_ch(o, *p);
			if (*p == '-')
				out_ch(o, '-');
		}
	}
}

static int find_lv(const struct settle *s)
{
	char name[2 * LVM_NAME_MAX];
	struct out o;
	unsigned i;

	out_init(&o, name, sizeof(name));
	settle_dm_name(&o, s->plan->root_vg, s->plan->root_value);
	for (i = 0; i < s->blocks.n; i++)
		if (!strcmp(s->blocks.b[i].dm_name, name))
			return (int)i;
	/* other devices may have such a name, too: /dev/mapper/a-b, /dev/md/root */
	return disk_node(s->rootfd, settle_node(s->plan), &s->blocks);
}

static bool is_lun(const struct settle *s, const struct block *b)
{
	const struct plan_target *t = &s->plan->targets[0];
	uint64_t want = t->lun[0] | (uint64_t)t->lun[1] << 16 | (uint64_t)t->lun[2] << 32 |
			(uint64_t)t->lun[3] << 48;

	return !b->partition && b->session >= 0 && &s->blocks.b[b->base] == b &&
	       span_eq_nocase(span_of(s->sessions[b->session].target), t->name) &&
	       (b->lun == want || (want >= 256 && want < FLAT_LUN && b->lun == (want | FLAT_LUN)));
}

static int find_lun(const struct settle *s)
{
	unsigned i;

	for (i = 0; i < s->blocks.n; i++)
		if (is_lun(s, &s->blocks.b[i]))
			return (int)i;
	return -1;
}

/* By udev's database of each device, not by the link itself, which a local copy may have got. */
static int find_link(struct settle *s, bool *ambiguous)
{
	const struct block *b = s->blocks.b;
	int found = -1;
	unsigned i;

	for (i = 0; i < s->blocks.n; i++) {
		if (!settle_is_ours(&b[i]) || !b[i].udev.claims)
			continue;
		if (found < 0)
			found = (int)i;
		if (settle_same_data(s, &b[found], &b[i]) || settle_same_btrfs(&b[found], &b[i]))
			continue;
		settle_cause(s, settle_root_name(s->plan), CAUSE(ROOT_DUPLICATE), b[found].name, b[i].name);
		*ambiguous = true;
		return -1;
	}
	return found;
}

static int find_root(struct settle *s, bool *ambiguous)
{
	if (settle_wants_link(s->plan))
		return find_link(s, ambiguous);
	switch (s->plan->root_kind) {
	case ROOT_LUN:
		return find_lun(s);
	case ROOT_LV:
		return find_lv(s);
	default:
		return *settle_path(s->plan) ? disk_node(s->rootfd, settle_path(s->plan), &s->blocks) : -1;
	}
}

static void set_node(struct settle *s, const struct block *b)
{
	const char *spec = settle_node(s->plan);
	struct out o;

	out_init(&o, s->node, sizeof(s->node));
	if (s->plan->root_kind == ROOT_LV ||
	    (*settle_path(s->plan) && disk_node(s->rootfd, spec, &s->blocks) == (int)(b - s->blocks.b))) {
		out_str(&o, spec);
		return;
	}
	out_str(&o, b->dm_name[0] ? "/dev/mapper/" : "/dev/");
	out_str(&o, b->dm_name[0] ? b->dm_name : b->name);
}

static enum find refuse_local(struct settle *s, const struct block *b)
{
	settle_cause(s, settle_root_name(s->plan), CAUSE(ROOT_LOCAL), s->blocks.b[b->foreign].name);
	return FIND_REFUSED;
}

static enum find wait_udev(struct settle *s, const char *object)
{
	settle_cause(s, object, CAUSE(UDEV_PENDING));
	return FIND_WAIT;
}

/* What is found has to be a file system: what else lies on a LUN needs another root=. */
static bool holds_root(struct settle *s, const struct block *b)
{
	const char *what = settle_contents(b);
	bool lun = s->plan->root_kind == ROOT_LUN;
	char object[64];
	unsigned i;

	for (i = 0; lun && i < s->blocks.n && !b->udev.fs_type[0]; i++)
		if (s->blocks.b[i].partition && &s->blocks.b[s->blocks.b[i].base] == b)
			what = "partitions";
	if (lun && !b->udev.fs_type[0] && !what && s->udev)
		what = "nothing known to udev";
	if (!what)
		return true;
	if (lun)
		out_text(object, sizeof(object), "%s, LUN %u", b->name, (unsigned)b->lun);
	else
		out_text(object, sizeof(object), "%s", b->name);
	if (lun)
		settle_cause(s, object, CAUSE(LUN_NO_FILE_SYSTEM), what);
	else
		settle_cause(s, object, CAUSE(ROOT_NO_FILE_SYSTEM), what);
	return false;
}

/* Is it made of our disks, and can these be used? */
static enum find check_device(struct settle *s)
{
	const struct block *b = &s->blocks.b[s->found];

	if (b->owner == DISK_UNKNOWN) {
		if (b->layer == LAYER_MAP)
			settle_dead_cause(s, b);
		return FIND_WAIT;
	}
	if (b->owner == DISK_OTHER) {
		settle_elsewhere(s, b);
		return FIND_WAIT;
	}
	if (!settle_is_ours(b))
		return refuse_local(s, b);
	switch (settle_choose(s, &s->found)) {
	case CHOICE_NO_MAP:
		settle_map_cause(s, b);
		return FIND_WAIT;
	case CHOICE_DEAD:
		settle_dead_cause(s, &s->blocks.b[s->found]);
		s->look_at = sys_now() + SETTLE_GRACE_US;
		return FIND_WAIT;
	default:
		return FIND_ROOT;
	}
}

static enum find check_found(struct settle *s)
{
	enum find f = check_device(s);
	const struct block *b = &s->blocks.b[s->found];

	if (f != FIND_ROOT)
		return f;
	if (b->suspended) {
		settle_layer_cause(s);
		return FIND_WAIT;
	}
	set_node(s, b);
	if (!b->udev.settled)
		return wait_udev(s, b->name);
	if (disk_node(s->rootfd, s->node, &s->blocks) != s->found)
		return wait_udev(s, s->node);
	return !holds_root(s, b) || settle_btrfs_missing(s, b, 0) ? FIND_WAIT : FIND_ROOT;
}

/*
 * There is no session yet. A device that is there without one cannot be on the target's; of a UUID or label
 * the target's may be the original, as long as a login can still succeed.
 */
static enum find find_local(struct settle *s)
{
	int i = settle_wants_link(s->plan) ? settle_claim(s, DISK_LOCAL) : s->found;
	const struct block *b = i < 0 ? NULL : &s->blocks.b[i];

	if (!b && s->plan->root_kind == ROOT_LV)
		return FIND_LVM;
	if (!b || b->owner != DISK_LOCAL || !b->udev.settled || (settle_wants_link(s->plan) && !s->tried))
		return FIND_WAIT;
	refuse_local(s, b);
	return settle_wants_link(s->plan) ? FIND_WAIT : FIND_REFUSED;
}

static bool is_of_target(const struct settle *s, int session, unsigned target)
{
	return session >= 0 && span_same_nocase(span_of(s->sessions[session].target),
						span_of(s->plan->targets[target].name));
}

static bool has_disk(const struct settle *s, unsigned target)
{
	unsigned i;

	for (i = 0; i < s->blocks.n; i++)
		if (s->blocks.b[i].owner == DISK_OURS && is_of_target(s, s->blocks.b[i].session, target))
			return true;
	return false;
}

/* Others look for the root, on disks that shall all be there: at least one of each target. */
static enum find find_disks(struct settle *s)
{
	unsigned t, i;

	for (t = 0; t < s->plan->n_targets && has_disk(s, t); t++)
		;
	if (t == s->plan->n_targets)
		return s->scanning ? FIND_WAIT : FIND_DISKS;
	for (i = 0; i < s->n_sessions && !s->scanning; i++)
		if (is_of_target(s, (int)i, t))
			settle_cause(s, s->plan->targets[t].name, CAUSE(NO_DISK));
	return FIND_WAIT;
}

/* Logged in, but the LUN is absent, or there is none at all (not @any). */
static void no_lun_cause(struct settle *s, bool any)
{
	const struct plan_target *t = &s->plan->targets[0];
	char lun[24], list[160];
	struct out want, o;
	unsigned i;

	if (s->scanning)
		return;
	if (!any) {
		settle_cause(s, t->name, CAUSE(NO_DISK));
		return;
	}
	out_init(&want, lun, sizeof(lun));
	plan_lun_text(t->lun, &want);
	out_init(&o, list, sizeof(list));
	for (i = 0; i < s->blocks.n; i++) {
		const struct block *b = &s->blocks.b[i];

		if (b->owner != DISK_OURS || b->partition || &s->blocks.b[b->base] != b)
			continue;
		out_str(&o, o.len ? ", " : "");
		out_uint(&o, b->lun);
	}
	settle_cause(s, t->name, CAUSE(NO_SUCH_LUN), lun, list);
}

/* It is not there, and udev has finished: who could bring it? */
/* The device that the root's path will name: device-mapper has it, udev has not made its node. */
static const struct block *find_unnamed(const struct settle *s)
{
	static const char dir[] = "/dev/mapper/";
	const char *path = settle_path(s->plan);
	unsigned i;

	if (strncmp(path, dir, sizeof(dir) - 1))
		return NULL;
	for (i = 0; i < s->blocks.n; i++)
		if (!strcmp(s->blocks.b[i].dm_name, path + sizeof(dir) - 1))
			return &s->blocks.b[i];
	return NULL;
}

static enum find find_more(struct settle *s, bool any)
{
	bool lun = s->plan->root_kind == ROOT_LUN;
	const struct block *unnamed = find_unnamed(s);

	if (s->plan->root_kind == ROOT_OTHER && !*settle_path(s->plan))
		return find_disks(s);
	if ((!any || lun) && s->blocks.cut) {
		if (!s->scanning)
			settle_absent(s);
		return FIND_WAIT;
	}
	if (!any || lun) {
		no_lun_cause(s, any);
		return FIND_WAIT;
	}
	if (s->plan->root_kind == ROOT_LV || settle_wants_link(s->plan))
		return FIND_LVM;
	if (unnamed)
		return wait_udev(s, unnamed->name);
	settle_absent(s);
	return FIND_WAIT;
}

enum find settle_find(struct settle *s)
{
	bool any = false, ambiguous = false;
	unsigned i;

	s->found = find_root(s, &ambiguous);
	if (ambiguous)
		return FIND_WAIT;
	if (!s->n_sessions)
		return find_local(s);
	if (s->found >= 0)
		return check_found(s);
	for (i = 0; i < s->blocks.n; i++) {
		const struct block *b = &s->blocks.b[i];

		if (!settle_is_ours(b))
			continue;
		any = true;
		if (!b->udev.settled || (b->suspended && b->layer != LAYER_MD))
			return wait_udev(s, b->name);
	}
	return find_more(s, any);
}

void settle_note_copies(const struct settle *s)
{
	const struct block *b = s->blocks.b, *root = &b[s->found];
	unsigned i, k;

	for (i = 0; i < s->blocks.n; i++) {
		if (b[i].owner != DISK_LOCAL || !b[i].udev.fs_uuid[0])
			continue;
		for (k = 0; k < s->blocks.n; k++)
			if (b[k].owner == DISK_OURS && !strcmp(b[k].udev.fs_uuid, b[i].udev.fs_uuid) &&
			    (&b[k] == root || !strcmp(b[k].udev.fs_type, "LVM2_member")))
				break;
		if (k == s->blocks.n)
			continue;
		timeline_report(b[i].name, CAUSE(LOCAL_COPY), b[k].name);
	}
}
