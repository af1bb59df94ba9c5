// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/root/find.h"
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

/* What the target's disks hold: "sda ext4, sdb"; for a link, what it could name. */
static void list_blocks(const struct settle *s, struct out *o)
{
	bool link = settle_wants_link(s->plan);
	unsigned i;

	for (i = 0; i < s->blocks.n; i++) {
		const struct block *b = &s->blocks.b[i];

		if (b->owner != DISK_OURS || (link && !b->udev.link[0] && !b->udev.fs_type[0]))
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

/* Name of the local disk that has the link that is looked for; NULL: none has. */
static const char *local_claim(const struct settle *s)
{
	unsigned i;

	for (i = 0; i < s->blocks.n; i++)
		if (s->blocks.b[i].owner == DISK_LOCAL && s->blocks.b[i].udev.claims)
			return s->blocks.b[i].name;
	return NULL;
}

void settle_absent(struct settle *s)
{
	const char *local = local_claim(s), *name = settle_root_name(s->plan);
	char object[96], list[200];
	struct out o;

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
	else if (local)
		settle_cause(s, name, CAUSE(ROOT_ONLY_LOCAL), local, list);
	else
		settle_cause(s, name, CAUSE(ROOT_ABSENT), list);
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
	return disk_node(s->rootfd, s->plan->root_spec, &s->blocks);
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
	int found = -1;
	unsigned i;

	for (i = 0; i < s->blocks.n; i++)
		if (is_lun(s, &s->blocks.b[i]) &&
		    (found < 0 || s->sessions[s->blocks.b[i].session].logged_in))
			found = (int)i;
	return found;
}

/* By udev's database of each device, not by the link itself, which a local copy may have got. */
static int find_link(struct settle *s, bool *ambiguous)
{
	const struct block *b = s->blocks.b;
	int found = -1;
	unsigned i;

	for (i = 0; i < s->blocks.n; i++) {
		if (b[i].owner != DISK_OURS || !b[i].udev.claims)
			continue;
		if (found >= 0 && !disk_same_lun(s->sessions, &b[found], &b[i])) {
			settle_cause(s, settle_root_name(s->plan), CAUSE(ROOT_DUPLICATE), b[found].name,
				     b[i].name);
			*ambiguous = true;
			return -1;
		}
		/* a multipath device comes before its paths */
		if (found < 0 || (b[i].dm_name[0] && !b[found].dm_name[0]))
			found = (int)i;
	}
	return found;
}

static void set_node(struct settle *s, const struct block *b)
{
	const char *spec = s->plan->root_spec;
	struct out o;

	out_init(&o, s->node, sizeof(s->node));
	if (s->plan->root_kind == ROOT_LV ||
	    (s->plan->root_kind == ROOT_DEVICE &&
	     (!settle_wants_link(s->plan) ||
	      disk_node(s->rootfd, spec, &s->blocks) == (int)(b - s->blocks.b)))) {
		out_str(&o, spec);
		return;
	}
	out_str(&o, b->dm_name[0] ? "/dev/mapper/" : "/dev/");
	out_str(&o, b->dm_name[0] ? b->dm_name : b->name);
}

static enum find refuse_local(struct settle *s, const struct block *b)
{
	settle_cause(s, settle_root_name(s->plan), CAUSE(ROOT_LOCAL), s->blocks.b[b->base].name);
	return FIND_REFUSED;
}

static enum find wait_udev(struct settle *s, const char *object)
{
	settle_cause(s, object, CAUSE(UDEV_PENDING));
	return FIND_WAIT;
}

/* With root=iscsi: the LUN is the file system; anything else on it needs another root=. */
static bool holds_root(struct settle *s, const struct block *b)
{
	const char *what = NULL;
	char object[64];
	unsigned i;

	for (i = 0; i < s->blocks.n && !b->udev.fs_type[0]; i++)
		if (s->blocks.b[i].partition && &s->blocks.b[s->blocks.b[i].base] == b)
			what = "partitions";
	if (!strcmp(b->udev.fs_type, "LVM2_member"))
		what = "an LVM physical volume";
	else if (!b->udev.fs_type[0] && !what && s->udev)
		what = "nothing known to udev";
	if (!what)
		return true;
	out_text(object, sizeof(object), "%s, LUN %u", b->name, (unsigned)b->lun);
	settle_cause(s, object, CAUSE(LUN_NO_FILE_SYSTEM), what);
	return false;
}

static enum find check_found(struct settle *s)
{
	const struct block *b = &s->blocks.b[s->found];

	if (b->owner == DISK_LOCAL)
		return refuse_local(s, b);
	if (b->owner == DISK_UNKNOWN || b->suspended)
		return FIND_WAIT;
	set_node(s, b);
	if (!b->udev.settled)
		return wait_udev(s, b->name);
	if (disk_node(s->rootfd, s->node, &s->blocks) != s->found)
		return wait_udev(s, s->node);
	if (!s->sessions[b->session].logged_in) {
		settle_cause(s, s->sessions[b->session].target, CAUSE(SESSION_LOST));
		s->look_at = sys_now() + SETTLE_GRACE_US;
		return FIND_WAIT;
	}
	if (s->plan->root_kind == ROOT_LUN && !holds_root(s, b))
		return FIND_WAIT;
	return FIND_ROOT;
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

enum find settle_find(struct settle *s)
{
	bool any = false, ambiguous = false;
	unsigned i;

	if (settle_wants_link(s->plan))
		s->found = find_link(s, &ambiguous);
	else if (s->plan->root_kind == ROOT_LUN)
		s->found = find_lun(s);
	else if (s->plan->root_kind == ROOT_LV)
		s->found = find_lv(s);
	else
		s->found = disk_node(s->rootfd, s->plan->root_value, &s->blocks);
	if (ambiguous || !s->n_sessions)
		return FIND_WAIT;
	if (s->found >= 0)
		return check_found(s);
	for (i = 0; i < s->blocks.n; i++) {
		const struct block *b = &s->blocks.b[i];

		any |= b->owner == DISK_OURS;
		if (b->owner == DISK_OURS && (!b->udev.settled || b->suspended))
			return wait_udev(s, b->name);
	}
	if ((!any || s->plan->root_kind == ROOT_LUN) && s->blocks.cut) {
		if (!s->scanning)
			settle_absent(s);
		return FIND_WAIT;
	}
	if (!any || s->plan->root_kind == ROOT_LUN) {
		no_lun_cause(s, any);
		return FIND_WAIT;
	}
	if (s->plan->root_kind == ROOT_LV || settle_wants_link(s->plan))
		return FIND_LVM;
	settle_absent(s);
	return FIND_WAIT;
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
		timeline_remark(b[i].name, CAUSE(LOCAL_COPY), b[k].name);
	}
}

void settle_probe(struct settle *s, const char *path)
{
	int err = disk_probe_start(&s->probe, s->rootfd, path);

	s->holds = true;
	if (err)
		settle_cause(s, path, CAUSE(READ_NOT_STARTED), sys_error(-err));
}

void settle_probe_unknown(struct settle *s)
{
	char path[48];
	unsigned i;

	for (i = 0; i < s->blocks.n; i++) {
		const struct block *b = &s->blocks.b[i];

		if (b->owner != DISK_OURS || b->base != (short)i || b->udev.fs_type[0])
			continue;
		s->unknown = i;
		out_text(path, sizeof(path), "/dev/%s", b->name);
		settle_probe(s, path);
		return;
	}
	settle_absent(s);
}
