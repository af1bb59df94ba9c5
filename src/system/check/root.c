// SPDX-License-Identifier: GPL-2.0-or-later
/* The items root and recovery. */
#include <string.h>

#include "kernel/session.h"
#include "kernel/sysfs.h"
#include "runtime/keeper_client.h"
#include "system/check/check.h"

#define FIX "correct ISCSI_TARGET_NAME, or boot from the target it names"

static bool is_named(const struct check *c, const struct session *s)
{
	unsigned i;

	for (i = 0; i < c->plan.n_targets; i++)
		if (!strcasecmp(s->target, c->plan.targets[i].name))
			return true;
	return false;
}

/* A disk: of another target, of the configured one but lost, or of it and usable. */
enum reach { REACH_OTHER, REACH_LOST, REACH_GOOD };

/* The devices below /: its own first, then those below, down to the disks. */
struct below {
	const struct check *c;
	unsigned n;
	short list[BLOCKS_MAX];		/* blocks, each once: there is room for all */
	enum reach least;		/* what a disk has to be, to count as reached */
	unsigned slaves, good;		/* of the device looked at: all, and those reached */
	bool reached[BLOCKS_MAX];	/* by block */
};

static enum reach reach_of(const struct check *c, const struct block *disk)
{
	const struct session *s = disk->session < 0 ? NULL : &c->sessions[disk->session];

	return !s || !is_named(c, s) ? REACH_OTHER : s->logged_in ? REACH_GOOD : REACH_LOST;
}

static void find_below(const struct check *c, struct below *w)
{
	unsigned i;

	w->c = c;
	w->n = 0;
	if (check_root_block(c))
		w->list[w->n++] = (short)c->disk;
	for (i = 0; i < w->n; i++)
		check_add_below(c, w->list[i], w->list, &w->n, BLOCKS_MAX);
}

static bool count_slave(void *arg, const char *name)
{
	struct below *w = arg;
	short block = check_block(w->c, name);

	w->slaves++;
	w->good += block >= 0 && w->reached[block];
	return true;
}

/* Of a multipath device one path is enough, as others may lead to targets that only iscsid has
 * configured; any other device needs all of its slaves. */
static bool is_reached(struct below *w, short block)
{
	const struct block *b = &w->c->blocks.b[block];

	if (b->base == block)
		return reach_of(w->c, b) >= w->least;
	w->slaves = w->good = 0;
	check_each_slave(b, count_slave, w);
	return w->good && (w->good == w->slaves || b->layer == LAYER_MAP);
}

/* The list is not sorted by depth, so repeat until nothing changes. */
static bool root_reached(struct below *w, enum reach least)
{
	bool learnt = w->n;
	unsigned i;

	w->least = least;
	memset(w->reached, 0, sizeof(w->reached));
	while (learnt) {
		learnt = false;
		for (i = w->n; i-- > 0;) {
			short block = w->list[i];

			if (w->reached[block])
				continue;
			w->reached[block] = is_reached(w, block);
			learnt |= w->reached[block];
		}
	}
	return w->n && w->reached[w->list[0]];
}

/* The first disk of a session in that state; NULL: none. */
static const struct block *find_disk(const struct below *w, enum reach reach)
{
	unsigned i;

	for (i = 0; i < w->n; i++) {
		const struct block *b = &w->c->blocks.b[w->list[i]];

		if (b->base == w->list[i] && b->session >= 0 && reach_of(w->c, b) == reach)
			return b;
	}
	return NULL;
}

static void report_elsewhere(struct check *c, const struct below *w)
{
	const struct block *b = check_root_block(c), *other = find_disk(w, REACH_OTHER);
	const char *want = c->plan.n_targets ? c->plan.targets[0].name : "an iSCSI target";
	bool cut = c->blocks.cut || c->sessions_cut;

	if (cut && (!b || b->owner == DISK_UNKNOWN || b->owner == DISK_OTHER || b->owner == DISK_MIXED))
		report_item(&c->report, CHECK_WARN, "root", "see lsblk -s",
			    "cannot tell whether / is on %s: more than %d %s", want,
			    c->blocks.cut ? BLOCKS_MAX : SESSIONS_MAX,
			    c->blocks.cut ? "block devices" : "iSCSI sessions");
	else if (!b)
		report_item(&c->report, CHECK_FAIL, "root", FIX, "/ is mounted from %s, not from a disk of %s",
			    c->source, want);
	else if (b->owner == DISK_OURS)
		report_item(&c->report, CHECK_FAIL, "root", FIX,
			    "/ is on %s of target %s, not of %s", b->name,
			    c->sessions[other ? other->session : b->session].target, want);
	else
		report_item(&c->report, CHECK_FAIL, "root", FIX,
			    "/ is on the local disk %s, not on %s",
			    c->blocks.b[b->foreign < 0 ? c->disk : b->foreign].name, want);
}

static void check_place(struct check *c, struct below *w)
{
	bool good = root_reached(w, REACH_GOOD);
	const struct block *b = check_root_block(c), *disk = find_disk(w, good ? REACH_GOOD : REACH_LOST);

	if (!disk || b->owner != DISK_OURS || !root_reached(w, REACH_LOST))
		report_elsewhere(c, w);
	else if (good)
		report_ok(&c->report, "root", "/ is on %s, LUN %u of %s", b->name,
			  (unsigned)disk->lun, c->sessions[disk->session].target);
	else
		report_item(&c->report, CHECK_FAIL, "root",
			    "check the target; iscsiadm -m session -P 1 shows the session",
			    "/ is on %s, but session %u to %s is not logged in", b->name,
			    c->sessions[disk->session].sid, c->sessions[disk->session].target);
}

/* With several paths a failed one must give an error soon, so that I/O moves to another. */
static bool has_multipath(const struct below *w)
{
	unsigned i;

	for (i = 0; i < w->n; i++)
		if (w->c->blocks.b[w->list[i]].layer == LAYER_MAP)
			return true;
	return false;
}

/* Is the recovery timeout the wanted one? @want: seconds; -1: none. */
static bool check_timeout(struct check *c, const struct session *s, int want)
{
	char path[96], text[32], todo[160];
	uint64_t seconds;
	struct span value;

	out_text(path, sizeof(path), "class/iscsi_session/session%u/recovery_tmo", s->sid);
	value = sysfs_read(text, sizeof(text), "%s", path);
	/* a number, or "off"; nothing where it cannot be read */
	if (!value.n)
		return true;
	if (!scan_uint(value, INT32_MAX, &seconds) || seconds >= RECOVERY_NEVER ? want < 0 : (int)seconds == want)
		return true;
	if (want < 0) {
		out_text(todo, sizeof(todo), "echo off >/sys/%s", path);
		report_item(&c->report, CHECK_WARN, "recovery", todo,
			    "recovery_tmo of session %u is %pS: once the target is unreachable "
			    "for longer, / fails with I/O errors", s->sid, (void *)&value);
	} else {
		out_text(todo, sizeof(todo), "echo %d >/sys/%s", want, path);
		report_item(&c->report, CHECK_WARN, "recovery", todo,
			    "recovery_tmo of session %u is %pS, but ISCSI_REPLACEMENT_TIMEOUT is %d",
			    s->sid, (void *)&value, want);
	}
	return false;
}

/* Without the keeper only iscsid logs in again, while it runs. */
static bool check_keeper(struct check *c)
{
	static struct keeper_client keeper;

	keeper_client_look(c->root, &keeper);
	if (keeper.alive)
		return true;
	report_item(&c->report, CHECK_WARN, "recovery",
		    keeper.named ? "reboot; the initramfs starts it" :
		    "update-initramfs -u -k all, then reboot",
		    "the keeper %s: no reconnect while iscsid is not running",
		    keeper.named ? "has exited" : "was not started at boot");
	return false;
}

static unsigned check_sessions(struct check *c, int want, bool *good)
{
	const struct block *b = check_root_block(c);
	unsigned i, n = 0;

	for (i = 0; i < c->n_sessions; i++)
		if (is_named(c, &c->sessions[i]) || (b && b->session == (short)i)) {
			n++;
			/* with multipath any timeout is good enough */
			*good &= want == 0 || check_timeout(c, &c->sessions[i], want);
		}
	return n;
}

static void check_recovery(struct check *c, const struct below *w)
{
	int want = c->valid && c->plan.replacement_timeout ? c->plan.replacement_timeout : -1;
	bool good = true, multipath = has_multipath(w);

	if (!check_sessions(c, multipath ? 0 : want, &good))
		return;
	good &= check_keeper(c);
	if (!good)
		return;
	if (multipath)
		report_ok(&c->report, "recovery", "multipath: I/O moves to another path");
	else if (want < 0)
		report_ok(&c->report, "recovery",
			  "lost sessions are re-established, without a time limit");
	else
		report_ok(&c->report, "recovery",
			  "lost sessions are re-established within %d s, as configured", want);
}

void check_root(struct check *c)
{
	static struct below below;

	find_below(c, &below);
	if (c->valid)
		check_place(c, &below);
	check_recovery(c, &below);
}
