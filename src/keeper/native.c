// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "keeper/engine/engine.h"
#include "keeper/guard.h"
#include "keeper/native.h"
#include "keeper/process.h"
#include "keeper/watchers.h"
#include "kernel/iscsi_session.h"
#include "kernel/kmsg.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_secret.h"
#include "runtime/keeper_status.h"

#define STATUS "/status"

static struct native {
	int events;			/* of the kernel's iSCSI netlink */
	int control, client;		/* @client: -1: no request is being served */
	bool ending;			/* @client waits for the end of all sessions */
	struct watchers watchers;
	struct engine engine;
	struct guard guard;
} state;

static void write_status(struct native *k)
{
	static struct keeper_status status;
	static char text[KEEPER_STATUS_TEXT_MAX];
	unsigned i;
	struct out o;

	status = (struct keeper_status){ .engine = true, .guarding = k->guard.on, .guarded = k->guard.n_nics };
	for (i = 0; i < k->guard.n_nics; i++)
		status.restored += k->guard.nics[i].restored;
	for (i = 0; i < k->engine.n; i++) {
		const struct connection *c = &k->engine.connections[i];
		struct keeper_session *s = &status.sessions[status.n];

		if (!c->has_session)
			continue;
		*s = (struct keeper_session){
			.sid = c->sid, .errors = c->errors, .recoveries = c->recoveries, .error = c->error,
			.since = c->since ? c->since : -1, .attempts = c->attempts,
			.next = c->step == CONN_PAUSE && c->retry_at ?
				sys_boottime() + c->retry_at - sys_now() : -1,
		};
		out_text(s->why, sizeof(s->why), "%s", c->cause.text);
		status.n++;
	}
	out_init(&o, text, sizeof(text));
	keeper_status_format(&status, &o);
	sys_write_atomic(STATUS, 0600, text, o.len);
}

static void answer(struct native *k, char what, int passed)
{
	if (k->client < 0)
		return;
	if (keeper_control_send(k->client, what, passed))
		kmsg_log("<6>", "iscsiroot: keeper: request not answered: the client has disconnected");
	close(k->client);
	k->client = -1;
	k->ending = false;
}

/* KEEPER_GUARD. Return: the answer. */
static char protect_nics(struct native *k)
{
	struct addr local[SESSIONS_MAX];
	unsigned i, n = 0;
	int err;

	for (i = 0; i < k->engine.n; i++) {
		struct session s = { .sid = k->engine.connections[i].sid, .host = k->engine.connections[i].host };

		if (k->engine.connections[i].has_session && session_local(&s, &local[n]))
			n++;
	}
	err = guard_on(&k->guard, local, n);
	if (err)
		kmsg_log("<4>", k->guard.on
			 ? "iscsiroot: keeper: NICs protected as before, not as they are now: %s"
			 : "iscsiroot: keeper: NICs not protected: %s", sys_error(err));
	write_status(k);
	return err ? '1' : '0';
}

/* KEEPER_PLAN. */
static char take_plan(struct native *k, int fd)
{
	static struct keeper_plan plan;
	int err = fd < 0 ? -EINVAL : keeper_secret_read(fd, &plan);

	if (!err)
		err = engine_replace(&k->engine, &plan);
	sys_wipe(&plan, sizeof(plan));
	if (err)
		kmsg_log("<4>", "iscsiroot: keeper: the new plan is not taken: %s", sys_error(err));
	return err ? '1' : '0';
}

static void give_plan(struct native *k)
{
	int fd = keeper_secret_make(&k->engine.plan);

	answer(k, fd < 0 ? '1' : '0', fd);
	if (fd >= 0)
		close(fd);
}

static void begin_watch(struct native *k)
{
	if (watchers_add(&k->watchers, k->client))
		k->client = -1;
	else
		answer(k, '1', -1);
}

/* Return: false where the keeper is to end. */
static bool obey(struct native *k, char request, int passed)
{
	switch (request) {
	case KEEPER_LOOK:
		if (!k->engine.on)
			engine_begin(&k->engine);
		engine_look(&k->engine, false);
		write_status(k);
		answer(k, '0', -1);
		return true;
	case KEEPER_STOP:
		answer(k, '0', -1);
		return false;
	case KEEPER_WATCH:
		begin_watch(k);
		return true;
	case KEEPER_PLAN:
		answer(k, take_plan(k, passed), -1);
		return true;
	case KEEPER_GIVE:
		give_plan(k);
		return true;
	case KEEPER_END:
		engine_logout(&k->engine);
		k->ending = true;
		return true;
	case KEEPER_GUARD:
		answer(k, protect_nics(k), -1);
		return true;
	case KEEPER_LEAVE:
		guard_off(&k->guard);
		write_status(k);
		answer(k, '0', -1);
		return true;
	default:
		answer(k, '1', -1);
		return true;
	}
}

static bool serve(struct native *k)
{
	char request = 0;
	int passed = -1;
	ssize_t n;
	bool stay;

	if (k->client < 0)
		k->client = accept4(k->control, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (k->client < 0)
		return true;
	n = keeper_control_receive(k->client, &request, &passed);
	if (n < 0 && errno == EAGAIN)
		return true;
	stay = true;
	if (n == 1) {
		stay = obey(k, request, passed);
	} else {
		close(k->client);
		k->client = -1;
		k->ending = false;
	}
	if (passed >= 0)
		close(passed);
	return stay;
}

static void take_events(struct native *k)
{
	static struct iscsi_if message;
	struct iscsi_if_event ev;
	int got;

	while ((got = iscsi_session_event(k->events, &message, &ev))) {
		if (got == -ENOBUFS)
			engine_look(&k->engine, true);
		else if (got < 0)
			return;
		else
			engine_event(&k->engine, &ev);
	}
}

static int open_all(struct native *k, int plan)
{
	int err = process_harden();

	watchers_init(&k->watchers);
	k->client = -1;
	if (!err)
		err = keeper_secret_read(plan, &k->engine.plan);
	close(plan);
	if (!err)
		err = engine_prepare(&k->engine, true);
	if (err)
		return err;
	k->events = iscsi_session_listen();
	if (k->events < 0)
		return k->events;
	k->control = process_listen(KEEPER_CONTROL, SOCK_SEQPACKET);
	return k->control < 0 ? k->control : 0;
}

/* One turn. Return: false where the keeper is to end. */
static bool turn(struct native *k)
{
	static struct wait w;
	bool changed;

	if (!serve(k))
		return false;
	wait_begin(&w, SYS_FOREVER);
	k->engine.shared.quiet = watchers_any(&k->watchers);
	engine_results(&k->engine);	/* before the events: connection_result() */
	take_events(k);
	engine_step(&k->engine, &w);
	changed = watchers_step(&k->watchers, &k->engine, &w);
	changed |= guard_step(&k->guard);
	if (changed)
		write_status(k);
	if (k->ending && engine_ended(&k->engine))
		answer(k, '0', -1);
	wait_fd(&w, k->events, POLLIN);
	guard_wait(&k->guard, &w);
	wait_fd(&w, k->client < 0 ? k->control : k->client, POLLIN);
	wait_run(&w);
	return true;
}

int native_keep(int ready, int plan, bool standby)
{
	struct native *k = &state;
	int err = open_all(k, plan);

	if (err) {
		kmsg_log("<3>", "iscsiroot: keeper: failed to start: %s", sys_error(err));
		return CODE_SYSTEM;
	}
	if (!standby)
		engine_begin(&k->engine);
	write_status(k);
	if (write(ready, "0", 1) != 1)
		kmsg_log("<6>", "iscsiroot: keeper: started, but its parent has ended");
	close(ready);
	while (turn(k))
		;
	engine_close(&k->engine);
	sys_wipe(&k->engine.plan, sizeof(k->engine.plan));
	return CODE_DONE;
}
