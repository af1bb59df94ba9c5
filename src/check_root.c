// SPDX-License-Identifier: GPL-2.0-or-later
/* The items root and recovery. */
#include <string.h>

#include "check.h"
#include "held.h"

#define MEND "mend ISCSI_TARGET_NAME, or boot from the target that it names"

static bool is_named(const struct check *c, const struct session *s)
{
	unsigned i;

	for (i = 0; i < c->plan.n_targets; i++)
		if (!strcasecmp(s->target, c->plan.targets[i].name))
			return true;
	return false;
}

/* The sessions to the targets that the configuration names; how many. */
static unsigned named_sessions(const struct check *c, struct session *list)
{
	unsigned i, n = 0;

	for (i = 0; i < c->n_sessions; i++)
		if (is_named(c, &c->sessions[i]))
			list[n++] = c->sessions[i];
	return n;
}

static const struct block *root_block(const struct check *c, const struct blocks *all)
{
	return c->disk < 0 || (unsigned)c->disk >= all->n ? NULL : &all->b[c->disk];
}

static void say_elsewhere(struct check *c)
{
	const struct block *b = root_block(c, &c->blocks);
	const char *want = c->plan.n_targets ? c->plan.targets[0].name : "an iSCSI target";

	if (!b)
		report_item(&c->report, CHECK_FAIL, "root", MEND, "/ is on no disk (%s), not on %s",
			    c->source, want);
	else if (b->session >= 0)
		report_item(&c->report, CHECK_FAIL, "root", MEND,
			    "/ is on %s, which is on %s, not on %s", b->name,
			    c->sessions[b->session].target, want);
	else
		report_item(&c->report, CHECK_FAIL, "root", MEND,
			    "/ is on the local disk %s, not on %s",
			    c->blocks.b[b->base < 0 ? c->disk : b->base].name, want);
}

static void check_place(struct check *c)
{
	static struct session named[SESSIONS_MAX];
	static struct blocks all;
	unsigned n = named_sessions(c, named);
	const struct block *b;

	disk_look(c->root, named, n, NULL, false, &all);
	b = root_block(c, &all);
	if (!b || b->owner != DISK_OURS || b->session < 0)
		say_elsewhere(c);
	else if (!named[b->session].logged_in)
		report_item(&c->report, CHECK_FAIL, "root",
			    "is the target up? iscsiadm -m session -P 1",
			    "/ is on %s, and session %u to %s is not logged in", b->name,
			    named[b->session].sid, named[b->session].target);
	else
		report_ok(&c->report, "root", "/ is on %s, LUN %u of %s", b->name,
			    (unsigned)b->lun, named[b->session].target);
}

/* Several paths below the root: a failed one is then to be told of soon. */
static bool has_multipath(const struct check *c)
{
	char uuid[160];
	unsigned i;

	for (i = 0; i < c->blocks.n; i++) {
		if (c->blocks.b[i].owner != DISK_OURS || !c->blocks.b[i].dm_name[0])
			continue;
		disk_attr(c->root, c->blocks.b[i].name, "dm/uuid", uuid, sizeof(uuid));
		if (!strncmp(uuid, "mpath-", 6))
			return true;
	}
	return false;
}

/* Is the session given up when it is meant to be? @want: seconds; -1: never. */
static bool check_patience(struct check *c, const struct session *s, int want)
{
	char path[96], text[32], todo[160];
	struct span rest, value;
	uint64_t seconds;

	out_text(path, sizeof(path), "sys/class/iscsi_session/session%u/recovery_tmo", s->sid);
	rest = check_read(c, path, text, sizeof(text));
	span_cut(&rest, '\n', &value);
	/* "off", or nothing where it cannot be read */
	if (!scan_uint(value, INT32_MAX, &seconds) ? want < 0 || !value.n : (int)seconds == want)
		return true;
	if (want < 0) {
		out_text(todo, sizeof(todo), "echo off >/%s", path);
		report_item(&c->report, CHECK_WARN, "recovery", todo,
			    "a target that is away for more than %pS s costs the root, "
			    "on a single path",
			    (void *)&value);
	} else {
		out_text(todo, sizeof(todo), "echo %d >/%s", want, path);
		report_item(&c->report, CHECK_WARN, "recovery", todo,
			    "recovery_tmo of session %u is %pS, and ISCSI_REPLACEMENT_TIMEOUT %d",
			    s->sid, (void *)&value, want);
	}
	return false;
}

/* Who logs in again: without the keeper iscsid alone, where it runs. */
static bool check_keeper(struct check *c)
{
	static struct held held;

	held_look(c->root, &held);
	if (held.alive)
		return true;
	report_item(&c->report, CHECK_WARN, "recovery",
		    held.named ? "reboot: the initramfs starts it" :
		    "reboot, with an image that has the keeper in it",
		    "the keeper %s: a connection that drops while iscsid is away stays down",
		    held.named ? "has ended" : "was not started at boot");
	return false;
}

static unsigned check_sessions(struct check *c, int want, bool *good)
{
	const struct block *b = root_block(c, &c->blocks);
	unsigned i, n = 0;

	for (i = 0; i < c->n_sessions; i++)
		if (is_named(c, &c->sessions[i]) || (b && b->session == (short)i)) {
			n++;
			/* under multipath another path is taken, be it early or late */
			*good &= want == 0 || check_patience(c, &c->sessions[i], want);
		}
	return n;
}

static void check_recovery(struct check *c)
{
	int want = c->valid && c->plan.replacement_timeout ? c->plan.replacement_timeout : -1;
	bool good = true, multipath = has_multipath(c);

	if (!check_sessions(c, multipath ? 0 : want, &good))
		return;
	good &= check_keeper(c);
	if (!good)
		return;
	if (multipath)
		report_ok(&c->report, "recovery", "multipath: another path is taken");
	else if (want < 0)
		report_ok(&c->report, "recovery",
			  "a dropped target is waited for, however long it takes");
	else
		report_ok(&c->report, "recovery",
			  "a dropped target is waited for, for %d s as configured", want);
}

void check_root(struct check *c)
{
	if (c->valid)
		check_place(c);
	check_recovery(c);
}
