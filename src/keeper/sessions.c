// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/sys.h"
#include "keeper/parts.h"
#include "kernel/kmsg.h"
#include "kernel/session.h"

#define STATUS "/status"
#define STATUS_MAX 2048		/* 16 sessions of five short lines */
#define BLINK_US 1000000	/* what a takeover may take; longer is an outage */

void keeper_status(const struct keeper *k)
{
	char text[STATUS_MAX];
	unsigned i, restored = 0;
	struct out o;

	out_init(&o, text, sizeof(text));
	out_fmt(&o, "version=1\niscsid=%d\nstarts=%u\n", (int)k->pid, k->starts);
	for (i = 0; i < k->guard->n_nics; i++)
		restored += k->guard->nics[i].restored;
	if (k->guard->on)
		out_fmt(&o, "guarded=%u\nrestored=%u\n", k->guard->n_nics, restored);
	for (i = 0; i < k->n; i++) {
		const struct kept *s = &k->list[i];

		out_fmt(&o, "\nsession=%u\nerrors=%u\nrecoveries=%u\nerror=%u\n", s->sid, s->errors,
			s->recoveries, s->error);
		if (s->since) {
			out_str(&o, "since=");
			out_seconds(&o, s->since);
			out_ch(&o, '\n');
		}
	}
	if (!o.overflow)
		sys_write_atomic(STATUS, 0600, text, o.len);
}

static struct kept *find(struct keeper *k, unsigned sid)
{
	unsigned i;

	for (i = 0; i < k->n; i++)
		if (k->list[i].sid == sid)
			return &k->list[i];
	return NULL;
}

static bool stop_at_first(void *arg, const char *disk)
{
	(void)disk;
	*(bool *)arg = true;
	return false;
}

/*
 * The recovery timeout that was given at login is written where it stands already: from then on the
 * kernel takes no other from iscsid (scsi_transport_iscsi.c, recovery_tmo_sysfs_override).
 */
static void pin_timeout(unsigned sid)
{
	char path[96], value[16];
	ssize_t n;
	int fd;

	out_text(path, sizeof(path), "%s/class/iscsi_session/session%u/recovery_tmo", session_sysfs,
		 sid);
	n = sys_read(AT_FDCWD, path, value, sizeof(value));
	if (n <= 0)
		return;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (sys_write_all(fd, value, n))
		kmsg_log("<4>", "iscsiroot: keeper: session %u: its recovery timeout cannot be "
			   "kept", sid);
	close(fd);
}

/* The value of a file of sysfs, in @text; empty where there is none. */
static struct span attribute(const char *path, char text[64])
{
	ssize_t n = sys_read(AT_FDCWD, path, text, 64);
	struct span rest = { text, n > 0 ? n : 0 }, line;

	span_cut(&rest, '\n', &line);
	return line;
}

/* While it is logged in. */
static void find_local(struct kept *s, unsigned host)
{
	char path[96], text[64];

	if (s->local.family)
		return;
	out_text(path, sizeof(path), "%s/class/iscsi_host/host%u/ipaddress", session_sysfs, host);
	scan_addr(attribute(path, text), &s->local);
}

/* A session's number does not come again. @n: of SESSIONS_MAX that there is room for */
static void forget_gone(struct keeper *k, const struct session *list, int n)
{
	unsigned i, kept = 0;
	int at;

	if (n < 0 || n == SESSIONS_MAX)
		return;
	for (i = 0; i < k->n; i++) {
		for (at = 0; at < n && list[at].sid != k->list[i].sid; at++)
			;
		if (at < n)
			k->list[kept++] = k->list[i];
	}
	k->n = kept;
}

/* Is it there, and made by another (iscsistart) than iscsid, which iscsiadm asks to make one? */
static bool is_foreign(const struct keeper *k, unsigned sid)
{
	char path[96], text[64];
	uint64_t creator;

	out_text(path, sizeof(path), "%s/class/iscsi_session/session%u/creator", session_sysfs, sid);
	return scan_uint(attribute(path, text), INT32_MAX, &creator) && creator != (uint64_t)k->pid;
}

/*
 * A session is down. iscsid takes up what others have made as it begins, and never later: for one
 * that has come since (of another portal, or in a dead one's place) it has to begin anew. That
 * costs all the others their connections for a moment, so it is not done before such a session is
 * down. The next iscsid knows it, and so each session ends one at most.
 */
static void want_iscsid(struct keeper *k, const struct kept *s)
{
	k->wanted = true;
	if (k->pid && s && !s->known && is_foreign(k, s->sid))
		k->stale = true;
}

void keeper_look(struct keeper *k)
{
	static struct session list[SESSIONS_MAX];
	int n = session_list(list, SESSIONS_MAX), i;

	forget_gone(k, list, n);
	for (i = 0; i < n; i++) {
		struct kept *s = find(k, list[i].sid);
		bool disks = false;

		session_disks(&list[i], stop_at_first, &disks);
		if (!disks && !list[i].logged_in)
			continue;
		if (!s && k->n < SESSIONS_MAX) {
			s = &k->list[k->n++];
			*s = (struct kept){ .sid = list[i].sid };
			pin_timeout(list[i].sid);
		}
		if (s)
			find_local(s, list[i].host);
		if (!list[i].logged_in)
			want_iscsid(k, s);	/* NULL: there is no room for more */
	}
	keeper_status(k);
}

int keeper_guard(struct keeper *k)
{
	struct addr local[SESSIONS_MAX];
	unsigned i, n = 0;
	int err;

	keeper_look(k);
	for (i = 0; i < k->n; i++)
		if (k->list[i].local.family)
			local[n++] = k->list[i].local;
	err = guard_on(k->guard, local, n);
	keeper_status(k);
	return err;
}

static void say_lost(struct kept *s)
{
	s->errors++;
	kmsg_log("<4>", "iscsiroot: keeper: session %u: connection lost (iSCSI error %u), "
		   "being restored", s->sid, s->error);
}

void keeper_note_error(struct keeper *k, unsigned sid, unsigned error)
{
	struct kept *s;

	if (!find(k, sid))
		keeper_look(k);
	s = find(k, sid);
	if (!s)
		return;
	s->error = error;
	if (!s->down)
		s->since = sys_boottime();
	if (!s->down && !s->taken_over)
		say_lost(s);
	else if (!s->taken_over)
		s->errors++;
	s->down = true;
	want_iscsid(k, s);
	keeper_status(k);
}

void keeper_note_recovery(struct keeper *k, unsigned sid)
{
	struct kept *s = find(k, sid);
	int64_t us;

	if (!s)
		return;
	us = sys_boottime() - s->since;
	if (s->down && s->taken_over && us >= BLINK_US)
		say_lost(s);
	if (s->down && (!s->taken_over || us >= BLINK_US)) {
		s->recoveries++;
		kmsg_log("<5>", "iscsiroot: keeper: session %u: connected again after %u.%u s",
			   sid, (unsigned)(us / 1000000), (unsigned)(us / 100000 % 10));
	}
	s->since = sys_boottime();
	s->down = s->taken_over = false;
	keeper_status(k);
}
