// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/child.h"
#include "base/sys.h"
#include "tap.h"

static int give(void *arg)
{
	return *(int *)arg;
}

static int hang(void *arg)
{
	(void)arg;
	while (pause() < 0)
		;
	return 0;
}

static int die(void *arg)
{
	(void)arg;
	return kill(getpid(), SIGKILL);
}

int main(void)
{
	int none = 0, busy = -EBUSY, strange = -4711;
	struct child c[3];
	int64_t begin;

	child_init();
	child_start(&c[0], give, &none);
	child_start(&c[1], give, &busy);
	child_start(&c[2], give, &strange);
	begin = sys_now();
	is_int(child_wait(c, 3, begin + 20000000), 0, "all end");
	ok(sys_now() - begin < 10000000, "and that is noticed");
	is_int(c[0].err, 0, "done");
	is_int(c[1].err, -EBUSY, "an error");
	is_int(c[2].err, -255, "one that is no errno");
	child_start(&c[0], die, NULL);
	is_int(child_wait(c, 1, sys_now() + 20000000), 0, "one that is killed");
	is_int(c[0].err, -EINTR, "is an error");
	child_start(&c[0], hang, NULL);
	child_start(&c[1], give, &none);
	is_int(child_wait(c, 2, sys_now() + 300000), 1, "one does not end");
	ok(c[0].pid > 0 && !c[1].pid, "that one");
	child_leave(&c[0]);
	ok(!c[0].pid && c[0].err == -ETIMEDOUT, "it is left behind");
	child_leave(&c[1]);
	is_int(c[1].err, 0, "one that has ended is as it was");
	child_start(&c[0], give, &none);
	is_int(child_wait(c, 1, sys_now() - 4000000), 0, "after a standstill it may still end");
	child_start(&c[0], hang, NULL);
	is_int(child_wait(c, 1, sys_now() - 4000000), 1, "or not");
	child_leave(&c[0]);
	return done_testing();
}
