// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Killing processes, in a PID namespace of our own, where we are process 1: the keeper, a child of the keeper and
 * others are this program again. Wants root.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "exitrd/bounded.h"
#include "exitrd/procs.h"
#include "kernel/kmsg.h"
#include "runtime/keeper_control.h"
#include "tap.h"

static const char *self;

/* Start this program as @name; it waits until it is killed. */
static pid_t start(const char *name, const char *what)
{
	char *argv[] = { (char *)name, (char *)what, NULL }, *env[] = { NULL };
	pid_t pid = fork();

	if (!pid) {
		execve(self, argv, env);
		_exit(127);
	}
	return pid;
}

static void be(const char *what)
{
	/* the keeper has a child, as with iscsid */
	if (!strcmp(what, "keeper"))
		start("@iscsid", "other");
	for (;;)
		pause();
}

/* The state of a process by /proc, 0: there is none; its first child in @child. */
static char state_of(pid_t pid, pid_t *child)
{
	char path[64], text[1024], *at;

	if (child) {
		snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
		*child = 0;
		if (sys_read(AT_FDCWD, path, text, sizeof(text)) > 0)
			sscanf(text, "%d", child);
	}
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (sys_read(AT_FDCWD, path, text, sizeof(text)) <= 0)
		return 0;
	at = strrchr(text, ')');
	return at ? at[2] : 0;
}

static bool lives(pid_t pid)
{
	char state = state_of(pid, NULL);

	return state && state != 'Z';
}

/* Wait until a process is in this state; 0: it has gone, or is a zombie. */
static bool await(pid_t pid, char state)
{
	int64_t until = sys_now() + 20000000;

	while (state ? state_of(pid, NULL) != state : lives(pid)) {
		if (sys_now() >= until)
			return false;
		bounded_pause(5000);
	}
	return true;
}

static void name_keeper(pid_t pid)
{
	char text[32];

	snprintf(text, sizeof(text), "pid=%d\n", (int)pid);
	sys_write_atomic(KEEPER_FILE, 0644, text, strlen(text));
}

static void test_keeper(void)
{
	struct procs p = { 0 };
	pid_t keeper = start(KEEPER_NAME, "keeper"), other = start("other", "other"), child = 0;
	int64_t until = sys_now() + 20000000;

	while ((state_of(keeper, &child), !child) && sys_now() < until)
		bounded_pause(5000);
	await(child, 'S');
	await(other, 'S');
	procs_find_keeper(&p);
	is_int(p.keeper, 0, "no file: no keeper");
	name_keeper(other);
	procs_find_keeper(&p);
	is_int(p.keeper, 0, "a file that names another program");
	name_keeper(1);
	procs_find_keeper(&p);
	is_int(p.keeper, 0, "or process 1");
	name_keeper(keeper);
	procs_find_keeper(&p);
	is_int(p.keeper, keeper, "the keeper");

	kill(keeper, SIGSTOP);
	kill(child, SIGSTOP);
	ok(await(keeper, 'T') && await(child, 'T'), "it is stopped, and so is its iscsid");
	procs_wake_keeper(&p);
	ok(await(keeper, 'S') && await(child, 'S'), "both are woken");
	procs_kill(&p);
	ok(await(other, 0) && lives(keeper) && lives(child), "all others are killed");
	procs_end_keeper(&p);
	ok(await(keeper, 0) && await(child, 0) && !p.keeper, "then the keeper and its iscsid");
}

/* Return: is the parent alive that a process has left with procs_kill()? */
static bool parent_survives(bool init_stays)
{
	struct procs p = { .init_stays = init_stays };
	pid_t parent = fork();

	if (!parent) {
		pid_t child = fork();

		if (!child) {
			procs_kill(&p);
			mkdir("/run/killed", 0755);
			for (;;)
				pause();
		}
		for (;;)
			pause();
	}
	while (access("/run/killed", F_OK))
		bounded_pause(5000);
	rmdir("/run/killed");
	init_stays = lives(parent);
	/* both are to end */
	procs_kill(&(struct procs){ 0 });
	while (waitpid(-1, NULL, 0) > 0)
		;
	return init_stays;
}

static int inside(void)
{
	kmsg_file = "/dev/null";
	if (!ok(getpid() == 1 && !mount("test", "/run", "tmpfs", 0, NULL) && !mkdir("/run/iscsiroot", 0755),
		"a PID namespace (as root)"))
		return done_testing();
	test_keeper();
	ok(!parent_survives(false), "as process 1 we have no ancestors to spare");
	ok(parent_survives(true), "with sysvinit those that started us are not killed");
	return done_testing();
}

int main(int argc, char **argv)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	self = n > 0 ? path : argv[0];
	if (argc == 2 && strcmp(argv[1], "inside")) {
		be(argv[1]);
		return 1;
	}
	if (argc == 2)
		return inside();
	execlp("unshare", "unshare", "--pid", "--fork", "--mount-proc", self, "inside", (char *)NULL);
	return 1;
}
