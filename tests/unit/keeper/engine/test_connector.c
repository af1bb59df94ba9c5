// SPDX-License-Identifier: GPL-2.0-or-later
#include <netinet/tcp.h>

#include "engine_case.h"

static struct connector c;
static uint32_t seed = 7;

static int step(struct wait *w)
{
	wait_begin(w, SYS_FOREVER);
	return connector_step(&c, &e.plan.portals[0].address, e.plan.portals[0].port, "", &seed, w);
}

/* Steps until it is over, at most for @ms. */
static int connect_for(unsigned ms)
{
	int64_t until = sys_now() + ms * INT64_C(1000);
	struct wait w;
	int fd;

	while ((fd = step(&w)) == -EINPROGRESS && sys_now() < until) {
		wait_until(&w, until);
		wait_run(&w);
	}
	return fd;
}

static unsigned in_flight(void)
{
	return (c.fd[0] >= 0) + (c.fd[1] >= 0);
}

static void test_answered(void)
{
	socklen_t len = sizeof(int);
	int fd = connect_for(2000), on = 0;

	ok(fd >= 0 && !c.open, "a portal that listens");
	getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len);
	ok(on, "small requests are sent at once");
	ok(!connector_is_silent(fd, 2), "it is not silent");
	ok(!connector_is_silent(-1, 2), "nor is none");
	close(fd);
}

static void test_refused(void)
{
	portal_shut(0);
	is_int(connect_for(2000), -ECONNREFUSED, "one where nothing listens");
	ok(!c.open, "it is over");
	portal_open(0);
}

static void test_silent(void)
{
	struct wait w;
	int fd;

	portal_silence(0);
	is_int(connect_for(100), -EINPROGRESS, "one that does not answer");
	is_int(in_flight(), 1, "an attempt");
	is_int(connect_for(1200), -EINPROGRESS, "is still waited for");
	is_int(in_flight(), 2, "beside a fresh one");
	is_int(step(&w), -EINPROGRESS, "waiting");
	ok(w.n == 2 && w.until <= sys_now() + 400000, "for both, and for the time of the next");
	portal_wake(0);
	fd = connect_for(1500);
	ok(fd >= 0, "it answers: the fresh one is taken");
	close(fd);
	is_int(step(&w) >= 0 ? 0 : connect_for(500) < 0, 0, "and once more");
	connector_close(&c);
	connector_close(&c);
}

static void test_errors(void)
{
	struct wait w;

	wait_begin(&w, SYS_FOREVER);
	ok(connector_step(&c, &e.plan.portals[0].address, 1, "no-such-device", &seed, &w) < 0 && !c.open,
	   "a device that does not exist");
}

static void test_jitter(void)
{
	int64_t least = 1000, most = 0, us;
	uint32_t r = 0;
	unsigned i;

	for (i = 0; i < 1000; i++) {
		us = jitter(&r, 400);
		least = us < least ? us : least;
		most = us > most ? us : most;
	}
	ok(least >= 300 && least < 310 && most <= 500 && most > 490, "a quarter more or less");
}

int main(void)
{
	kernel_begin("connector");
	plan_begin(1);
	test_answered();
	test_refused();
	test_silent();
	test_errors();
	test_jitter();
	kernel_end();
	return done_testing();
}
