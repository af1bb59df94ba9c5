// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/iscsi/login.h"
#include "boot/iscsi/path.h"
#include "kernel/iscsi_nl.h"
#include "kernel/probe.h"
#include "kernel/sysfs.h"

#define RUN_MAX_US	45000000	/* iscsistart: connect, login and scan have bounds below this */
#define SLEEP_US	800000		/* within the second that iscsistart sleeps before it begins */
#define ASLEEP_US	5000		/* its parent falls asleep while its child comes up */
#define NOTES_MAX	20		/* failures of a path noted one by one; then the new ones */
#define MOVED_US	1000000		/* a redirect has led to a session by then */
#define RETRY_MIN_US	100000
#define CLOSE_US	3000000		/* iscsistart's last moments after the login */
#define KEEPER "/usr/lib/iscsiroot/iscsiroot-keeper"
#define KEEPER_US	10000000	/* it copies 10 MB in memory */
#define SILENT_MAX	2		/* a probe with no answer may yet end in "no route to host" */

static const char *const modules[][2] = {
	/* by what sysfs shows that it is there */
	{ "iscsi_tcp", "class/iscsi_transport/tcp" },
	{ "sd_mod", "bus/scsi/drivers/sd" },
};

static const char *missing_module(void)
{
	unsigned i;

	for (i = 0; i < sizeof(modules) / sizeof(*modules); i++)
		if (!sysfs_exists("%s", modules[i][1]))
			return modules[i][0];
	return NULL;
}

void login_preload(struct login *l)
{
	/* crc32c: sessions need it, mostly built in, so nothing is lost where it does not exist */
	const char *argv[] = { "modprobe", "-a", "-q", "iscsi_tcp", "sd_mod", "crc32c", NULL };

	l->modules_loaded = !missing_module();
	if (!l->modules_loaded && !l->modprobe.pid)
		spawn_start(&l->modprobe, argv);
}

void login_init(struct login *l, const struct plan *plan)
{
	unsigned t, i;

	l->plan = plan;
	if (!l->iscsistart)
		l->iscsistart = "iscsistart";
	if (!l->keeper_program)
		l->keeper_program = KEEPER;
	l->random = (uint32_t)sys_now() ^ (uint32_t)getpid() << 16;
	l->n_paths = 0;
	for (t = 0; t < plan->n_targets; t++)
		for (i = 0; i < plan->targets[t].n_portals; i++) {
			struct path *p = &l->paths[l->n_paths++];

			*p = (struct path){ .target = &plan->targets[t],
					    .portal = &plan->targets[t].portals[i], .fd = -1 };
		}
	timeline_note(STEP_LOGIN, EV_BEGIN, "", 0, "", false);
}

/* @us more or less a quarter of it: guests that lost one target do not come back in step. */
static int64_t jitter(struct login *l, int64_t us)
{
	/* xorshift32, G. Marsaglia; never zero */
	uint32_t r = l->random ? l->random : 1;

	r ^= r << 13;
	r ^= r >> 17;
	r ^= r << 5;
	l->random = r;
	return us - us / 4 + (int64_t)(r % 1024) * (us / 2) / 1023;
}

static int64_t backoff(int64_t first, unsigned n, int64_t max)
{
	int64_t us = n < 8 ? first << n : max;

	return us < max ? us : max;
}

static const char *portal_object(const struct path *p)
{
	static char object[sizeof(p->cause.object)];

	plan_portal_text(p->portal, p->target, object, sizeof(object));
	return object;
}

/* What the summary shows where time is up before anything has failed. */
static void note_pending(struct login *l, const struct path *p, enum cause_id id)
{
	const char *object = portal_object(p);

	if (l->cause.code && (p->cause.code || strcmp(l->cause.object, object)))
		return;
	cause_set_plain(&l->cause, object, id);
}

/* Keep the cause; show it where it is new. */
static void note_failure(struct login *l, struct path *p, struct cause *why)
{
	bool fresh;

	out_text(why->object, sizeof(why->object), "%s", portal_object(p));
	fresh = !cause_equals(&p->cause, why);
	l->cause = p->cause = *why;
	if (fresh || p->noted++ < NOTES_MAX)
		timeline_cause(why, fresh);
}

/* From the beginning of the attempt: one that has taken long need not be waited for again. */
static void back_off(struct login *l, struct path *p, int64_t us)
{
	int64_t soon = sys_now() + RETRY_MIN_US, paced = p->began + jitter(l, us);

	p->state = PATH_BACKOFF;
	p->retry_at = paced > soon ? paced : soon;
}

/* Mostly a second: the next attempt is then never far. Every fourth time until ARP gives up. */
static bool is_long(const struct path *p)
{
	return p->tries % 4 == 3;
}

static void probe_failed(struct login *l, struct path *p, int err)
{
	struct cause why = { 0 };

	probe_cause(err, &why);
	/* a wait that we cut short means less than an answer; a whole one means as much */
	if (err == -ETIMEDOUT && (p->cause.code ? !is_long(p) : p->tries < SILENT_MAX))
		note_pending(l, p, why.id);
	else
		note_failure(l, p, &why);
	back_off(l, p, backoff(100000, p->tries++, 750000));
}

static void login_failed(struct login *l, struct path *p, struct cause *why)
{
	p->tries = 0;
	note_failure(l, p, why);
	back_off(l, p, backoff(250000, p->refusals++, 750000));
}

static void set_up(struct login *l, struct path *p, const char *how)
{
	unsigned i;

	p->state = PATH_UP;
	cause_clear(&p->cause);
	cause_clear(&l->cause);
	for (i = 0; i < l->n_paths; i++)
		if (l->paths[i].cause.code)
			l->cause = l->paths[i].cause;
	timeline_note(STEP_LOGIN, EV_OK, portal_object(p), 0, how, true);
}

/* May the half-made session be what a run of ours is at work on? */
static bool in_progress(const struct login *l, const struct session *s)
{
	unsigned i;

	for (i = 0; i < l->n_paths; i++)
		if (l->paths[i].start.pid && (!*s->target || path_is(&l->paths[i], s)))
			return true;
	return false;
}

/*
 * Look at the kernel's sessions: is this path's one there and logged in? What is half made and
 * nobody's work is destroyed: nothing but iscsid would ever bring it up.
 */
static bool look_at_sessions(struct login *l, const struct path *p)
{
	static struct session list[SESSIONS_MAX];
	int n = session_list(list, SESSIONS_MAX), i;
	bool up = false;

	for (i = 0; i < n; i++) {
		if (list[i].logged_in)
			up = up || path_is(p, &list[i]);
		else if ((!*list[i].target || path_is(p, &list[i])) && !in_progress(l, &list[i]))
			iscsi_nl_destroy(&list[i]);
	}
	return up;
}

static void start_login(struct login *l, struct path *p)
{
	struct cause why = { 0 };
	struct path_argv a;
	int err;

	path_argv(p, l->plan, l->n_paths, l->iscsistart, &a);
	err = spawn_start(&p->start, a.argv);
	p->began = sys_now();
	p->nudged = l->no_nudge;
	p->moved_at = 0;
	p->state = PATH_LOGIN;
	if (err) {
		cause_set(&why, "", CAUSE(ISCSISTART_FAILED), sys_error(-err));
		login_failed(l, p, &why);
	}
	note_pending(l, p, CAUSE_LOGIN_PENDING);
}

static void step_idle(struct login *l, struct path *p)
{
	if (look_at_sessions(l, p)) {
		set_up(l, p, "logged in already");
		return;
	}
	if (!p->portal->addr.family) {	/* a host name: iscsistart's resolver finds out */
		start_login(l, p);
		return;
	}
	p->began = sys_now();
	p->fd = probe_start(&p->portal->addr, p->portal->port, p->target->netdev);
	if (p->fd < 0)
		probe_failed(l, p, p->fd);
	else
		p->state = PATH_PROBE;
	note_pending(l, p, CAUSE_PROBE_PENDING);
}

static void step_probe(struct login *l, struct path *p, struct wait *w)
{
	int64_t until = p->began + (is_long(p) ? 3500000 : 1000000);
	int err = probe_result(p->fd);

	if (err == -EINPROGRESS && sys_now() < until) {
		wait_fd(w, p->fd, POLLOUT);
		wait_until(w, until);
		return;
	}
	close(p->fd);
	p->fd = -1;
	if (!err)
		start_login(l, p);
	else
		probe_failed(l, p, err == -EINPROGRESS ? -ETIMEDOUT : err);
}

/* Its state in proc_pid_stat(5); a signal to what does not sleep yet would be lost. */
static bool sleeps(pid_t pid)
{
	char path[32], stat[512];
	const char *name_end;

	out_text(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (sys_read(AT_FDCWD, path, stat, sizeof(stat)) <= 0)
		return false;
	name_end = strrchr(stat, ')');
	return name_end && !strncmp(name_end, ") S", 3);
}

/*
 * iscsistart's parent sleeps for a second to let its child come up. The child says when it has:
 * a SIGINT, which iscsistart catches and ignores, then ends that sleep. Sent within the second
 * only; one that dies of it gets no more.
 */
static void nudge(struct login *l, struct path *p, struct wait *w)
{
	int64_t now = sys_now();

	if (!p->start.pid) {
		if (WIFSIGNALED(p->start.status) && WTERMSIG(p->start.status) == SIGINT)
			l->no_nudge = true;
		return;
	}
	if (p->nudged || now - p->began >= SLEEP_US)
		return;
	if (!sleeps(p->start.pid)) {
		wait_until(w, now + ASLEEP_US);
		return;
	}
	p->nudged = true;
	kill(p->start.pid, SIGINT);
}

/* Why an iscsistart that wrote no reason has failed. */
static enum cause_id unexplained(enum iscsistart_outcome outcome, bool ended)
{
	switch (outcome) {
	case ISCSISTART_LOGGED_IN:
		return CAUSE_SESSION_ENDED;
	case ISCSISTART_EXISTS:
		return CAUSE_STALE_SESSION;
	default:
		return ended ? CAUSE_NO_REASON : CAUSE_ISCSISTART_HUNG;
	}
}

/* Return: false where no retry can help. */
static bool step_login(struct login *l, struct path *p, struct wait *w)
{
	bool ended = spawn_step(&p->start, w);
	struct span text = spawn_output(&p->start);
	struct iscsistart_result r;
	int64_t until;

	iscsistart_read(text.p, text.n, p->target->auth.method != AUTH_NONE, &r);
	if (ended ? spawn_ok(&p->start) : r.outcome == ISCSISTART_LOGGED_IN) {
		set_up(l, p, "logged in");
		return true;
	}
	if (r.outcome == ISCSISTART_LISTENS)
		nudge(l, p, w);
	if (!p->moved_at && r.outcome == ISCSISTART_REDIRECTED)
		p->moved_at = sys_now();
	until = r.outcome == ISCSISTART_LOST ? 0 :
		r.outcome == ISCSISTART_REDIRECTED ? p->moved_at + MOVED_US : p->began + RUN_MAX_US;
	if (!ended && sys_now() < until) {
		wait_until(w, until);
		return true;
	}
	spawn_kill(&p->start);
	/* also where a run of ours has left none: what another left half made stands in the way */
	if (look_at_sessions(l, p)) {
		set_up(l, p, "logged in already");
		return true;
	}
	if (!r.cause.id)
		cause_set_plain(&r.cause, "", unexplained(r.outcome, ended));
	/* Linux 6.1 to 7.2 sometimes break a login on their own: a refusal stays the cause */
	if (p->cause.code == CODE_AUTH && (r.cause.id == CAUSE_CONNECTION_BROKEN ||
					   r.cause.id == CAUSE_CONNECTION_CLOSED))
		r.cause = p->cause;
	login_failed(l, p, &r.cause);
	return cause_kind(r.cause.id) != KIND_FINAL;
}

/* Return: false where no retry can help. */
static bool step_path(struct login *l, struct path *p, struct wait *w)
{
	if (p->state == PATH_BACKOFF && sys_now() >= p->retry_at)
		p->state = PATH_IDLE;
	if (p->state == PATH_IDLE)
		step_idle(l, p);
	if (p->state == PATH_PROBE)
		step_probe(l, p, w);
	if (p->state == PATH_LOGIN && !step_login(l, p, w))
		return false;
	if (p->state == PATH_UP && p->start.pid && spawn_step(&p->start, w) &&
	    !spawn_ok(&p->start) && !look_at_sessions(l, p)) {
		struct cause why = { 0 };

		cause_set_plain(&why, "", CAUSE_SESSION_ENDED);
		login_failed(l, p, &why);
	}
	if (p->state == PATH_BACKOFF)
		wait_until(w, p->retry_at);
	return true;
}

/* With each session that comes: from here on somebody must be able to log in to it again. */
static void step_keeper(struct login *l, struct wait *w)
{
	const char *argv[] = { l->keeper_program, "start", NULL };

	if (!spawn_step(&l->keeper, w) || l->n_kept == login_up(l))
		return;
	l->n_kept = login_up(l);
	spawn_start(&l->keeper, argv);	/* how it went is asked at the end */
	spawn_step(&l->keeper, w);
}

static enum progress missing_part(struct login *l, const char *name, enum cause_id id)
{
	cause_set_plain(&l->cause, name, id);
	timeline_cause(&l->cause, true);
	return FAILED;
}

/* GOES_ON while they are loading. */
static enum progress step_modules(struct login *l, struct wait *w)
{
	const char *missing;
	char path[128];

	if (!spawn_step(&l->modprobe, w))
		return GOES_ON;
	missing = missing_module();
	if (missing)
		return missing_part(l, missing, CAUSE_MODULE_MISSING);
	if (!spawn_find(l->iscsistart, path, sizeof(path)))
		return missing_part(l, l->iscsistart, CAUSE_ISCSISTART_MISSING);
	l->modules_loaded = true;
	return READY;
}

enum progress login_step(struct login *l, struct wait *w)
{
	enum progress ready = READY;
	unsigned i;

	if (!l->modules_loaded) {
		enum progress loaded = step_modules(l, w);

		if (loaded != READY)
			return loaded;
	}
	for (i = 0; i < l->n_paths; i++) {
		if (!step_path(l, &l->paths[i], w))
			return FAILED;
		if (l->paths[i].state != PATH_UP)
			ready = GOES_ON;
	}
	step_keeper(l, w);
	return ready;
}

unsigned login_up(const struct login *l)
{
	unsigned i, n = 0;

	for (i = 0; i < l->n_paths; i++)
		n += l->paths[i].state == PATH_UP;
	return n;
}

static void close_keeper(struct login *l)
{
	struct span rest, said;

	if (!l->n_kept)
		return;
	spawn_await(&l->keeper, sys_now() + KEEPER_US);
	spawn_kill(&l->keeper);
	if (spawn_ok(&l->keeper))
		return;
	rest = spawn_output(&l->keeper);
	span_cut(&rest, '\n', &said);
	span_take(&said, "iscsiroot: ");
	if (!said.n)
		said = span_of(l->keeper.status == 127 << 8 ? "not in this image: run "
			       "update-initramfs -u" : "no message from it");
	timeline_remark("keeper", CAUSE(KEEPER_FAILED), &said);
}

bool login_scanning(const struct login *l)
{
	unsigned i;

	for (i = 0; i < l->n_paths; i++)
		if (l->paths[i].state == PATH_UP && l->paths[i].start.pid)
			return true;
	return false;
}

void login_report_abandoned(const struct login *l)
{
	unsigned i;

	for (i = 0; i < l->n_paths; i++) {
		const struct path *p = &l->paths[i];

		if (p->state == PATH_UP || p->state == PATH_LOGIN || p->cause.code)
			continue;
		timeline_remark(portal_object(p), CAUSE(PORTAL_ABANDONED));
	}
}

void login_close(struct login *l)
{
	unsigned i;

	for (i = 0; i < l->n_paths; i++) {
		struct path *p = &l->paths[i];

		if (p->fd >= 0)
			close(p->fd);
		p->fd = -1;
		/* its scan may still go on after the login, of which we need not have heard; a secret is in
		 * its argv */
		if (p->start.pid && (p->state == PATH_UP || look_at_sessions(l, p)))
			spawn_await(&p->start, sys_now() + CLOSE_US);
		spawn_kill(&p->start);
	}
	for (i = 0; i < l->n_paths; i++)
		if (l->paths[i].state != PATH_UP)
			look_at_sessions(l, &l->paths[i]);
	spawn_kill(&l->modprobe);
	close_keeper(l);
}
