// SPDX-License-Identifier: GPL-2.0-or-later
/* Asynchronous messages, and a Logout that is not ours. */
#include "engine_case.h"

#define C (&e.connections[0])

static void message(uint8_t event, unsigned p1, unsigned p2, unsigned p3)
{
	uint8_t bhs[BHS_SIZE] = { 0x32, 0x80 };

	bhs[36] = event;
	bhs[39] = p1;
	bhs[40] = p2 >> 8;
	bhs[41] = p2;
	bhs[43] = p3;
	memset(bhs + 16, 0xff, 4);
	fake_iscsi_receive(1, bhs, (struct span){ NULL, 0 });
}

static bool restored(void)
{
	return first_up() && C->recoveries;
}

static void test_logout_requested(uint8_t event, const char *name)
{
	begin_up(1, "asynchronous");
	fake_iscsi_take();
	message(event, 0, 0, 10);
	ok(run_until(restored, 3000) && logouts == 1, "%s: a Logout, and a new login", name);
	ok(strstr(fake_iscsi_take(), "send 1 46\nstop 1 recover\nbind 1\n"), "in this order");
	is_str(fake_iscsi_wrong, "", "in the right order");
	kernel_end();
}

static void test_dropped(void)
{
	int64_t began;

	begin_up(1, "asynchronous");
	began = sys_now();
	message(2, 0, 1, 20);
	ok(run_until(restored, 4000) && !logouts, "the connection is dropped: no Logout, a new login");
	ok(sys_now() - began >= 1000000, "after Time2Wait");
	message(2, 5, 0, 0);
	run_for(50);
	is_int(C->recoveries, 1, "another connection's is ignored");
	message(0, 0, 0, 0);
	message(255, 0, 0, 0);
	run_for(50);
	is_int(C->recoveries, 1, "as are sense data, and a vendor's own");
	message(3, 0, 0, 0);
	run_for(20);
	ok(run_until(first_up, 3000) && C->recoveries == 2, "the session is dropped");
	message(3, 0, 3600, 0);
	run_for(20);
	ok(C->retry_at > sys_now() + 50000000 && C->retry_at < sys_now() + 61000000, "an hour is too long to wait");
	kernel_end();
}

static void test_time2wait(void)
{
	int64_t began;

	begin_up(1, "asynchronous");
	answer_logout = 1;
	began = sys_now();
	message(1, 0, 0, 1);
	ok(run_until(restored, 4000) && sys_now() - began >= 1000000, "Time2Wait of the Logout Response");
	answer_logout = 1000;
	message(1, 0, 0, 1);
	run_for(20);
	ok(run_until(first_up, 4000) && C->recoveries == 2, "no Logout Response: after the time that the target gave");
	kernel_end();
}

/* The exitrd's Logout. */
static void test_foreign_logout(void)
{
	uint8_t response[BHS_SIZE] = { 0x26, 0x80 };

	begin_up(1, "asynchronous");
	fake_iscsi_take();
	fake_iscsi_receive(1, response, (struct span){ NULL, 0 });
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(run_until(all_off, 1000), "another program's Logout is the end");
	run_for(200);
	is_str(fake_iscsi_take(), "", "the engine asks for nothing more");
	is_int(accepted, 1, "and does not connect");
	kernel_end();
}

int main(void)
{
	test_logout_requested(1, "a Logout is requested");
	test_logout_requested(4, "a negotiation is requested");
	test_dropped();
	test_time2wait();
	test_foreign_logout();
	return done_testing();
}
