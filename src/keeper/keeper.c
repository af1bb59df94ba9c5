// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "keeper/guard.h"
#include "keeper/iscsid.h"
#include "keeper/keeper.h"
#include "keeper/process.h"
#include "keeper/sessions.h"
#include "keeper/text.h"
#include "keeper/watch.h"
#include "kernel/iscsi_session.h"
#include "kernel/kmsg.h"
#include "kernel/session.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_status.h"

#define STATUS "/status"

struct keeper {
	int events;			/* of the kernel's iSCSI netlink */
	int control, client;		/* @client: -1: no request is being served */
	int notify;			/* iscsid's READY=1 */
	bool ready;			/* it has come from the running iscsid */
	bool asked;			/* @client waits for it */
	pid_t stopping;			/* child of stop_connection(); 0: none */
	bool refused;			/* logged: it was needed, and no session was restored since */
	struct iscsid iscsid;
	struct sessions sessions;
	struct watch watch;
};

int (*keeper_listen)(void) = iscsi_session_listen;
int (*keeper_stop)(unsigned sid, unsigned cid) = iscsi_session_stop;
static struct keeper state = { .client = -1, .iscsid = { .pidfd = -1, .log = -1 }, .watch = WATCH_INIT };
static struct guard guard;	/* apart from @state, which is initialised data: 64 KiB of it */

/* `iscsiroot status` reads it through /proc/PID/root. */
static void write_status(const struct keeper *k)
{
	static struct keeper_status status;
	static char text[KEEPER_STATUS_TEXT_MAX];
	unsigned i;
	struct out o;

	status = (struct keeper_status){ .iscsid = (unsigned)k->iscsid.pid, .starts = k->iscsid.starts,
					 .guarding = guard.on, .guarded = guard.n_nics };
	for (i = 0; i < guard.n_nics; i++)
		status.restored += guard.nics[i].restored;
	for (i = 0; i < k->sessions.n; i++) {
		const struct kept_session *s = &k->sessions.list[i];

		status.sessions[status.n++] = (struct keeper_session){
			.sid = s->sid, .errors = s->errors, .recoveries = s->recoveries,
			.error = s->error, .since = s->since ? s->since : -1, .next = -1,
		};
	}
	out_init(&o, text, sizeof(text));
	keeper_status_format(&status, &o);
	sys_write_atomic(STATUS, 0600, text, o.len);
}

static void look(struct keeper *k)
{
	sessions_look(&k->sessions);
	write_status(k);
}

static void start_iscsid(struct keeper *k)
{
	char old[256];

	/* notifications of the previous iscsid */
	while (recv(k->notify, old, sizeof(old), MSG_DONTWAIT) > 0)
		;
	k->ready = false;
	/* right before: all sessions of this look are known to the new iscsid */
	sessions_look(&k->sessions);
	if (!iscsid_start(&k->iscsid)) {
		k->sessions.iscsid = k->iscsid.pid;
		sessions_taken_over(&k->sessions);
	}
	write_status(k);
}

static void kill_iscsid(struct keeper *k)
{
	iscsid_kill(&k->iscsid);
	k->sessions.iscsid = 0;
}

static void answer(struct keeper *k, char what)
{
	if (k->client < 0)
		return;
	if (send(k->client, &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
		kmsg_log("<6>", "iscsiroot: keeper: request not answered: the client has disconnected");
	close(k->client);
	k->client = -1;
	k->asked = false;
}

static void reap_stopping(struct keeper *k)
{
	if (k->stopping && waitpid(k->stopping, NULL, WNOHANG))
		k->stopping = 0;
}

/*
 * A target that closes a connection which iscsid has just bound leaves it marked as failed. From then on the
 * kernel refuses each new one, until the old one is stopped; before 2.1.9 iscsid does not do that and
 * retries for ever. In a child, as the request blocks while another program's does.
 */
static void stop_connection(struct keeper *k, unsigned sid, unsigned cid)
{
	reap_stopping(k);
	if (k->stopping)
		return;
	if (!k->refused)
		kmsg_log("<5>", "iscsiroot: keeper: session %u: the kernel refused a new connection, "
			 "stopping the old one", sid);
	k->refused = true;
	k->stopping = fork();
	if (!k->stopping) {
		keeper_stop(sid, cid);
		_exit(0);
	}
	if (k->stopping < 0)
		k->stopping = 0;	/* iscsid tries again, and so do we */
}

/* Its log goes to the kernel's at level debug; what matters in it is logged in our words as well. */
static void take_line(struct keeper *k, struct span line)
{
	static char last[sizeof(k->iscsid.buf) + 1], rejected[sizeof(k->iscsid.buf) + 1];
	struct span why;
	unsigned sid, cid;

	if (!line.n)
		return;
	if (text_unbound(line, &sid, &cid))
		stop_connection(k, sid, cid);
	if (text_recovered(line, &sid)) {
		sessions_recovery(&k->sessions, sid);
		write_status(k);
		rejected[0] = 0;
		k->refused = false;
	}
	if (text_rejected(line, &why)) {
		if (text_session(line, &sid))
			sessions_progress(&k->sessions, sid);
		if (!span_eq(why, rejected) && !span_has_control(line))
			kmsg_log("<4>", "iscsiroot: keeper: login rejected: %pS; retrying (check the target)", &why);
		span_copy(why, rejected, sizeof(rejected));
	}
	if (span_eq(line, last) || span_has_control(line))
		return;
	span_copy(line, last, sizeof(last));
	kmsg_log("<7>", "%pS", &line);
}

static void take_log(struct keeper *k, bool rest)
{
	struct span line;

	while (iscsid_line(&k->iscsid, &line, rest))
		take_line(k, line);
}

/* iscsid has ended by itself. */
static void reap_iscsid(struct keeper *k)
{
	int status;

	take_log(k, true);
	status = iscsid_reap(&k->iscsid);
	k->sessions.iscsid = 0;
	kmsg_log("<4>", "iscsiroot: keeper: iscsid: ended (%s %d), restarting",
		 WIFSIGNALED(status) ? "signal" : "status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	write_status(k);
}

/* KEEPER_GUARD. Return: the answer. */
static char protect_nics(struct keeper *k)
{
	struct addr local[SESSIONS_MAX];
	int err;

	sessions_look(&k->sessions);
	err = guard_on(&guard, local, sessions_local(&k->sessions, local));
	if (err)
		kmsg_log("<4>", guard.on
			 ? "iscsiroot: keeper: NICs protected as before, not as they are now: %s"
			 : "iscsiroot: keeper: NICs not protected: %s", sys_error(err));
	write_status(k);
	return err ? '1' : '0';
}

/* Return: false where the keeper is to end. */
static bool serve(struct keeper *k)
{
	char request = 0;
	ssize_t n = recv(k->client, &request, 1, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n != 1) {
		close(k->client);
		k->client = -1;
		k->asked = false;
		return true;
	}
	if (request == KEEPER_RESTART || request == KEEPER_STOP)
		kill_iscsid(k);
	switch (request) {
	case KEEPER_STOP:
	case KEEPER_LOOK:
		look(k);
		answer(k, '0');
		return request != KEEPER_STOP;
	case KEEPER_ADOPT:
	case KEEPER_RESTART:
		k->sessions.iscsid_wanted = true;
		k->asked = true;
		if (k->iscsid.pid && k->ready)
			answer(k, '0');
		return true;	/* otherwise answered when iscsid is ready */
	case KEEPER_GUARD:
		answer(k, protect_nics(k));
		return true;
	case KEEPER_LEAVE:
		guard_off(&guard);
		write_status(k);
		answer(k, '0');
		return true;
	default:
		answer(k, '1');
		return true;
	}
}

static void take_events(struct keeper *k)
{
	static struct iscsi_if message;
	struct iscsi_if_event ev;
	int got;

	while ((got = iscsi_session_event(k->events, &message, &ev))) {
		if (got == -ENOBUFS) {
			look(k);
		} else if (got < 0) {
			return;
		} else if (ev.kind == ISCSI_EVENT_CONN_ERROR) {
			sessions_error(&k->sessions, ev.sid, ev.code);
			write_status(k);
		}
	}
}

static void take_notification(struct keeper *k)
{
	char text[256];
	ssize_t n;

	while ((n = recv(k->notify, text, sizeof(text), MSG_DONTWAIT)) > 0)
		if (text_ready((struct span){ text, n }) && !k->ready) {
			k->ready = true;
			iscsid_protect(&k->iscsid);
			if (k->asked)
				answer(k, '0');
		}
}

static int open_all(struct keeper *k)
{
	int err = process_harden();

	if (err)
		return err;
	k->events = keeper_listen();
	if (k->events < 0)
		return k->events;
	k->control = process_listen(KEEPER_CONTROL, SOCK_SEQPACKET);
	if (k->control < 0)
		return k->control;
	k->notify = process_listen(ISCSID_NOTIFY, SOCK_DGRAM);
	return k->notify < 0 ? k->notify : 0;
}

static void wait_for_more(const struct keeper *k)
{
	static struct wait w;

	wait_begin(&w, SYS_FOREVER);
	watch_wait(&k->watch, &w);
	wait_fd(&w, k->events, POLLIN);
	wait_fd(&w, k->notify, POLLIN);
	guard_wait(&guard, &w);
	wait_fd(&w, k->client < 0 ? k->control : k->client, POLLIN);
	if (k->iscsid.pid) {
		wait_fd(&w, k->iscsid.pidfd, POLLIN);
		wait_fd(&w, k->iscsid.log, POLLIN);
	} else if (k->sessions.iscsid_wanted) {
		wait_until(&w, k->iscsid.start_at);
	}
	wait_run(&w);
}

int keeper_keep(int ready)
{
	struct keeper *k = &state;
	int err = open_all(k);

	if (err) {
		kmsg_log("<3>", "iscsiroot: keeper: failed to start: %s", sys_error(err));
		return CODE_SYSTEM;
	}
	look(k);
	if (write(ready, "0", 1) != 1)
		kmsg_log("<6>", "iscsiroot: keeper: started, but its parent has ended");
	close(ready);
	for (;;) {
		if (k->client < 0)
			k->client = accept4(k->control, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (k->client >= 0 && !serve(k))
			return CODE_DONE;
		take_events(k);
		if (guard_step(&guard))
			write_status(k);
		take_notification(k);
		take_log(k, false);
		if (k->iscsid.pid && iscsid_has_ended(&k->iscsid))
			reap_iscsid(k);
		reap_stopping(k);
		if (watch_step(&k->watch, &k->sessions) || k->sessions.iscsid_stale)
			kill_iscsid(k);
		if (k->sessions.iscsid_wanted && !k->iscsid.pid && sys_now() >= k->iscsid.start_at)
			start_iscsid(k);
		wait_for_more(k);
	}
}
