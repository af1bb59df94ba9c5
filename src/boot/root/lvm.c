// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/root/absent.h"
#include "boot/root/choose.h"
#include "boot/root/layers.h"
#include "boot/root/lvm.h"
#include "boot/root/lvm_cause.h"
#include "boot/root/probing.h"
#include "formats/lvm.h"
#include "runtime/timeline.h"

#define RETRY_US 2000000
#define LATE_US 30000000		/* a slow target takes seconds */
#define REFUSED (-2)

/* Without udev's rules udev does not confirm to lvm and creates no nodes: lvm shall create them itself. */
static const char no_udev_rules[] = "activation{udev_sync=0 udev_rules=0}";

static bool is_pv(const struct block *b)
{
	return !strcmp(b->udev.fs_type, "LVM2_member") && b->udev.fs_uuid[0];
}

/*
 * May lvm use this device, or is another one used for this physical volume: the map, a live path, an earlier
 * one? REFUSED, with the cause set: it is a copy, multipath has not made its map, or no path is alive.
 */
static int may_use(struct settle *s, unsigned i, bool *copy)
{
	const struct block *b = s->blocks.b;
	int best = (int)i;
	unsigned k;

	for (k = 0; k < i; k++) {
		if (!settle_is_ours(&b[k]) || !is_pv(&b[k]) || strcmp(b[k].udev.fs_uuid, b[i].udev.fs_uuid))
			continue;
		if (!settle_same_data(s, &b[k], &b[i])) {
			settle_cause(s, b[i].name, CAUSE(PV_DUPLICATE), b[i].udev.fs_uuid);
			*copy = true;
			return REFUSED;
		}
		best = best == (int)i ? (int)k : best;
	}
	switch (settle_choose(s, &best)) {
	case CHOICE_NO_MAP:
		settle_map_cause(s, &b[i]);
		return REFUSED;
	case CHOICE_DEAD:
		settle_dead_cause(s, &b[best]);
		s->look_at = sys_now() + SETTLE_GRACE_US;
		return REFUSED;
	default:
		return best == (int)i;
	}
}

static uint64_t hash(uint64_t h, const char *text)
{
	while (*text)
		h = (h ^ (unsigned char)*text++) * UINT64_C(1099511628211);
	return h;
}

/*
 * List the devices that lvm may use. Return: how many, or REFUSED with the cause set: which of two copies is
 * meant cannot be known, or no physical volume can be used yet.
 */
static int list_devices(struct settle *s, uint64_t *key)
{
	bool copy = false, refused = false;
	struct out o;
	unsigned i;
	int n = 0;

	*key = 0;
	out_init(&o, s->lvm.devices, sizeof(s->lvm.devices));
	for (i = 0; i < s->blocks.n && !copy; i++) {
		const struct block *b = &s->blocks.b[i];
		int use;

		if (!settle_is_ours(b) || !is_pv(b) || b->suspended)
			continue;
		use = may_use(s, i, &copy);
		refused |= use == REFUSED;
		if (use <= 0)
			continue;
		out_str(&o, n++ ? ",/dev/" : "/dev/");
		out_str(&o, b->name);
		/* the same in any order */
		*key += hash(hash(UINT64_C(14695981039346656037), b->name), b->udev.fs_uuid);
	}
	if (copy || (refused && !n))
		return REFUSED;
	return o.overflow ? 0 : n;
}

static void start_lvm(struct settle *s, enum lvm_task task, const char *const argv[], struct wait *w)
{
	int err = spawn_start(&s->lvm.run, argv);

	if (!err) {
		s->lvm.task = task;
		s->lvm.late_at = sys_now() + LATE_US;
		if (spawn_step(&s->lvm.run, w))
			wait_until(w, 0);
		return;
	}
	s->lvm.next = LVM_IDLE;
	s->lvm.retry_at = sys_now() + RETRY_US;
	if (err == -ENOENT)
		settle_cause(s, "lvm", CAUSE(LVM_MISSING));
	else
		settle_cause(s, "lvm", CAUSE(LVM_FAILED), sys_error(-err));
}

/* vg_missing_pv_count=0: only a complete group, even if the root's volume itself is complete. */
static void start_switch(struct settle *s, enum lvm_task task, struct wait *w)
{
	const char *argv[] = {
		s->lvm.program, "vgchange", task == LVM_ACTIVATE ? "-ay" : "-an", "--sysinit", "--nohints",
		"--activationmode", "complete", "-S", "vg_missing_pv_count=0",
		"--devices", s->lvm.devices, s->lvm.vg, NULL, NULL, NULL,
	};

	if (!s->dm_rules) {
		argv[12] = "--config";
		argv[13] = no_udev_rules;
	}
	if (task == LVM_ACTIVATE)
		timeline_note(STEP_SETTLE, EV_BEGIN, s->lvm.vg, 0, "", false);
	start_lvm(s, task, argv, w);
}

static void start_report(struct settle *s, enum lvm_task task, struct wait *w)
{
	const char *const argv[] = {
		s->lvm.program, "vgs", "--noheadings", "--nohints", "--separator", "|",
		"-o", "vg_name,vg_missing_pv_count,lv_name", "--devices", s->lvm.devices, NULL,
	};

	start_lvm(s, task, argv, w);
}

static unsigned list_local(struct settle *s, const char *prefix, char *buf, size_t size, uint64_t *key)
{
	unsigned i, n = 0;
	struct out o;

	*key = 0;
	out_init(&o, buf, size);
	for (i = 0; i < s->blocks.n; i++) {
		const struct block *b = &s->blocks.b[i];

		if (b->owner != DISK_LOCAL || !is_pv(b))
			continue;
		out_fmt(&o, "%s%s%s", n++ ? "," : "", prefix, b->name);
		*key += hash(hash(UINT64_C(14695981039346656037), b->name), b->udev.fs_uuid);
	}
	return n;
}

/*
 * The group is not on the target's disks: is it on local ones? It is never activated there. Return: true with
 * the cause set, or while lvm is asked.
 */
static bool look_locally(struct settle *s, struct wait *w)
{
	struct lvm *l = &s->lvm;
	char names[128], object[LVM_NAME_MAX + 16];
	uint64_t key;

	if (s->plan->root_kind != ROOT_LV || (!s->n_sessions && !s->tried) ||
	    !list_local(s, "", names, sizeof(names), &key))
		return false;
	if (key != l->local_key) {
		l->local_key = key;
		l->is_local = false;
		list_local(s, "/dev/", l->devices, sizeof(l->devices), &key);
		start_report(s, LVM_LOCAL, w);
		return true;
	}
	if (!l->is_local)
		return false;
	out_text(object, sizeof(object), "volume group %s", s->plan->root_vg);
	settle_cause(s, object, CAUSE(VG_LOCAL), names);
	return true;
}

static bool has_vg(const struct lvm *l, struct span name)
{
	unsigned i;

	for (i = 0; i < l->n_vgs; i++)
		if (span_eq(name, l->vgs[i]))
			return true;
	return false;
}

/* For a root by UUID or label: the groups that can be searched. */
static void note_groups(struct settle *s, struct span report)
{
	struct lvm *l = &s->lvm;
	struct lvm_row row;

	l->n_vgs = l->at_vg = 0;
	while (lvm_row(&report, &row)) {
		if (row.missing || !row.lv.n || has_vg(l, row.vg))
			continue;
		if (l->n_vgs == VGS_MAX) {
			settle_remark_once(&l->vgs_noted, "lvm", CAUSE(TOO_MANY_VGS), VGS_MAX);
			break;
		}
		if (span_copy(row.vg, l->vgs[l->n_vgs], sizeof(l->vgs[0])))
			l->n_vgs++;
	}
	l->next = l->n_vgs ? LVM_ACTIVATE : LVM_IDLE;
}

/* The result of an activation; for an incomplete group lvm prints only warnings. */
static void note_activation(struct settle *s, struct span text)
{
	struct lvm *l = &s->lvm;
	struct span reason = lvm_reason(text);
	bool active = spawn_ok(&l->run) && lvm_says(text, " now active");

	l->vg_absent = lvm_says(text, "\" not found");
	reason.n = reason.n < sizeof(l->reason) ? reason.n : sizeof(l->reason) - 1;
	span_copy(reason, l->reason, sizeof(l->reason));
	timeline_note(STEP_SETTLE, active ? EV_OK : EV_RETRY, l->vg, 0, l->reason, false);
}

static void read_result(struct settle *s, enum lvm_task task)
{
	struct lvm *l = &s->lvm;
	struct span text = spawn_output(&l->run);

	if (task == LVM_REPORT)
		l->cut = l->run.dropped;
	if (l->run.dropped)
		settle_remark_once(&l->cut_noted, "lvm", CAUSE(LVM_OUTPUT_CUT), SPAWN_OUTPUT_MAX);
	switch (task) {
	case LVM_ACTIVATE:
		note_activation(s, text);
		l->next = settle_wants_link(s->plan) ? LVM_DEACTIVATE : LVM_REPORT;
		break;
	case LVM_REPORT:
		if (settle_wants_link(s->plan)) {
			note_groups(s, text);
			break;
		}
		settle_lvm_explain(s, text);
		l->next = LVM_IDLE;
		break;
	case LVM_LOCAL:
		l->is_local = settle_lvm_names(text, s->plan->root_vg);
		l->next = LVM_IDLE;
		break;
	default:
		l->next = ++l->at_vg < l->n_vgs ? LVM_ACTIVATE : LVM_IDLE;
	}
	if (l->next == LVM_IDLE)
		l->retry_at = sys_now() + RETRY_US;
}

bool settle_lvm_busy(struct settle *s, struct wait *w)
{
	enum lvm_task task = s->lvm.task;

	if (task == LVM_IDLE)
		return false;
	if (!spawn_step(&s->lvm.run, w)) {
		if (sys_now() >= s->lvm.late_at)
			settle_cause(s, "lvm", CAUSE(LVM_HANGS), LATE_US / 1000000);
		else
			wait_until(w, s->lvm.late_at);
		return true;
	}
	s->lvm.task = LVM_IDLE;
	read_result(s, task);
	s->look = true;
	return false;
}

/* The same volumes as at the last attempt, which failed. A group may have been repaired since. */
static bool should_retry(struct settle *s, struct wait *w)
{
	if (settle_wants_link(s->plan) && spawn_ok(&s->lvm.run)) {
		settle_absent(s);
		return false;
	}
	if (sys_now() >= s->lvm.retry_at)
		return true;
	wait_until(w, s->lvm.retry_at);
	if (s->lvm.retry_at < s->look_at)
		s->look_at = s->lvm.retry_at;
	return false;
}

void settle_lvm_next(struct settle *s, struct wait *w)
{
	struct lvm *l = &s->lvm;
	uint64_t key;
	int n = list_devices(s, &key);

	if (n <= 0) {
		if (!n && !settle_layer_cause(s) && !look_locally(s, w) && s->n_sessions)
			settle_probe_unknown(s);
		l->key = 0;
		return;
	}
	/* with the same volumes the cause holds until lvm reports another one */
	s->holds = key == l->key;
	if (s->holds && (s->cause.id == CAUSE_VG_ABSENT || s->cause.id == CAUSE_VG_LOCAL) && look_locally(s, w))
		return;
	/* a group that was only searched is deactivated first */
	if (l->next != LVM_DEACTIVATE &&
	    (key != l->key || (l->next == LVM_IDLE && should_retry(s, w)))) {
		l->next = settle_wants_link(s->plan) ? LVM_REPORT : LVM_ACTIVATE;
		l->n_vgs = l->at_vg = 0;
		l->key = key;
	}
	if (l->next == LVM_IDLE)
		return;
	if (l->next == LVM_REPORT) {
		start_report(s, LVM_REPORT, w);
		return;
	}
	span_copy(span_of(l->n_vgs ? l->vgs[l->at_vg] : s->plan->root_vg), l->vg, sizeof(l->vg));
	start_switch(s, l->next, w);
}
