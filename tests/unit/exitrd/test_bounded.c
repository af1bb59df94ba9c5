// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "exitrd/bounded.h"
#include "exitrd/bounds.h"
#include "tree.h"

static int hang(void *arg)
{
	(void)arg;
	bounded_pause(20000000);
	return 0;
}

static int fail(void *arg)
{
	(void)arg;
	return -EBUSY;
}

static void test_deadline(void)
{
	struct bounded b = { .start = 1000000000 };

	ok(bounded_deadline(&b, b.start) == b.start + RECOVERY_US, "a target may take 300 s to recover");
	ok(bounded_deadline(&b, b.start + RECOVERY_US) == b.start + RECOVERY_US + BRIEF_US,
	   "after that a call still gets a short wait");
	b.brief = true;
	b.brief_since = b.start;
	ok(bounded_deadline(&b, b.start) == b.start + BRIEF_US, "no target can recover: a short wait");
	ok(bounded_deadline(&b, b.start + DEAD_US) == b.start + DEAD_US + 500000,
	   "a shorter one once the bound of a dead target has passed");
}

static void test_result(void)
{
	struct bounded b = { .start = sys_now() };
	int err;

	log_begin();
	err = bounded_call(&b, "/mnt", "unmounting", fail, NULL);
	log_end();
	is_int(err, -EBUSY, "what the call returned");
	ok(!*logged && !b.brief, "nothing is logged, nothing changes");
}

/* Return: was the one line logged? Its number of seconds is left out. */
static bool is_abandoned(void)
{
	static const char want[] = "iscsiroot: shutdown: /mnt: unmounting: abandoned after ";
	const char *at = strstr(logged, want);

	return at == logged && !strcmp(logged + strlen(logged) - 3, " s\n") &&
	       strchr(logged, '\n') == logged + strlen(logged) - 1;
}

static void test_brief(void)
{
	struct bounded b = { .start = sys_now() - DEAD_US, .brief = true,
			     .brief_since = sys_now() - DEAD_US };
	int64_t begin = sys_now();
	int err;

	log_begin();
	err = bounded_call(&b, "/mnt", "unmounting", hang, NULL);
	log_end();
	is_int(err, -ETIMEDOUT, "a call that blocks");
	ok(sys_now() - begin < 15000000, "is abandoned early where no target can recover");
	ok(is_abandoned(), "which is logged");
}

static unsigned gave_up;

static bool give_up(void *arg)
{
	gave_up++;
	return *(bool *)arg;
}

/* As 300 s after the start: a call gets its short wait, and then is given up. */
static void test_give_up(void)
{
	bool ended = false;
	struct bounded b = { .start = sys_now() - RECOVERY_US, .give_up = give_up, .arg = &ended };
	int64_t begin = sys_now();
	int err;

	log_begin();
	err = bounded_call(&b, "/mnt", "unmounting", hang, NULL);
	log_end();
	is_int(err, -ETIMEDOUT, "nothing could be ended: the call is abandoned");
	ok(gave_up == 1 && b.brief && is_abandoned(), "after the callback was called once");
	ok(sys_now() - begin >= BRIEF_US, "and not before its deadline");

	ended = true;
	b.brief = false;
	b.start = (begin = sys_now()) - RECOVERY_US;
	gave_up = 0;
	log_begin();
	err = bounded_call(&b, "/mnt", "unmounting", hang, NULL);
	log_end();
	is_int(err, -ETIMEDOUT, "something was ended, and the call still blocks");
	ok(gave_up == 1 && sys_now() - begin >= 2 * BRIEF_US, "it got a short wait more, once");
}

int main(void)
{
	tree_begin("bounded");
	test_deadline();
	test_result();
	test_brief();
	test_give_up();
	tree_end();
	return done_testing();
}
