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
	is_int(child.len, SPAWN_TAIL_MAX, "of much output as much is kept as fits");
	ok(child.dropped > 0, "and it is told that bytes were dropped");
	is_str(child.output + child.len - 10, "line 2999\n", "and these are the last bytes");
	ok(!spawn_start(&child, args) && finish(&child, 10000) && spawn_ok(&child),
	   "a bare name is found");
	is_str(child.output, "a b|$HOME||'\"`|", "arguments go through no shell");
}

/* "line 0" to "line 6999" are 68,890 bytes. */
static void test_whole(void)
{
	static char output[SPAWN_OUTPUT_MAX + 1];
	static const char lines[] = "i=0; while [ $i -lt %u ]; do echo line $i; i=$((i+1)); done";
	char script[128];
	struct span text;

	child.whole = output;
	snprintf(script, sizeof(script), lines, 6000);
	run_shell(script, 30000);
	is_int(child.len, 58890, "59 KB of output are kept");
	text = spawn_output(&child);
	ok(!child.dropped && text.n == child.len && !memcmp(text.p, "line 0\n", 7), "from its first line");
	snprintf(script, sizeof(script), lines, 7000);
	run_shell(script, 30000);
	is_int(child.len, SPAWN_OUTPUT_MAX, "of 69 KB 64 KiB");
	is_int(child.dropped, 68890 - SPAWN_OUTPUT_MAX, "the others are counted");
	ok(memcmp(child.output, "line ", 5), "the first line is cut");
	text = spawn_output(&child);
	ok(text.n < child.len && text.n > child.len - 10 && !memcmp(text.p, "line ", 5),
	   "and left out of what is read");
	run_shell("head -c 70000 /dev/zero", 30000);
	is_int(spawn_output(&child).n, 0, "one line of 70 KB is no line at all");
	child.whole = NULL;
	run_shell("echo short", 10000);
	is_str(child.output, "short\n", "the next run begins anew");
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

/* As an init may start us. */
static void test_closed(void)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(0);
		close(1);
		close(2);
		_exit(run_shell("echo out; echo err >&2; read x || echo end", 10000) && spawn_ok(&child) &&
		      !strcmp(child.output, "out\nerr\nend\n") ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	is_int(status, 0, "a child is started without standard descriptors of our own");
}

int main(void)
{
	test_output();
	test_whole();
	test_end();
	test_surroundings();
	test_kill();
	test_orphan();
	test_silent();
	test_closed();
	return done_testing();
}
