// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys.h"
#include "boot/iscsi/modules.h"
#include "boot/iscsi/native.h"
#include "boot/iscsi/portal_login.h"
#include "kernel/session.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_secret.h"
#include "runtime/timeline.h"

#define KEEPER "/usr/lib/iscsiroot/iscsiroot-keeper"
#define KEEPER_US 10000000	/* its start: some files to copy into RAM */
#define AGAIN_US 1000000	/* from one start of the keeper that has failed to the next */
#define NOTES_MAX 20		/* failures of a portal in the timeline; after that only new ones */

void native_preload(struct native *l)
{
	modules_load(&l->modprobe);
}

static const char *object_of(const struct native_portal *p)
{
	static char object[sizeof(p->event.cause.object)];

	plan_portal_text(p->portal, p->target, object, sizeof(object));
	return object;
}

/* One login for each portal of each target: a second target of the plan may be another LUN of the same. */
static void add_portal(struct native *l, unsigned target, const struct plan_portal *portal, const struct addr *address)
{
	const struct plan_target *t = &l->plan->targets[target];
	unsigned i;

	for (i = 0; i < l->n_portals; i++)
		if (!strcmp(l->portals[i].target->name, t->name) && l->portals[i].portal->port == portal->port &&
		    addr_eq(&l->handed.portals[i].address, address))
			return;
	l->portals[i] = (struct native_portal){ .target = t, .portal = portal };
	l->handed.portals[i] = (struct keeper_portal){
		.target = target, .address = *address, .port = portal->port, .group = portal->group };
	l->handed.n_portals = ++l->n_portals;
}

/* Two targets may be on the same host: each is looked up. */
static void add_name(struct native *l, unsigned target, const struct plan_portal *portal)
{
	l->named[l->names.n].target = target;
	l->named[l->names.n].portal = portal;
	l->names.list[l->names.n++] = (struct name){ .host = portal->host };
}

static void add_target(struct native *l, unsigned i)
{
	const struct plan_target *from = &l->plan->targets[i];
	struct keeper_target *to = &l->handed.targets[i];
	unsigned k;

	out_text(to->name, sizeof(to->name), "%s", from->name);
	out_text(to->netdev, sizeof(to->netdev), "%s", from->netdev);
	out_text(to->iface, sizeof(to->iface), "%s", from->iface);
	if (from->auth.method != AUTH_NONE) {
		out_text(to->username, sizeof(to->username), "%s", from->auth.username);
		out_text(to->password, sizeof(to->password), "%s", from->auth.password);
	}
	if (from->auth.method == AUTH_MUTUAL) {
		out_text(to->username_in, sizeof(to->username_in), "%s", from->auth.username_in);
		out_text(to->password_in, sizeof(to->password_in), "%s", from->auth.password_in);
	}
	for (k = 0; k < from->n_portals; k++)
		if (from->portals[k].addr.family)
			add_portal(l, i, &from->portals[k], &from->portals[k].addr);
		else
			add_name(l, i, &from->portals[k]);
}

/* A portal whose name is found is given to the keeper, which may have the others already. */
static void step_names(struct native *l, struct wait *w)
{
	char object[sizeof(l->cause.object)];
	struct name *name;
	unsigned i;
	bool tried;

	for (;;) {
		tried = l->names.at < l->names.n && l->names.list[l->names.at].tried;
		name = names_step(&l->names, w);
		if (!name)
			return;
		i = (unsigned)(name - l->names.list);
		if (name->address.family) {
			add_portal(l, l->named[i].target, l->named[i].portal, &name->address);
			l->due = true;
			l->retry_at = 0;
			continue;
		}
		plan_portal_text(l->named[i].portal, &l->plan->targets[l->named[i].target], object, sizeof(object));
		cause_set_plain(&l->cause, object, CAUSE_HOST_UNRESOLVED);
		timeline_cause(&l->cause, !tried);
	}
}


/* Sessions of a run before this one, in the same initramfs. */
static void note_sessions(struct native *l)
{
	static struct session list[SESSIONS_MAX];
	int n = session_list(list, SESSIONS_MAX), k;
	struct addr address;
	unsigned i;

	for (k = 0; k < n; k++)
		for (i = 0; i < l->n_portals; i++)
			l->portals[i].already |= list[k].logged_in && list[k].port == l->portals[i].portal->port &&
				!strcmp(list[k].target, l->portals[i].target->name) &&
				scan_addr(span_of(list[k].address), &address) &&
				addr_eq(&address, &l->handed.portals[i].address);
}

void native_init(struct native *l, const struct plan *plan)
{
	unsigned i;

	l->plan = plan;
	l->watch = -1;
	l->n_portals = l->names.n = l->handed.n_portals = 0;
	l->due = true;
	out_text(l->handed.initiator, sizeof(l->handed.initiator), "%s", plan->initiator);
	l->handed.multipath = portal_is_multipath(2);
	l->handed.replacement_timeout = plan->replacement_timeout;
	l->handed.n_params = plan->n_params;
	memcpy(l->handed.params, plan->params, sizeof(plan->params));
	l->handed.n_targets = plan->n_targets;
	for (i = 0; i < plan->n_targets; i++)
		add_target(l, i);
	note_sessions(l);
	timeline_note(STEP_LOGIN, EV_BEGIN, "", 0, "", false);
}

static void keeper_failed(struct native *l, struct span why)
{
	struct cause c = { 0 };

	cause_set(&c, "keeper", CAUSE(ENGINE_FAILED), &why);
	timeline_cause(&c, !cause_equals(&c, &l->cause));
	l->cause = c;
	l->due = true;
	l->giving = false;
	l->retry_at = sys_now() + AGAIN_US;
}

/* The memfd is its standard input, by a path that only its own process and root can open. */
static void start_keeper(struct native *l)
{
	const char *argv[] = { l->program ? l->program : KEEPER, "login", NULL };
	char path[48];
	int fd = keeper_secret_make(&l->handed), err;

	l->due = false;
	l->giving = true;
	if (fd < 0) {
		keeper_failed(l, span_of(sys_error(fd)));
		return;
	}
	out_text(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), fd);
	l->keeper.input = path;
	err = spawn_start(&l->keeper, argv);
	l->keeper.input = NULL;
	close(fd);
	if (err)
		keeper_failed(l, span_of(sys_error(err)));
}

/* The plan was given. One connection is enough for all that it has and will have. */
static void connect_keeper(struct native *l)
{
	char request = KEEPER_WATCH;
	struct span rest, line;
	pid_t pid;

	l->giving = false;
	rest = spawn_output(&l->keeper);
	span_cut(&rest, '\n', &line);
	span_take(&line, "iscsiroot: ");
	if (!spawn_ok(&l->keeper)) {
		keeper_failed(l, line.n ? line : span_of(l->keeper.status == 127 << 8 ?
			      "not in this image: run update-initramfs -u" : "no message from it"));
		return;
	}
	if (l->watch >= 0)
		return;
	l->watch = keeper_control_connect(&pid);
	if (l->watch >= 0 && send(l->watch, &request, 1, MSG_NOSIGNAL) == 1)
		return;
	keeper_failed(l, span_of(sys_error(l->watch < 0 ? l->watch : errno)));
	if (l->watch >= 0)
		close(l->watch);
	l->watch = -1;
}

static bool is_up(const struct native_portal *p)
{
	return p->event.state == KEEPER_SCANNING || p->event.state == KEEPER_UP;
}

static void take_latest_cause(struct native *l)
{
	unsigned i;

	cause_clear(&l->cause);
	for (i = 0; i < l->n_portals; i++)
		if (l->portals[i].event.cause.code)
			l->cause = l->portals[i].event.cause;
}

/* What the summary shows if time is up before anything has failed. */
static void note_pending(struct native *l, const struct native_portal *p)
{
	if (!l->cause.code || !strcmp(l->cause.object, object_of(p)))
		cause_set_plain(&l->cause, object_of(p), p->event.state == KEEPER_LOGGING_IN ? CAUSE_LOGIN_PENDING :
				CAUSE_PROBE_PENDING);
}

/* Return: false where no retry can help. */
static bool take_event(struct native *l, const struct keeper_event *ev)
{
	struct native_portal *p = &l->portals[ev->portal];
	bool fresh = !cause_equals(&p->event.cause, &ev->cause), again = ev->attempts != p->event.attempts;

	p->event = *ev;
	if (is_up(p)) {
		take_latest_cause(l);
		if (!p->shown_up)
			timeline_note(STEP_LOGIN, EV_OK, object_of(p), 0,
				      p->already ? "logged in already" : "logged in", true);
		p->shown_up = true;
		return true;
	}
	if (!ev->cause.code) {
		note_pending(l, p);
		return true;
	}
	l->cause = ev->cause;
	if (fresh || (again && p->noted++ < NOTES_MAX))
		timeline_cause(&ev->cause, fresh);
	return cause_kind(ev->cause.id) != KIND_FINAL;
}

/* Return: false where no retry can help. */
static bool take_events(struct native *l)
{
	struct keeper_event ev;
	bool good = true;
	ssize_t n;

	while (l->watch >= 0) {
		n = recv(l->watch, &ev, sizeof(ev), MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			return good;
		if (n == (ssize_t)sizeof(ev) && ev.portal < l->n_portals) {
			ev.cause.object[sizeof(ev.cause.object) - 1] = ev.cause.text[sizeof(ev.cause.text) - 1] = '\0';
			good &= take_event(l, &ev);
			continue;
		}
		close(l->watch);
		l->watch = -1;
		keeper_failed(l, span_of("it has ended"));
	}
	return good;
}

/* Return: READY once the modules are there. */
static enum progress step_modules(struct native *l, struct wait *w)
{
	const char *missing;

	if (!spawn_step(&l->modprobe, w))
		return GOES_ON;
	missing = modules_missing();
	l->modules_loaded = !missing;
	if (!missing)
		return READY;
	cause_set_plain(&l->cause, missing, CAUSE_MODULE_MISSING);
	timeline_cause(&l->cause, true);
	return FAILED;
}

enum progress native_step(struct native *l, struct wait *w)
{
	enum progress loaded = l->modules_loaded ? READY : step_modules(l, w);

	if (loaded != READY)
		return loaded;
	step_names(l, w);
	if (l->due && !l->giving && l->n_portals && sys_now() >= l->retry_at)
		start_keeper(l);
	if (l->giving && spawn_step(&l->keeper, w))
		connect_keeper(l);
	if (!take_events(l))
		return FAILED;
	if (l->watch >= 0)
		wait_fd(w, l->watch, POLLIN);
	if (l->due && !l->giving && l->n_portals)
		wait_until(w, l->retry_at);
	return native_up(l) == native_portals(l) && l->n_portals ? READY : GOES_ON;
}

unsigned native_portals(const struct native *l)
{
	unsigned i, n = l->n_portals;

	for (i = 0; i < l->names.n; i++)
		n += !l->names.list[i].address.family;
	return n;
}

unsigned native_up(const struct native *l)
{
	unsigned i, n = 0;

	for (i = 0; i < l->n_portals; i++)
		n += is_up(&l->portals[i]);
	return n;
}

unsigned native_targets_up(const struct native *l)
{
	unsigned t, i, n = 0;

	for (t = 0; t < l->plan->n_targets; t++) {
		for (i = 0; i < l->n_portals; i++)
			if (is_up(&l->portals[i]) && !strcmp(l->portals[i].target->name, l->plan->targets[t].name))
				break;
		n += i < l->n_portals;
	}
	return n;
}

bool native_scanning(const struct native *l)
{
	unsigned i;

	for (i = 0; i < l->n_portals; i++)
		if (l->portals[i].event.state == KEEPER_SCANNING)
			return true;
	return false;
}

unsigned native_untried(const struct native *l)
{
	unsigned i, n = 0;

	for (i = 0; i < l->n_portals; i++)
		n += !is_up(&l->portals[i]) && !l->portals[i].event.attempts;
	return n;
}

void native_report_abandoned(const struct native *l)
{
	unsigned i;

	for (i = 0; i < l->n_portals; i++)
		if (!is_up(&l->portals[i]) && !l->portals[i].event.cause.code)
			timeline_report(object_of(&l->portals[i]), CAUSE(PORTAL_LATER));
}

void native_close(struct native *l)
{
	if (l->watch >= 0)
		close(l->watch);
	l->watch = -1;
	names_end(&l->names);
	if (l->keeper.pid)
		spawn_await(&l->keeper, sys_now() + KEEPER_US);
	spawn_kill(&l->keeper);
	spawn_kill(&l->modprobe);
	sys_wipe(&l->handed, sizeof(l->handed));
}
