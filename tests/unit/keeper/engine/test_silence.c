// SPDX-License-Identifier: GPL-2.0-or-later
/* The target's socket drops all that comes, by a filter: a network that is gone for one connection alone. */
#include <linux/filter.h>

#include "engine_case.h"

#ifndef SO_ATTACH_FILTER
#define SO_ATTACH_FILTER 26
#define SO_DETACH_FILTER 27
#endif

static void drop_all(int fd)
{
	struct sock_filter none[] = { { BPF_RET | BPF_K, 0, 0, 0 } };
	struct sock_fprog program = { 1, none };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		printf("# no filter: %s\n", sys_error(errno));
}

static bool bound_again(void)
{
	return fake_session(1)->binds > 1 && first_up();
}

static bool is_silent(void)
{
	return connector_is_silent(e.connections[0].fd, 4);
}

static void test_silence(void)
{
	int on = 0;

	begin_up(1, "silence");
	ok(e.connections[0].fd >= 0 && !is_silent(), "the socket of a session that is up is kept");
	drop_all(last_peer);
	ok(write(e.connections[0].fd, "x", 1) == 1 && run_until(bound_again, 8000),
	   "the connection is silent, the portal answers: logged in again");
	ok(e.connections[0].errors == 1 && !e.connections[0].error, "counted, without an error of the kernel");

	drop_all(last_peer);
	portal_silence(0);
	ok(write(e.connections[0].fd, "x", 1) == 1 && run_until(is_silent, 8000), "silent again, the portal too");
	run_for(500);
	is_int(fake_session(1)->binds, 2, "then it is left alone");
	setsockopt(last_peer, SOL_SOCKET, SO_DETACH_FILTER, &on, sizeof(on));
	run_for(7000);
	ok(!is_silent() && fake_session(1)->binds == 2 && !e.connections[0].connector.open,
	   "and goes on by itself where the network returns");
	portal_wake(0);
	run_for(100);
	is_int(fake_session(1)->binds, 2, "for good");
	kernel_end();
}

/* A plan with another portal: the socket stays with its session. */
static void test_kept(void)
{
	static struct keeper_plan plan;
	int fd;

	begin(2, "silence");
	e.plan.n_portals = 1;
	plan = e.plan;
	plan.n_portals = 2;
	engine_begin(&e);
	run_until(all_up, 3000);
	fd = e.connections[0].fd;
	ok(!engine_replace(&e, &plan) && e.n == 2, "a plan with one portal more");
	run_until(all_up, 3000);
	ok(fd >= 0 && e.connections[0].fd == fd && fake_session(1)->binds == 1, "the first session has its socket still");
	kernel_end();
}

int main(void)
{
	test_silence();
	test_kept();
	return done_testing();
}
