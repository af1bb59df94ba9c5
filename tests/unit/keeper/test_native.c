// SPDX-License-Identifier: GPL-2.0-or-later
/* The whole keeper with its engine, in a root of its own, with the kernel of the tests. Wants root. */
#include <signal.h>
#include <sys/wait.h>

#include "engine/engine_case.h"
#include "keeper/native.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_event.h"
#include "runtime/keeper_secret.h"
#include "runtime/keeper_status.h"

#define SOON (sys_now() + 20000000)

static char keeper_file[96];
static pid_t keepers[2];

static bool is_ready(int fd)
{
	char byte;

	return read(fd, &byte, 1) == 1;
}

/* Start a keeper; KEEPER_FILE names it. */
static pid_t start(const struct keeper_plan *plan, bool standby)
{
	int fds[2], secret = plan ? keeper_secret_make(plan) : open("/dev/null", O_RDONLY), err = pipe(fds);
	pid_t pid;
	char text[32];

	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(fds[0]);
		close(listeners[0]);
		if (chroot(tree) || chdir("/"))
			_exit(99);
		sysfs_root = "/sys";
		_exit(native_keep(fds[1], secret, standby));
	}
	close(fds[1]);
	close(secret);
	snprintf(text, sizeof(text), "pid=%d\n", (int)pid);
	if (err || !is_ready(fds[0]) || sys_write_atomic(keeper_file, 0644, text, strlen(text)))
		pid = -pid;
	close(fds[0]);
	return pid;
}

/* Send a request, with the kernel at work meanwhile. Return: its result; @passed gets a descriptor. */
static int ask(char request, int give, int *passed)
{
	int64_t until = SOON;
	struct wait w;
	char byte = 0;
	pid_t pid;
	int fd = keeper_control_connect(&pid);
	ssize_t n;

	if (fd < 0 || keeper_control_send(fd, request, give))
		return fd;
	do {
		fake_iscsi_run();
		accept_all();
		n = keeper_control_receive(fd, &byte, passed);
		wait_begin(&w, sys_now() + 1000);
		wait_run(&w);
	} while (n < 0 && sys_now() < until);
	close(fd);
	return n == 1 ? byte - '0' : -EIO;
}

static int simply(char request)
{
	int none;

	return ask(request, -1, &none);
}

/* Read events until portal 0 has this state. */
static bool watch_until(int fd, enum keeper_event_state state, struct keeper_event *ev)
{
	int64_t until = SOON;
	struct wait w;

	while (sys_now() < until) {
		fake_iscsi_run();
		accept_all();
		if (recv(fd, ev, sizeof(*ev), MSG_DONTWAIT) == sizeof(*ev) && ev->state == state)
			return true;
		wait_begin(&w, sys_now() + 500);
		wait_run(&w);
	}
	return false;
}

static const struct keeper_session *session_status(unsigned sid)
{
	static struct keeper_status s;
	unsigned i;

	if (!keeper_status_parse(span_of(tree_content("status")), &s) || !s.engine)
		return NULL;
	for (i = 0; i < s.n && s.sessions[i].sid != sid; i++)
		;
	return i < s.n ? &s.sessions[i] : NULL;
}

static int begin_watch(void)
{
	pid_t pid;
	int fd = keeper_control_connect(&pid);

	keeper_control_send(fd, KEEPER_WATCH, -1);
	return fd;
}

static int code_of(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_login(void)
{
	const struct keeper_session *s;
	struct keeper_event ev;
	int fd;

	keepers[0] = start(&e.plan, false);
	ok(keepers[0] > 0, "it starts");
	fd = begin_watch();
	ok(watch_until(fd, KEEPER_UP, &ev) && ev.sid == 1 && !ev.cause.code, "a client hears of the login");
	portal_shut(0);
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	while (watch_until(fd, KEEPER_WAITING, &ev) && ev.cause.id != CAUSE_CONNECTION_REFUSED)
		;
	ok(ev.cause.id == CAUSE_CONNECTION_REFUSED && ev.attempts, "of what keeps it from a new one");
	ok(!simply(KEEPER_LOOK), "its status is asked for");
	s = session_status(1);
	ok(s && s->errors == 1 && s->attempts && s->since > 0 && strstr(s->why, "connection refused"), "why, and how often");
	portal_open(0);
	ok(watch_until(fd, KEEPER_UP, &ev), "and of the recovery");
	close(fd);
}

static void test_plan(void)
{
	static struct keeper_plan plan;
	int fd = -1, none;

	ok(!ask(KEEPER_GIVE, -1, &fd) && fd >= 0 && !keeper_secret_read(fd, &plan) &&
	   !memcmp(&plan, &e.plan, sizeof(plan)), "it hands out its plan");
	close(fd);
	plan.portals[0].port++;
	fd = keeper_secret_make(&plan);
	is_int(ask(KEEPER_PLAN, fd, &none), 1, "a plan without a session that is up is not taken");
	close(fd);
	plan = e.plan;
	out_text(plan.targets[0].username, 8, "user");
	out_text(plan.targets[0].password, 8, "secret");
	fd = keeper_secret_make(&plan);
	is_int(ask(KEEPER_PLAN, fd, &none), 0, "one with other secrets is");
	close(fd);
	is_int(simply(KEEPER_PLAN), 1, "one that is missing is not");
	is_int(simply('?'), 1, "nor is a request that there is none of");
	fd = keeper_secret_make(&e.plan);
	ask(KEEPER_PLAN, fd, &none);
	close(fd);
}

/* The next version takes over. */
static void test_upgrade(void)
{
	unsigned binds = fake_session(1)->binds, before = accepted;
	struct keeper_event ev;
	int fd = -1, old;
	pid_t pid;

	ask(KEEPER_GIVE, -1, &fd);
	keeper_secret_read(fd, &e.plan);
	close(fd);
	old = keeper_control_connect(&pid);
	keepers[1] = start(&e.plan, true);
	ok(keepers[1] > 0, "a successor is started");
	ok(!keeper_control_ask(old, KEEPER_STOP, SOON), "the old keeper is told to end");
	is_int(code_of(keepers[0]), 0, "and does");
	is_int(simply(KEEPER_LOOK), 0, "the successor begins");
	fd = begin_watch();
	ok(watch_until(fd, KEEPER_UP, &ev) && ev.sid == 1, "with the same session");
	close(fd);
	ok(fake_session(1)->binds == binds && accepted == before, "whose connection is not touched");
}

static void test_end(void)
{
	is_int(simply(KEEPER_END), 0, "all sessions are to end");
	ok(logouts == 1 && !fake_session(1), "they are logged out and destroyed");
	is_int(simply(KEEPER_STOP), 0, "it is to end");
	is_int(code_of(keepers[1]), 0, "it has");
	is_str(fake_iscsi_wrong, "", "the kernel was asked in the right order");
}

int main(void)
{
	kernel_begin("native");
	plan_begin(1);
	tree_put("dev/urandom", "not random at all, but that is of no concern here: as many bytes as are needed");
	snprintf(keeper_file, sizeof(keeper_file), "%s/keeper", tree);
	keeper_control_file = keeper_file;
	test_login();
	test_plan();
	test_upgrade();
	test_end();
	kernel_end();
	return done_testing();
}
