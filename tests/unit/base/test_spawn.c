// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/spawn.h"
#include "tap.h"

static struct spawn child;

/* Run to the end, at most @ms; false where it has not ended by then. */
static bool finish(struct spawn *s, int ms)
{
	return spawn_await(s, sys_now() + ms * INT64_C(1000));
}

static bool run_shell(const char *script, int ms)
{
	const char *argv[] = { "/bin/sh", "-c", script, NULL };

	return !spawn_start(&child, argv) && finish(&child, ms);
}

static void test_output(void)
{
	const char *args[] = { "printf", "%s|", "a b", "$HOME", "", "'\"`", NULL };

	ok(run_shell("echo out; echo err >&2", 10000), "a child ends");
	is_str(child.output, "out\nerr\n", "both of its streams are kept");
	ok(spawn_ok(&child), "its status 0 is seen");
	run_shell("printf 'a\\000b'", 10000);
	is_str(child.output, "a?b", "a NUL in the output is replaced");
	run_shell("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done", 30000);
	is_int(child.len, SPAWN_OUTPUT_MAX, "of much output as much is kept as fits");
	is_str(child.output + child.len - 10, "line 2999\n", "and these are the last bytes");
	ok(!spawn_start(&child, args) && finish(&child, 10000) && spawn_ok(&child),
	   "a bare name is found");
	is_str(child.output, "a b|$HOME||'\"`|", "arguments go through no shell");
}

static void test_end(void)
{
	const char *none[] = { "iscsiroot-no-such-program", NULL };
	const char *dir[] = { "/tmp", NULL };

	run_shell("exit 3", 10000);
	ok(!spawn_ok(&child) && WIFEXITED(child.status) && WEXITSTATUS(child.status) == 3,
	   "status 3 is not ok");
	run_shell("kill -9 $$", 10000);
	ok(!spawn_ok(&child) && WIFSIGNALED(child.status), "an end by signal is not ok");
	is_int(spawn_start(&child, none), -ENOENT, "no such program");
	ok(!child.pid && !spawn_ok(&child), "nothing runs then");
	is_int(spawn_start(&child, dir), -EACCES, "a failing exec is reported by its errno");
	ok(!child.pid, "nothing runs then either");
}

static void test_surroundings(void)
{
	char fd[64];
	int held = open("/dev/null", O_RDONLY);	/* on purpose without O_CLOEXEC */

	run_shell("env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD=", 10000);
	is_str(child.output, "PATH=/usr/sbin:/usr/bin:/sbin:/bin\n", "PATH is its environment");
	snprintf(fd, sizeof(fd), "test -e /proc/self/fd/%d && echo held", held);
	run_shell(fd, 10000);
	is_str(child.output, "", "it holds no descriptor of ours");
	close(held);
	run_shell("cat; echo end", 10000);
	is_str(child.output, "end\n", "its input is empty");
	signal(SIGPIPE, SIG_IGN);
	run_shell("kill -13 $$; echo alive", 10000);
	is_str(child.output, "", "a signal ignored by us is not ignored by it");
	signal(SIGPIPE, SIG_DFL);
	run_shell("read a b c d pgrp rest </proc/$$/stat; [ $pgrp = $$ ] && echo leader", 10000);
	is_str(child.output, "leader\n", "it leads a process group of its own");
}

/* As ps(1) shows it; 0: there is no such process. */
static char state_of(pid_t pid)
{
	char path[64], stat[512], *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (sys_read(AT_FDCWD, path, stat, sizeof(stat)) <= 0)
		return 0;
	p = strstr(stat, ") ");
	return p ? p[2] : 0;
}

static void test_kill(void)
{
	const char *argv[] = { "/bin/sh", "-c", "sleep 600 & echo $!; wait", NULL };
	struct wait w;
	int64_t began = sys_now();
	pid_t pid, grandchild = 0;

	spawn_start(&child, argv);
	pid = child.pid;
	while (!strchr(child.output, '\n') && sys_now() - began < 10000000) {
		wait_begin(&w, began + 10000000);
		spawn_step(&child, &w);
		if (!strchr(child.output, '\n'))
			wait_run(&w);
	}
	sscanf(child.output, "%d", &grandchild);
	ok(child.pid && w.n == 2, "while it runs there are descriptors to wait for");
	spawn_kill(&child);
	ok(!child.pid && child.fd == -1 && child.pidfd == -1, "killed, it is gone");
	ok(WIFSIGNALED(child.status) && !spawn_ok(&child), "and not ok");
	ok(sys_now() - began < 5000000, "at once");
	ok(kill(pid, 0) < 0 && errno == ESRCH, "it was reaped");
	ok(grandchild > 0 && state_of(grandchild) != 'S', "its own children are killed as well");
	child.status = 1;
	spawn_kill(&child);
	is_int(child.status, 1, "killing nothing changes nothing");
}

static void test_orphan(void)
{
	int64_t began = sys_now();

	/* A daemon left behind holds the pipe; the child's own end must count. */
	ok(run_shell("sleep 5 & echo left", 4000), "a child that leaves a daemon behind has ended");
	ok(sys_now() - began < 4000000, "without waiting for the daemon");
	is_str(child.output, "left\n", "and what it said is there");
	ok(spawn_ok(&child), "with its own status");
}

static void test_silent(void)
{
	ok(run_shell("exec >/dev/null 2>&1; sleep 0.2; exit 4", 10000),
	   "a child that closed its output is waited for");
	is_int(WEXITSTATUS(child.status), 4, "with its own status");
}

int main(void)
{
	test_output();
	test_end();
	test_surroundings();
	test_kill();
	test_orphan();
	test_silent();
	return done_testing();
}
