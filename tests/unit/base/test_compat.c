// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "tap.h"

static volatile size_t length = 64;	/* not known when this is compiled */

static void __attribute__((noinline)) overflow(void)
{
	char buf[16];
	volatile char *p = buf;
	size_t i;

	for (i = 0; i < length; i++)
		p[i] = 'x';
}

/* What became of a child that writes past the end of an array; its standard error in @text. */
static int run_child(char *text, size_t size)
{
	int fds[2], status = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDERR_FILENO);
		compat_guard_stack();
		overflow();
		_exit(0);
	}
	close(fds[1]);
	n = read(fds[0], text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	return status;
}

int main(void)
{
	char text[256];
	int status = run_child(text, sizeof(text));

	ok(!WIFEXITED(status) || WEXITSTATUS(status), "an overflow of the stack ends the program");
	ok(*text, "with a message");
#ifdef __KLIBC__
	is_int(WIFEXITED(status) ? WEXITSTATUS(status) : -1, CODE_BUG, "its exit code");
	is_str(text, "iscsiroot: stack overflow detected, stopped (this is a bug, please report it)\n",
	       "its message");
#endif
	ok(compat_clock_ns(CLOCK_MONOTONIC) > 0, "the monotonic clock can be read");
	ok(compat_clock_ns(CLOCK_BOOTTIME) > 0, "and that since boot");
	return done_testing();
}
