// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel is asked for, and in which order. */
#include "engine_case.h"

#define C (&e.connections[0])

static void test_order(void)
{
	const char *asked;

	begin_up(1, "requests");
	asked = fake_iscsi_take();
	ok(!strncmp(asked, "create 1\nconn 1\nbind 1\nparam 1 15=" TARGET "\n", 60), "the first: a session, a connection");
	ok(strstr(asked, "host 6 1=iqn.1993-08.org.debian:01:test\nsend 1 43\nparam 1 2=0\n"), "names, the login, what was agreed");
	ok(strstr(asked, "param 1 16=1\nstart 1\n"), "and the start");
	ok(!strstr(asked, "stop"), "nothing is stopped");
	ok(C->pinned && !strncmp(tree_content("sys/devices/platform/host6/session1/iscsi_session/session1/recovery_tmo"),
				 "2147483", 7), "the recovery timeout is pinned");
	kernel_end();
}

static void test_multipath(void)
{
	begin(2, "requests");
	e.plan.multipath = true;
	engine_begin(&e);
	ok(run_until(all_up, 4000), "two paths");
	is_str(fake_session(1)->param[ISCSI_IF_RECOVERY_TMO], "15", "have 15 s");
	is_str(fake_session(2)->param[ISCSI_IF_PING_TMO], "5", "and notice a dead path soon");
	kernel_end();
}

static void test_destroy(void)
{
	begin_up(1, "requests");
	fake_iscsi_take();
	engine_logout(&e);
	run_until(all_off, 3000);
	is_str(fake_iscsi_take(), "send 1 46\nstop 1 term\ndestroy conn 1\ndestroy 1\n", "the end");
	kernel_end();
}

int main(void)
{
	test_order();
	test_multipath();
	test_destroy();
	return done_testing();
}
