// SPDX-License-Identifier: GPL-2.0-or-later
/* Why an attempt has failed, what is logged, and when the next one begins. */
#include "engine_case.h"

#define C (&e.connections[0])

static enum cause_id wanted;

static bool caused(void)
{
	return C->cause.id == wanted;
}

static int fifo;

/* All that was logged. */
static const char *log_text(void)
{
	static char text[8192];
	size_t n = strlen(text);
	ssize_t got = read(fifo, text + n, sizeof(text) - 1 - n);

	text[n + (got > 0 ? got : 0)] = '\0';
	return text;
}

static unsigned count(const char *text, const char *part)
{
	unsigned n = 0;

	while ((text = strstr(text, part))) {
		n++;
		text++;
	}
	return n;
}

static void test_status(uint8_t class, uint8_t detail, enum cause_id id, const char *name)
{
	begin(1, "retry");
	answer_class = class;
	answer_detail = detail;
	wanted = id;
	engine_begin(&e);
	ok(run_until(caused, 3000), "%s", name);
	run_for(1500);
	ok(C->refusals >= 2 && C->refusals < 8, "it is tried again, and not too often");
	answer_as_usual();
	ok(run_until(first_up, 4000), "for ever");
	kernel_end();
}

static void test_log(void)
{
	char path[128];

	begin(1, "retry");
	snprintf(path, sizeof(path), "%s/kmsg", tree);
	mkfifo(path, 0600);
	fifo = open(path, O_RDWR | O_NONBLOCK);
	kmsg_file = path;
	answer_class = 2;
	answer_detail = 3;
	wanted = CAUSE_STATUS_0203;
	engine_begin(&e);
	run_until(caused, 3000);
	run_for(1000);
	is_int(count(log_text(), "status 02/03: target not found (check ISCSI_TARGET_NAME); retrying"), 1,
	       "a cause is logged once");
	answer_detail = 2;
	wanted = CAUSE_STATUS_0202;
	run_until(caused, 4000);
	is_int(count(log_text(), "status 02/02"), 1, "a new one, too");
	answer_as_usual();
	run_until(first_up, 4000);
	is_int(count(log_text(), TARGET ": logged in"), 1, "and the login");
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	run_for(20);
	run_until(first_up, 4000);
	is_int(count(log_text(), "session 1: connection lost (iSCSI error 1020), being restored"), 1, "a loss");
	is_int(count(log_text(), "session 1: connection restored after 0."), 1, "and its end");
	fake_classes(fake_session(1), true, false);
	fake_session(1)->conn = FAKE_NONE;
	fake_destroy(fake_session(1));
	run_until(all_off, 2000);
	is_int(count(log_text(), "session 1: destroyed by another program, not logged in again"), 1, "and another's deed");
	kmsg_file = "/dev/null";
	kernel_end();
}

static void test_quiet(void)
{
	begin(1, "retry");
	portal_shut(0);
	e.shared.quiet = true;
	wanted = CAUSE_CONNECTION_REFUSED;
	engine_begin(&e);
	ok(run_until(caused, 3000), "while a client reports the causes");
	ok(C->changed, "it is told");
	kernel_end();
}

static void test_closed(void)
{
	unsigned i;

	begin(1, "retry");
	answer_never = true;
	engine_begin(&e);
	for (i = 0; i < 6; i++) {
		while (C->step != CONN_ANSWER)
			turn();
		fake_iscsi_error(1, i < 3 ? ISCSI_IF_ERR_TCP_CLOSED : ISCSI_IF_ERR_CONN_FAILED);
		turn();
		turn();
		if (i == 2)
			is_int(C->cause.id, CAUSE_CONNECTION_CLOSED, "closed in the login");
	}
	is_int(C->cause.id, CAUSE_CONNECTION_BROKEN, "broken in the login");
	ok(C->refusals >= 5 && C->retry_at <= sys_now() + 700000, "the next attempt is soon");
	kernel_end();
}

int main(void)
{
	test_status(3, 1, CAUSE_STATUS_0301, "target busy, 03/01");
	test_status(2, 2, CAUSE_STATUS_0202, "not authorized, 02/02");
	test_log();
	test_quiet();
	test_closed();
	return done_testing();
}
