// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
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

static void test_clock(void)
{
	int64_t a = compat_clock_ns(CLOCK_MONOTONIC), b = compat_clock_ns(CLOCK_MONOTONIC);

	ok(a > 0 && b >= a, "the monotonic clock goes on");
	ok(compat_clock_ns(CLOCK_BOOTTIME) >= a, "the time since boot has the suspended time in it");
	is_int(compat_clock_ns(999), 0, "no such clock");
}

static void test_getdents(void)
{
	_Alignas(struct compat_dirent) char buf[2048];
	int fd = open("/proc/self/task", O_RDONLY | O_DIRECTORY), n, at;
	bool self = false;
	char name[16];

	snprintf(name, sizeof(name), "%d", (int)getpid());
	while ((n = compat_getdents(fd, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += ((struct compat_dirent *)(buf + at))->reclen)
			self |= !strcmp(((struct compat_dirent *)(buf + at))->name, name);
	ok(!n && self, "the names of a directory");
	close(fd);
	ok(compat_getdents(-1, buf, sizeof(buf)) == -1 && errno == EBADF, "an error");
}

static void test_memfd(void)
{
	int fd = compat_memfd("name");
	char byte = 'x';

	ok(fd >= 0 && write(fd, "a", 1) == 1 && pread(fd, &byte, 1, 0) == 1 && byte == 'a', "a file in memory");
	ok(fcntl(fd, F_GETFD) & FD_CLOEXEC, "no other program gets it");
	close(fd);
	ok(compat_memfd(NULL) == -1 && errno == EFAULT, "an error");
}

static void test_pidfd(void)
{
	pid_t pid = fork();
	struct pollfd p = { .events = POLLIN };

	if (!pid) {
		pause();
		_exit(0);
	}
	p.fd = compat_pidfd_open(pid);
	ok(p.fd >= 0 && fcntl(p.fd, F_GETFD) == FD_CLOEXEC, "a descriptor, closed by exec");
	is_int(poll(&p, 1, 0), 0, "not readable while the process runs");
	kill(pid, SIGKILL);
	is_int(poll(&p, 1, 5000), 1, "readable once it has ended");
	waitpid(pid, NULL, 0);
	close(p.fd);
	ok(compat_pidfd_open(-1) == -1, "no such process");
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
	test_clock();
	test_getdents();
	test_memfd();
	test_pidfd();
	ok(compat_swapoff("/nonexistent") == -1 && errno != ENOSYS, "swapoff of what does not exist");
	ok(compat_pivot_root("/nonexistent", "/nonexistent") == -1 && errno != ENOSYS,
	   "pivot_root into what does not exist");
	return done_testing();
}
