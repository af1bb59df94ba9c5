// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "tap.h"

static char dir[64], path[128];

static void test_files(void)
{
	char buf[8];
	struct stat st;

	umask(0022);
	is_int(sys_write_atomic(path, 0600, "secret", 6), 0, "a file is written");
	ok(!stat(path, &st) && (st.st_mode & 07777) == 0600, "with the mode asked for");
	is_int(sys_read(AT_FDCWD, path, buf, sizeof(buf)), 6, "and read back");
	is_str(buf, "secret", "terminated");
	is_int(sys_write_atomic(path, 0644, "12345678", 8), 0, "it is replaced");
	ok(!stat(path, &st) && (st.st_mode & 07777) == 0644, "with the new mode");
	is_int(sys_read(AT_FDCWD, path, buf, sizeof(buf)), -E2BIG, "a file of the buffer's size is too big");
	is_int(sys_read(AT_FDCWD, "/nonexistent/x", buf, sizeof(buf)), -ENOENT, "an absent file is ENOENT");
	is_int(sys_read(AT_FDCWD, dir, buf, sizeof(buf)), -EISDIR, "a directory is EISDIR");
	is_int(sys_write_atomic("/nonexistent/x", 0600, "", 0), -ENOENT, "no directory to write to");
}

static void test_link(void)
{
	char target[160], buf[16];

	snprintf(target, sizeof(target), "%s.target", path);
	sys_write_atomic(target, 0600, "untouched", 9);
	unlink(path);
	ok(!symlink(target, path), "a link stands where we write");
	is_int(sys_write_atomic(path, 0600, "new", 3), 0, "it is replaced");
	sys_read(AT_FDCWD, target, buf, sizeof(buf));
	is_str(buf, "untouched", "and not followed");
	unlink(target);
	unlink(path);
}

static void test_wait(void)
{
	struct wait w;
	int64_t t0 = sys_now();
	int fds[2];

	wait_begin(&w, SYS_FOREVER);
	wait_until(&w, t0 + 20000);
	wait_until(&w, t0 + 90000000);
	is_int(wait_run(&w), 0, "a wait ends at its earliest time");
	ok(sys_now() - t0 >= 20000, "and not before it");

	ok(!pipe(fds), "a pipe");
	wait_begin(&w, SYS_FOREVER);
	wait_fd(&w, fds[0], POLLIN);
	ok(write(fds[1], "x", 1) == 1, "has something in it");
	is_int(wait_run(&w), 1, "a wait ends for a descriptor");

	wait_begin(&w, t0);
	wait_fd(&w, fds[0], POLLIN);
	is_int(wait_run(&w), 1, "also when its time is over");
	ok(sys_boottime() >= t0, "CLOCK_BOOTTIME is not behind CLOCK_MONOTONIC");
}

static void test_stop(void)
{
	struct wait w;

	sys_catch_stop();
	is_int(sys_stopped(), 0, "no signal yet");
	raise(SIGTERM);
	is_int(sys_stopped(), 0, "it waits for the wait");
	wait_begin(&w, SYS_FOREVER);
	wait_run(&w);
	is_int(sys_stopped(), SIGTERM, "and ends it");
}

static void test_errors(void)
{
	is_str(sys_error(-ENOENT), "No such file or directory", "an errno has its words");
	is_str(sys_error(EIO), "Input/output error", "glibc's, with klibc as well");
	is_str(sys_error(EINTR), "Interrupted system call", "whichever it is");
	is_str(sys_error(-ENOTTY), "Inappropriate ioctl for device", "of those that differ, too");
	is_str(sys_error(EHWPOISON), "Memory page has hardware error", "up to the last");
	is_str(sys_error(0), "error 0", "none is no error");
	is_str(sys_error(-9999), "error 9999", "an unknown one its number");
}

/* In a child whose standard descriptors are closed. Return: which are open then, a bit each, and 8 for the next. */
static int open_std(bool all)
{
	int status = 0, fd, bits = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(0);
		if (all) {
			close(1);
			close(2);
		}
		sys_open_std();
		for (fd = 0; fd < 3; fd++)
			bits |= (fcntl(fd, F_GETFD) >= 0) << fd;
		fd = open("/", O_RDONLY);
		_exit(bits | (fd > 2) << 3);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void test_open_std(void)
{
	is_int(open_std(true), 15, "closed standard descriptors are opened");
	is_int(open_std(false), 15, "also one of them");
}

int main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/test_sys.%u", (unsigned)getpid());
	snprintf(path, sizeof(path), "%s/file", dir);
	ok(!mkdir(dir, 0700), "a directory of our own");
	test_errors();
	test_files();
	test_link();
	test_wait();
	test_stop();
	test_open_std();
	rmdir(dir);
	return done_testing();
}
