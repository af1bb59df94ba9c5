// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sys.h"
#include "keeper/sessions.h"
#include "kernel/kmsg.h"
#include "kernel/session.h"
#include "kernel/sysfs.h"

#define RECOVERY "class/iscsi_session/session%u/recovery_tmo"
#define TAKEOVER_US 1000000	/* a takeover may take that long; longer is an outage */

static struct kept_session *find(struct sessions *s, unsigned sid)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (s->list[i].sid == sid)
			return &s->list[i];
	return NULL;
}

/*
 * Write the recovery timeout of the login back, "off" as a number: from then on the kernel ignores the
 * value that iscsid sets (scsi_transport_iscsi.c, recovery_tmo_sysfs_override).
 */
static void pin_timeout(unsigned sid)
{
	char value[16];
	struct span now = sysfs_read(value, sizeof(value), RECOVERY, sid);

	if (span_eq(now, "off"))
		out_text(value, sizeof(value), "%u", RECOVERY_NEVER);
	if (now.n && sysfs_write(value, RECOVERY, sid))
		kmsg_log("<4>", "iscsiroot: keeper: session %u: recovery timeout not pinned: iscsid may "
			 "change it", sid);
}

/* Remove those that are not in the whole @list any more; the kernel does not reuse a session's number. */
static void forget_gone(struct sessions *s, const struct session *list, unsigned n)
{
	unsigned i, at, kept = 0;

	for (i = 0; i < s->n; i++) {
		for (at = 0; at < n && list[at].sid != s->list[i].sid; at++)
			;
		if (at < n)
			s->list[kept++] = s->list[i];
	}
	s->n = kept;
}

/* Does it exist, and was it not created by the running iscsid (but by iscsistart)? */
static bool is_foreign(const struct sessions *s, unsigned sid)
{
	char text[16];
	uint64_t creator;

	return scan_uint(sysfs_read(text, sizeof(text), "class/iscsi_session/session%u/creator", sid), INT32_MAX,
			 &creator) && creator != (uint64_t)s->iscsid;
}

/*
 * A session is down. iscsid takes over sessions of other creators only when it starts: for one that was
 * added since (of another portal, or in place of a dead one) iscsid must be restarted. As that drops the
 * connections of all others for a moment, it is not done before such a session is down. The next iscsid
 * knows it, so each session causes at most one restart.
 */
static void want_iscsid(struct sessions *s, const struct kept_session *kept)
{
	s->iscsid_wanted = true;
	if (s->iscsid && kept && !kept->known && is_foreign(s, kept->sid))
		s->iscsid_stale = true;
}

/* Return: NULL where there are too many. */
static struct kept_session *add(struct sessions *s, unsigned sid)
{
	if (s->n < SESSIONS_MAX) {
		s->list[s->n] = (struct kept_session){ .sid = sid, .logged_in = true };
		pin_timeout(sid);
		return &s->list[s->n++];
	}
	if (!s->too_many)
		kmsg_log("<4>", "iscsiroot: keeper: more than %u sessions: the others are not monitored",
			 SESSIONS_MAX);
	s->too_many = true;
	return NULL;
}

static void note_state(struct kept_session *kept, const struct session *now)
{
	if (!kept->local.family)
		session_local(now, &kept->local);
	if (!kept->portal.family)
		scan_addr(span_of(now->address), &kept->portal);
	kept->port = now->port;
	if (kept->logged_in && !now->logged_in)
		kept->progress = sys_now();
	kept->logged_in = now->logged_in;
}

void sessions_look(struct sessions *s)
{
	/* one more than is kept shows whether these are all */
	static struct session list[SESSIONS_MAX + 1];
	int n = session_list(list, SESSIONS_MAX + 1), i;

	if (n >= 0 && n <= SESSIONS_MAX)
		forget_gone(s, list, n);
	for (i = 0; i < n; i++) {
		struct kept_session *kept = find(s, list[i].sid);

		if (!list[i].logged_in && !session_was_up(&list[i]))
			continue;
		if (!kept)
			kept = add(s, list[i].sid);
		if (kept)
			note_state(kept, &list[i]);
		if (!list[i].logged_in)
			want_iscsid(s, kept);
	}
}

void sessions_taken_over(struct sessions *s)
{
	unsigned i;

	s->iscsid_stale = false;
	for (i = 0; i < s->n; i++) {
		s->list[i].known = true;
		s->list[i].progress = sys_now();
		s->list[i].taken_over |= !s->list[i].down;
	}
}

unsigned sessions_local(const struct sessions *s, struct addr local[SESSIONS_MAX])
{
	unsigned i, n = 0;

	for (i = 0; i < s->n; i++)
		if (s->list[i].local.family)
			local[n++] = s->list[i].local;
	return n;
}

static void count_error(struct kept_session *kept)
{
	kept->errors++;
	kmsg_log("<4>", "iscsiroot: keeper: session %u: connection lost (iSCSI error %u), "
		 "being restored", kept->sid, kept->error);
}

void sessions_error(struct sessions *s, unsigned sid, unsigned error)
{
	struct kept_session *kept;

	if (!find(s, sid))
		sessions_look(s);
	kept = find(s, sid);
	if (!kept)
		return;
	kept->error = error;
	kept->progress = sys_now();
	if (!kept->down)
		kept->since = sys_boottime();
	if (!kept->down && !kept->taken_over)
		count_error(kept);
	else if (!kept->taken_over)
		kept->errors++;
	kept->down = true;
	want_iscsid(s, kept);
}

void sessions_progress(struct sessions *s, unsigned sid)
{
	struct kept_session *kept = find(s, sid);

	if (kept)
		kept->progress = sys_now();
}

void sessions_recovery(struct sessions *s, unsigned sid)
{
	struct kept_session *kept = find(s, sid);
	int64_t us;

	if (!kept)
		return;
	us = sys_boottime() - kept->since;
	if (kept->down && kept->taken_over && us >= TAKEOVER_US)
		count_error(kept);
	if (kept->down && (!kept->taken_over || us >= TAKEOVER_US)) {
		kept->recoveries++;
		kmsg_log("<5>", "iscsiroot: keeper: session %u: connection restored after %u.%u s",
			 sid, (unsigned)(us / 1000000), (unsigned)(us / 100000 % 10));
	}
	kept->since = sys_boottime();
	kept->down = kept->taken_over = false;
}
