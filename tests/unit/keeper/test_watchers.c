// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/socket.h>
#include <unistd.h>

#include "keeper/watchers.h"
#include "runtime/keeper_event.h"
#include "tap.h"

static struct watchers w;
static struct engine e;
static struct wait wait;

static bool step(void)
{
	wait_begin(&wait, SYS_FOREVER);
	return watchers_step(&w, &e, &wait);
}

/* The next event; 0: none. */
static ssize_t take(int fd, struct keeper_event *ev)
{
	ssize_t n = recv(fd, ev, sizeof(*ev), MSG_DONTWAIT);

	return n < 0 ? 0 : n;
}

static void test_states(int fd)
{
	static const struct {
		enum conn_step step;
		pid_t scan;
		enum keeper_event_state state;
	} rows[] = {
		{ CONN_CONNECT, 0, KEEPER_CONNECTING }, { CONN_BIND, 0, KEEPER_LOGGING_IN },
		{ CONN_ANSWER, 0, KEEPER_LOGGING_IN }, { CONN_PAUSE, 0, KEEPER_WAITING },
		{ CONN_STOP, 0, KEEPER_WAITING }, { CONN_UP, 5, KEEPER_SCANNING }, { CONN_UP, 0, KEEPER_UP },
		{ CONN_END_STOP, 0, KEEPER_ENDED }, { CONN_OFF, 0, KEEPER_ENDED },
	};
	struct keeper_event ev;
	unsigned i, good = 0;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		e.connections[1].step = rows[i].step;
		e.connections[1].scan = rows[i].scan;
		e.connections[1].changed = true;
		good += step() && take(fd, &ev) == sizeof(ev) && ev.portal == 1 && ev.state == rows[i].state;
	}
	is_int(good, sizeof(rows) / sizeof(*rows), "the state at each step");
}

static void test_slow(int fd)
{
	struct keeper_event ev = { .portal = 9 };
	unsigned i, n = 0;

	for (i = 0; i < 2000; i++) {
		e.connections[0].changed = true;
		e.connections[0].attempts = i;
		step();
	}
	ok(wait.n == 1 && wait.fds[0].events == POLLOUT, "a client that does not read is waited for");
	while (take(fd, &ev))
		n++;
	ok(n > 1 && n < 1999, "it has got some");
	ok(!step() && take(fd, &ev) && ev.attempts == 1999, "and gets the latest state");
	ok(!take(fd, &ev), "once");
}

int main(void)
{
	int a[2], b[2], c[2];
	struct keeper_event ev;

	e.n = 2;
	e.connections[1].index = 1;
	e.connections[1].has_session = true;
	e.connections[1].sid = 7;
	cause_set_plain(&e.connections[0].cause, "object", CAUSE_NO_ANSWER);
	watchers_init(&w);
	ok(!watchers_any(&w) && !step(), "none");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, a) || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, b) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, c))
		printf("# no sockets\n");
	ok(watchers_add(&w, a[0]) && watchers_any(&w), "one");
	ok(!step() && take(a[1], &ev) && !ev.portal && !ev.sid && ev.cause.id == CAUSE_NO_ANSWER &&
	   take(a[1], &ev) && ev.portal == 1 && ev.sid == 7 && !ev.cause.code && !take(a[1], &ev),
	   "gets each portal's state at once");
	step();
	ok(!take(a[1], &ev) && wait.n == 1 && wait.fds[0].events == POLLIN, "and nothing more");
	test_states(a[1]);
	test_slow(a[1]);
	ok(watchers_add(&w, b[0]) && !watchers_add(&w, c[0]), "there may be two");
	close(a[1]);
	close(b[1]);
	step();
	ok(!watchers_any(&w), "who disconnects is dropped");
	return done_testing();
}
