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
#include "boot/iscsi/modules.h"
#include "kernel/iscsi_session.h"
#include "kernel/probe.h"
#include "kernel/sysfs.h"

#define RUN_MAX_US	45000000	/* iscsistart: connect, login and scan have bounds below this */
#define SLEEP_US	800000		/* within the second that iscsistart sleeps before it logs in */
#define ASLEEP_US	5000		/* its parent falls asleep while its child starts */
#define NOTES_MAX	20		/* failures of a portal in the timeline; after that only new ones */
#define REDIRECTED_US	1000000		/* a redirect has led to a session by then */
#define CLOSE_US	3000000		/* iscsistart's scan for LUNs after the login */
#define LOST_US		500000		/* from one look at a session that the keeper restores to the next */
#define SILENT_MAX	2		/* a probe without an answer may still end in "no route to host" */

void login_preload(struct login *l)
{
	modules_load(&l->modprobe);
}

/* One login for each portal of each target: a second target of the plan may be another LUN of the same. */
static void add_portal(struct login *l, const struct plan_target *target, const struct plan_portal *portal)
{
	struct portal_login *p;

	for (p = l->portals; p < l->portals + l->n_portals; p++)
		if (!strcmp(p->target->name, target->name) && p->portal->port == portal->port &&
		    addr_eq(&p->portal->addr, &portal->addr) && !strcmp(p->portal->host, portal->host))
			return;
	*p = (struct portal_login){ .target = target, .portal = portal, .fd = -1 };
	l->n_portals++;
}

/* Is the target reached by several paths that multipathd combines? */
static bool is_multipath(const struct login *l, const struct plan_target *target)
{
	unsigned i, n = 0;

	for (i = 0; i < l->n_portals; i++)
		n += !strcmp(l->portals[i].target->name, target->name);
	return portal_is_multipath(n);
}

void login_init(struct login *l, const struct plan *plan)
{
	unsigned t, i;

	l->plan = plan;
	if (!l->iscsistart)
		l->iscsistart = "iscsistart";
	l->random = (uint32_t)sys_now() ^ (uint32_t)getpid() << 16;
	l->n_portals = 0;
	for (t = 0; t < plan->n_targets; t++)
		for (i = 0; i < plan->targets[t].n_portals; i++)
			add_portal(l, &plan->targets[t], &plan->targets[t].portals[i]);
	timeline_note(STEP_LOGIN, EV_BEGIN, "", 0, "", false);
}

/* What the summary shows if time is up before anything has failed. */
static void note_pending(struct login *l, const struct portal_login *p, enum cause_id id)
{
	const char *object = portal_object(p);

	if (l->cause.code && (p->cause.code || strcmp(l->cause.object, object)))
		return;
	cause_set_plain(&l->cause, object, id);
}

/* Keep the cause, and show it if it is new. */
static void note_failure(struct login *l, struct portal_login *p, struct cause *why)
{
	bool fresh;

	out_text(why->object, sizeof(why->object), "%s", portal_object(p));
	fresh = !cause_equals(&p->cause, why);
	l->cause = p->cause = *why;
	if (fresh || p->noted++ < NOTES_MAX)
		timeline_cause(why, fresh);
}

/* A probe takes a second at most, so that the next one soon follows; every fourth until ARP gives up. */
static bool is_long(const struct portal_login *p)
{
	return p->tries % 4 == 3;
}

static void probe_failed(struct login *l, struct portal_login *p, int err)
{
	struct cause why = { 0 };

	probe_cause(err, &why);
	/* a wait that we cut short means less than an answer; a whole one means as much */
	if (err == -ETIMEDOUT && (p->cause.code ? !is_long(p) : p->tries < SILENT_MAX))
		note_pending(l, p, why.id);
	else
		note_failure(l, p, &why);
	portal_retry_after(p, &l->random, portal_backoff(100000, p->tries++, 750000));
}

static void login_failed(struct login *l, struct portal_login *p, struct cause *why)
{
	p->tries = 0;
	note_failure(l, p, why);
	portal_retry_after(p, &l->random, portal_backoff(250000, p->refusals++, 2000000));
}

static void set_logged_in(struct login *l, struct portal_login *p, const char *how)
{
	unsigned i;

	p->state = PORTAL_UP;
	cause_clear(&p->cause);
	cause_clear(&l->cause);
	for (i = 0; i < l->n_portals; i++)
		if (l->portals[i].cause.code)
			l->cause = l->portals[i].cause;
	timeline_note(STEP_LOGIN, EV_OK, portal_object(p), 0, how, true);
}

/* May an iscsistart of ours still be working on this incomplete session? */
static bool in_progress(const struct login *l, const struct session *s)
{
	unsigned i;

	for (i = 0; i < l->n_portals; i++)
		if (l->portals[i].iscsistart.pid && (!*s->target || portal_owns_session(&l->portals[i], s)))
			return true;
	return false;
}

enum found { FOUND_NONE, FOUND_LOST, FOUND_UP };

/*
 * What is there of this portal's session? One that was logged in before, by an earlier run, and has lost its
 * connection (FOUND_LOST) is the keeper's: volumes may be open on it. Incomplete ones that no iscsistart of
 * ours works on are destroyed: without iscsid they would never log in, and they would block a new login.
 */
static enum found check_sessions(struct login *l, const struct portal_login *p)
{
	static struct session list[SESSIONS_MAX];
	int n = session_list(list, SESSIONS_MAX), i;
	enum found found = FOUND_NONE;

	for (i = 0; i < n; i++) {
		bool own = portal_owns_session(p, &list[i]);

		if (list[i].logged_in)
			found = own ? FOUND_UP : found;
		else if (!keeper_start_failed(&l->keeper) && session_was_up(&list[i]))
			found = own && found == FOUND_NONE ? FOUND_LOST : found;
		else if ((!*list[i].target || own) && !in_progress(l, &list[i]))
			iscsi_session_destroy(&list[i]);
	}
	return found;
}

/* The keeper logs in again; look soon, as sysfs reports no change of a session's state. */
static void await_keeper(struct login *l, struct portal_login *p)
{
	struct cause why = { 0 };

	cause_set_plain(&why, "", CAUSE_SESSION_RESTORED);
	note_failure(l, p, &why);
	p->began = sys_now();
	portal_retry_after(p, &l->random, LOST_US);
}

static void start_login(struct login *l, struct portal_login *p)
{
	struct cause why = { 0 };
	struct iscsistart_argv a;
	int err;

	portal_argv(p, l->plan, is_multipath(l, p->target), l->iscsistart, &a);
	err = spawn_start(&p->iscsistart, a.argv);
	p->began = sys_now();
	p->woken = l->no_wake;
	p->redirected_at = 0;
	p->state = PORTAL_LOGIN;
	if (err) {
		cause_set(&why, "", CAUSE(ISCSISTART_FAILED), sys_error(-err));
		login_failed(l, p, &why);
	}
	note_pending(l, p, CAUSE_LOGIN_PENDING);
}

static void step_idle(struct login *l, struct portal_login *p)
{
	switch (check_sessions(l, p)) {
	case FOUND_UP:
		set_logged_in(l, p, "logged in already");
		return;
	case FOUND_LOST:
		await_keeper(l, p);
		return;
	default:
		break;
	}
	if (!p->portal->addr.family) {	/* a host name: iscsistart resolves it */
		start_login(l, p);
		return;
	}
	p->began = sys_now();
	p->fd = probe_start(&p->portal->addr, p->portal->port, p->target->netdev);
	if (p->fd < 0)
		probe_failed(l, p, p->fd);
	else
		p->state = PORTAL_PROBE;
	note_pending(l, p, CAUSE_PROBE_PENDING);
}

static void step_probe(struct login *l, struct portal_login *p, struct wait *w)
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

/* By its state in proc_pid_stat(5). A signal would be lost on a process that does not sleep yet. */
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
 * iscsistart's parent sleeps for a second to let its child start. Once the child has printed that it
 * listens, a SIGINT, which iscsistart catches and ignores, ends that sleep. It is sent within that
 * second only, and not any more once an iscsistart has died of it.
 */
static void wake_iscsistart(struct login *l, struct portal_login *p, struct wait *w)
{
	int64_t now = sys_now();

	if (!p->iscsistart.pid) {
		if (WIFSIGNALED(p->iscsistart.status) && WTERMSIG(p->iscsistart.status) == SIGINT)
			l->no_wake = true;
		return;
	}
	if (p->woken || now - p->began >= SLEEP_US)
		return;
	if (!sleeps(p->iscsistart.pid)) {
		wait_until(w, now + ASLEEP_US);
		return;
	}
	p->woken = true;
	kill(p->iscsistart.pid, SIGINT);
}

/* Return: false where no retry can help. */
static bool step_login(struct login *l, struct portal_login *p, struct wait *w)
{
	bool ended = spawn_step(&p->iscsistart, w);
	struct span text = spawn_output(&p->iscsistart);
	struct iscsistart_result r;
	int64_t until;

	iscsistart_read(text.p, text.n, p->target->auth.method != AUTH_NONE, &r);
	if (ended ? spawn_ok(&p->iscsistart) : r.outcome == ISCSISTART_LOGGED_IN) {
		set_logged_in(l, p, "logged in");
		return true;
	}
	if (r.outcome == ISCSISTART_LISTENS)
		wake_iscsistart(l, p, w);
	if (!p->redirected_at && r.outcome == ISCSISTART_REDIRECTED)
		p->redirected_at = sys_now();
	until = p->began + RUN_MAX_US;
	if (r.outcome == ISCSISTART_LOST)
		until = 0;
	else if (r.outcome == ISCSISTART_REDIRECTED)
		until = p->redirected_at + REDIRECTED_US;
	if (!ended && sys_now() < until) {
		wait_until(w, until);
		return true;
	}
	spawn_kill(&p->iscsistart);
	/* an incomplete session of an earlier run can also be what blocked this login */
	if (check_sessions(l, p) == FOUND_UP) {
		set_logged_in(l, p, "logged in already");
		return true;
	}
	if (!r.cause.id)
		cause_set_plain(&r.cause, "", portal_unexplained(r.outcome, ended));
	/* Linux 6.1 to 7.2 sometimes break a login on their own: a refusal stays the cause */
	if (p->cause.code == CODE_AUTH && (r.cause.id == CAUSE_CONNECTION_BROKEN ||
					   r.cause.id == CAUSE_CONNECTION_CLOSED))
		r.cause = p->cause;
	login_failed(l, p, &r.cause);
	return cause_kind(r.cause.id) != KIND_FINAL;
}

/* Return: false where no retry can help. */
static bool step_portal(struct login *l, struct portal_login *p, struct wait *w)
{
	if (p->state == PORTAL_BACKOFF && sys_now() >= p->retry_at)
		p->state = PORTAL_IDLE;
	if (p->state == PORTAL_IDLE)
		step_idle(l, p);
	if (p->state == PORTAL_PROBE)
		step_probe(l, p, w);
	if (p->state == PORTAL_LOGIN && !step_login(l, p, w))
		return false;
	if (p->state == PORTAL_UP && p->iscsistart.pid && spawn_step(&p->iscsistart, w) &&
	    !spawn_ok(&p->iscsistart) && check_sessions(l, p) == FOUND_NONE) {
		struct cause why = { 0 };

		cause_set_plain(&why, "", CAUSE_SESSION_ENDED);
		login_failed(l, p, &why);
	}
	if (p->state == PORTAL_BACKOFF)
		wait_until(w, p->retry_at);
	return true;
}

/* Sessions that the keeper has to log in to again, now or later. */
static unsigned count_kept(const struct login *l)
{
	unsigned i, n = login_up(l);

	for (i = 0; i < l->n_portals; i++)
		n += l->portals[i].cause.id == CAUSE_SESSION_RESTORED;
	return n;
}

/* With each new session: from now on the keeper must be able to log in to it again. */
static void step_keeper(struct login *l, struct wait *w)
{
	bool multipath = false;
	unsigned i;

	for (i = 0; i < l->n_portals; i++)
		multipath |= is_multipath(l, l->portals[i].target);
	keeper_start_step(&l->keeper, l->plan, multipath, count_kept(l), w);
}

static enum progress stop_without(struct login *l, const char *name, enum cause_id id)
{
	cause_set_plain(&l->cause, name, id);
	timeline_cause(&l->cause, true);
	return FAILED;
}

/* GOES_ON while modprobe runs. */
static enum progress step_modules(struct login *l, struct wait *w)
{
	const char *missing;
	char path[128];

	if (!spawn_step(&l->modprobe, w))
		return GOES_ON;
	missing = modules_missing();
	if (missing)
		return stop_without(l, missing, CAUSE_MODULE_MISSING);
	if (!spawn_find(l->iscsistart, path, sizeof(path)))
		return stop_without(l, l->iscsistart, CAUSE_ISCSISTART_MISSING);
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
	for (i = 0; i < l->n_portals; i++) {
		if (!step_portal(l, &l->portals[i], w))
			return FAILED;
		if (l->portals[i].state != PORTAL_UP)
			ready = GOES_ON;
	}
	step_keeper(l, w);
	return ready;
}

unsigned login_up(const struct login *l)
{
	unsigned i, n = 0;

	for (i = 0; i < l->n_portals; i++)
		n += l->portals[i].state == PORTAL_UP;
	return n;
}

static bool is_up(const struct login *l, const struct plan_target *target)
{
	unsigned i;

	for (i = 0; i < l->n_portals; i++)
		if (l->portals[i].state == PORTAL_UP && !strcmp(l->portals[i].target->name, target->name))
			return true;
	return false;
}

unsigned login_targets_up(const struct login *l)
{
	unsigned t, n = 0;

	for (t = 0; t < l->plan->n_targets; t++)
		n += is_up(l, &l->plan->targets[t]);
	return n;
}

unsigned login_untried(const struct login *l)
{
	const struct portal_login *p;
	unsigned n = 0;

	for (p = l->portals; p < l->portals + l->n_portals; p++)
		n += p->state != PORTAL_UP && p->state != PORTAL_BACKOFF && !p->tries && !p->refusals;
	return n;
}

bool login_scanning(const struct login *l)
{
	unsigned i;

	for (i = 0; i < l->n_portals; i++)
		if (l->portals[i].state == PORTAL_UP && l->portals[i].iscsistart.pid)
			return true;
	return false;
}

void login_report_abandoned(const struct login *l)
{
	unsigned i;

	for (i = 0; i < l->n_portals; i++) {
		const struct portal_login *p = &l->portals[i];

		if (p->state == PORTAL_UP || p->state == PORTAL_LOGIN || p->cause.code)
			continue;
		timeline_report(portal_object(p), CAUSE(PORTAL_ABANDONED));
	}
}

void login_close(struct login *l)
{
	unsigned i;

	for (i = 0; i < l->n_portals; i++) {
		struct portal_login *p = &l->portals[i];

		if (p->fd >= 0)
			close(p->fd);
		p->fd = -1;
		/* it may still scan for LUNs after a login that we have not read about yet; it must end
		 * before us, as a secret is in its argv */
		if (p->iscsistart.pid && (p->state == PORTAL_UP || check_sessions(l, p) == FOUND_UP))
			spawn_await(&p->iscsistart, sys_now() + CLOSE_US);
		spawn_kill(&p->iscsistart);
	}
	for (i = 0; i < l->n_portals; i++)
		if (l->portals[i].state != PORTAL_UP)
			check_sessions(l, &l->portals[i]);
	spawn_kill(&l->modprobe);
	keeper_start_close(&l->keeper);
}
