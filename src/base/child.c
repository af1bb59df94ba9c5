// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/sys.h"

#define LATE_US 500000	/* waking this late: the VM was paused, and the children with it */

static void interrupt(int sig)
{
	(void)sig;
}

void child_init(void)
{
	struct sigaction sa = { .sa_handler = interrupt };
	sigset_t set;

	/* unblocked only during a wait, so that a child that ends just before one is not missed */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGCHLD, &sa, NULL);
}

void child_start(struct child *c, int (*fn)(void *arg), void *arg)
{
	int err;

	c->err = 0;
	c->pid = fork();
	if (c->pid < 0) {
		c->err = -errno;
		c->pid = 0;
	} else if (!c->pid) {
		err = fn(arg);
		_exit(err < 0 && err > -256 ? -err : err ? 255 : 0);
	}
}

/* Has the child ended? */
static bool reap(struct child *c)
{
	int status;

	if (!c->pid)
		return true;
	if (waitpid(c->pid, &status, WNOHANG) != c->pid)
		return false;
	c->pid = 0;
	c->err = WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
	return true;
}

unsigned child_wait(struct child *list, unsigned n, int64_t until)
{
	bool late = false;
	struct wait w;
	unsigned i, left;
	int64_t now;

	for (;;) {
		for (i = left = 0; i < n; i++)
			left += !reap(&list[i]);
		if (!left)
			return 0;
		now = sys_now();
		if (now >= until) {
			if (late || now < until + LATE_US)
				return left;
			late = true;
			until = now + LATE_US;
		}
		wait_begin(&w, until);
		wait_run(&w);
	}
}

void child_leave(struct child *c)
{
	if (!c->pid)
		return;
	kill(c->pid, SIGKILL);
	c->pid = 0;
	c->err = -ETIMEDOUT;
}
