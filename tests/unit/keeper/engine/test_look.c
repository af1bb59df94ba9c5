// SPDX-License-Identifier: GPL-2.0-or-later
/* What sysfs shows: sessions of others, those that have vanished, connections that have failed silently. */
#include "engine_case.h"
#include "keeper/engine/look.h"

#define C (&e.connections[0])

/* As the exitrd does. */
static void fake_destroy_all(unsigned sid)
{
	struct fake_session *s = fake_session(sid);

	fake_classes(s, true, false);
	s->conn = FAKE_NONE;
	fake_destroy(s);
}

static void test_foreign(void)
{
	begin_up(1, "look");
	engine_close(&e);
	fake_session(1)->creator = 1234;
	fake_show(fake_session(1));
	engine_prepare(&e, false);
	engine_begin(&e);
	ok(run_until(first_up, 3000) && C->sid == 2, "a session that another program has created is left alone");
	is_int(fake_session(1)->binds, 1, "its connection is not touched");
	kernel_end();
}

static void test_vanished(void)
{
	begin_up(1, "look");
	fake_destroy_all(1);
	ok(run_until(all_off, 1000), "a session that another program has destroyed is not created again");
	run_for(50);
	ok(!fake_session(2), "not later either");
	kernel_end();

	begin_up(1, "look");
	fake_iscsi_lose = 10;
	fake_destroy_all(1);
	fake_iscsi_lose = 0;
	e.look_at = 0;
	ok(run_until(all_off, 1000), "without an event, sysfs shows it");
	kernel_end();
}

static void test_failed(void)
{
	begin_up(1, "look");
	C->error = 1020;
	fake_session(1)->conn = FAKE_FAILED;
	fake_session(1)->cleanup = true;
	fake_show(fake_session(1));
	e.look_at = sys_now() + 100000;
	run_for(20);
	is_int(C->errors, 0, "a connection that has failed without an event");
	run_for(150);
	ok(run_until(first_up, 3000) && C->errors == 1 && !C->error, "is found at the next look");
	kernel_end();
}

int main(void)
{
	test_foreign();
	test_vanished();
	test_failed();
	return done_testing();
}
