// SPDX-License-Identifier: GPL-2.0-or-later
/* The items root and recovery. */
#include <string.h>

#include "check.h"

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

/* False where it is given up after some time. */
static bool is_patient(struct check *c, const struct session *s)
{
	char path[96], text[32], todo[320];
	struct span rest, value;

	out_text(path, sizeof(path), "sys/class/iscsi_session/session%u/recovery_tmo", s->sid);
	rest = check_read(c, path, text, sizeof(text));
	span_cut(&rest, '\n', &value);
	if (!value.n || span_eq(value, "off") || *value.p == '-')
		return true;
	out_text(todo, sizeof(todo), "now: echo off >/%s; lasting: node.session.timeo."
		 "replacement_timeout = -1 in /etc/iscsi/iscsid.conf", path);
	report_item(&c->report, CHECK_WARN, "recovery", todo,
		    "a target that is away for more than %pS s costs the root, on a single path",
		    (void *)&value);
	return false;
}

static void check_recovery(struct check *c)
{
	const struct block *b = root_block(c, &c->blocks);
	unsigned i, n = 0, good = 0;

	if (has_multipath(c)) {
		report_ok(&c->report, "recovery", "multipath: another path is taken");
		return;
	}
	for (i = 0; i < c->n_sessions; i++)
		if (is_named(c, &c->sessions[i]) || (b && b->session == (short)i)) {
			n++;
			good += is_patient(c, &c->sessions[i]);
		}
	if (n && n == good)
		report_ok(&c->report, "recovery",
			  "a dropped target is waited for, however long it takes");
}

void check_root(struct check *c)
{
	if (c->valid)
		check_place(c);
	check_recovery(c);
}
