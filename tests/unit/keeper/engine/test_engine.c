// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine_case.h"

static void test_first_login(void)
{
	ok(begin_up(1, "engine"), "the first login");
	is_str(fake_iscsi_wrong, "", "in the right order");
	ok(!strcmp(fake_session(1)->state, "LOGGED_IN") && fake_session(1)->creator == -1, "the kernel's session");
	is_str(fake_session(1)->param[ISCSI_IF_RECOVERY_TMO], "2147483", "which never times out");
	ok(!memcmp(last_login + 8, "\0\2\x3d\0\0\1", 6), "its ISID is the session's number");
	is_str(fake_session(1)->param[ISCSI_IF_EXP_STATSN], "10", "ExpStatSN is behind the response's");
	is_int(logins, 1, "one exchange");
	kernel_end();
}

static void test_recovery(void)
{
	unsigned i;

	begin_up(2, "engine");
	fake_iscsi_take();
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(run_until(all_up, 3000), "a connection that was closed is restored at once");
	ok(!strncmp(fake_iscsi_take(), "stop 1 recover\nbind 1\n", 22), "it is stopped, then bound");
	is_str(fake_iscsi_wrong, "", "in the right order");
	is_int(fake_session(2)->binds, 1, "the other is left alone");
	ok(e.connections[0].errors == 1 && e.connections[0].recoveries == 1 && e.connections[0].error == 1020,
	   "both are counted");
	for (i = 0; i < 40; i++) {
		fake_iscsi_error(1 + i % 2, ISCSI_IF_ERR_CONN_FAILED);
		if (!run_until(all_up, 3000))
			break;
	}
	is_int(i, 40, "40 times");
	is_str(fake_iscsi_wrong, "", "in the right order");
	kernel_end();
}

/* Refused for a while; then the first connect that is answered. */
static void test_refused(void)
{
	begin_up(1, "engine");
	portal_shut(0);
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	run_for(1500);
	is_int(e.connections[0].cause.id, CAUSE_CONNECTION_REFUSED, "refused");
	ok(e.connections[0].attempts >= 3 && e.connections[0].attempts < 20, "several attempts, and not too many");
	portal_open(0);
	ok(run_until(all_up, 3000), "restored soon after the portal's return");
	kernel_end();
}

static void test_silent(void)
{
	unsigned i;

	begin_up(16, "engine");
	for (i = 0; i < 16; i++)
		portal_silence(i);
	for (i = 1; i <= 16; i++)
		fake_iscsi_error(i, ISCSI_IF_ERR_NOP_TIMEDOUT);
	run_for(4000);
	is_int(e.connections[3].cause.id, CAUSE_NO_ANSWER, "16 silent portals");
	portal_wake(0);
	ok(run_until(first_up, 3000), "one of them answers: restored soon");
	is_int(fake_session(2)->binds, 1, "the others wait");
	is_str(fake_iscsi_wrong, "", "in the right order");
	kernel_end();
	for (i = 0; i < 16; i++)
		silent[i] = false;
}

static void test_lost_events(void)
{
	begin_up(1, "engine");
	fake_iscsi_lose = 1;
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	run_for(20);
	ok(run_until(all_up, 3000) && fake_session(1)->binds == 2, "an event is lost: the session's state is looked at");
	answer_never = true;
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	run_for(300);
	answer_never = false;
	fake_iscsi_lose = 1;
	put_response(1, last_login);
	ok(run_until(all_up, 2000), "a response that is lost: the login begins again");
	kernel_end();
}

/* The next keeper finds what this one has created. */
static void test_adoption(void)
{
	unsigned before;
	bool good;

	begin_up(2, "engine");
	fake_iscsi_error(2, ISCSI_IF_ERR_TCP_CLOSED);
	run_until(never, 1);
	engine_close(&e);
	fake_iscsi_run();
	fake_iscsi_take();
	before = accepted;
	good = !engine_prepare(&e, false);
	engine_begin(&e);
	ok(good && run_until(all_up, 3000), "another engine takes over");
	ok(e.connections[0].sid == 1 && e.connections[1].sid == 2, "the same sessions");
	is_int(fake_session(1)->binds, 1, "it does not touch the connection that works");
	ok(fake_session(2)->binds >= 2 && accepted > before, "and restores the one that does not");
	ok(!fake_session(3), "no session is created");
	is_str(fake_iscsi_wrong, "", "in the right order");
	kernel_end();
}

static void test_helper(void)
{
	pid_t pid;

	begin_up(1, "engine");
	pid = e.shared.helper.pid;
	kill(pid, SIGKILL);
	run_for(50);
	ok(e.shared.helper.pid && e.shared.helper.pid != pid, "a helper that has ended is started again");
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(run_until(all_up, 3000), "and does its work");
	fake_iscsi_hang = true;
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	run_for(300);
	ok(e.connections[0].asked && !e.blocked, "another program's request blocks the kernel");
	e.shared.helper.since -= 10000000;
	turn();
	ok(e.blocked, "which is noticed");
	fake_iscsi_hang = false;
	ok(run_until(all_up, 3000) && !e.blocked, "it goes on when the kernel does");
	kernel_end();
}

static bool all_tried(void)
{
	unsigned i, n = 0;

	for (i = 0; i < e.n; i++)
		n += e.connections[i].has_session;
	return n == e.n;
}

/* More logins at one time than there are texts. */
static void test_texts(void)
{
	begin(ENGINE_TEXTS + 4, "engine");
	out_text(e.plan.params[0], sizeof(e.plan.params[0]), "node.conn[0].timeo.login_timeout=3");
	e.plan.n_params = 1;
	answer_never = true;
	engine_begin(&e);
	ok(run_until(all_tried, 10000), "a target that does not answer does not keep the others from trying");
	answer_never = false;
	ok(run_until(all_up, 15000), "all are logged in in the end");
	is_str(fake_iscsi_wrong, "", "in the right order");
	kernel_end();
}

static void test_logout(void)
{
	begin_up(3, "engine");
	engine_logout(&e);
	ok(run_until(all_off, 3000) && logouts == 3, "a Logout of each session");
	ok(!fake_session(1) && !fake_session(2) && !fake_session(3), "they are destroyed");
	run_for(100);
	ok(all_off() && accepted == 3, "and not logged in again");
	kernel_end();
}

int main(void)
{
	test_first_login();
	test_recovery();
	test_refused();
	test_silent();
	test_lost_events();
	test_adoption();
	test_helper();
	test_texts();
	test_logout();
	return done_testing();
}
