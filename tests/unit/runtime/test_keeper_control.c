// SPDX-License-Identifier: GPL-2.0-or-later
/* Talking to a keeper: a child of ours with another root stands for it; wants root. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "runtime/keeper_control.h"
#include "tap.h"

#define SOON (sys_now() + 10000000)

enum { SILENT = 'S', ENDS = 'E', DEAF = 'D' };	/* instead of an answer */

static char dir[64], file[96];
static pid_t pid;

static void set_file(const char *text)
{
	if (sys_write_atomic(file, 0644, text, strlen(text)))
		printf("# cannot write %s\n", file);
}

/* The keeper: for each request in @requests the answer that stands at its place in @answers. */
static void keep(const char *requests, const char *answers, int ready)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX, .sun_path = KEEPER_CONTROL };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), client;
	char got = 0;

	if (chroot(dir) || chdir("/") || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) ||
	    (*answers != DEAF && listen(fd, 0)) || write(ready, "x", 1) != 1)
		_exit(1);
	if (*answers == DEAF)
		pause();
	for (; *requests; requests++, answers++) {
		client = accept(fd, NULL, NULL);
		if (recv(client, &got, 1, 0) != 1 || got != *requests)
			_exit(2);
		if (*answers == SILENT)
			pause();
		if (*answers != ENDS && send(client, answers, 1, 0) != 1)
			_exit(3);
		close(client);
	}
	_exit(0);
}

static void begin(const char *requests, const char *answers)
{
	char text[32], byte;
	int fds[2];

	if (pipe(fds))
		printf("# no pipe\n");
	fflush(stdout);
	pid = fork();
	if (!pid)
		keep(requests, answers, fds[1]);
	close(fds[1]);
	ok(read(fds[0], &byte, 1) == 1, "a keeper that is asked '%s'", requests);
	close(fds[0]);
	snprintf(text, sizeof(text), "pid=%d\n", (int)pid);
	set_file(text);
}

/* Return: its exit status, -1: it had to be killed. */
static int end(bool kill_it)
{
	char control[96];
	int status = 0;

	if (kill_it)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	snprintf(control, sizeof(control), "%s" KEEPER_CONTROL, dir);
	unlink(control);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_none(void)
{
	static const char *const bad[] = {
		"", "\n", "pid=\n", "pid=0\n", "pid=x\n", "pid=-1\n", "pid=2147483648\n", "PID=1\n",
		"pid 1\n", "pid=\"1\n", "version=1\npid=1\n", "pid=1 2\n",
		"pid=1000000000000000000000000000000000000000000000000000000000000000\n",
	};
	char text[32];
	unsigned i;

	is_int(keeper_control_pid(), 0, "no file: not running");
	is_int(keeper_control(KEEPER_LOOK, SOON), -ESRCH, "and none can be asked");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		set_file(bad[i]);
		is_int(keeper_control_pid(), 0, "a file that names none");
	}
	snprintf(text, sizeof(text), "pid=%d\n", (int)getpid());
	set_file(text);
	is_int(keeper_control_pid(), 0, "a process that is no keeper");
	begin("", "0");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_int(keeper_control_pid(), 0, "one that has ended");
	is_int(keeper_control(KEEPER_STOP, SOON), -ESRCH, "is none");
	end(false);
}

static void test_answers(void)
{
	char root[64], want[64];

	begin("lars", "0010");
	is_int(keeper_control_pid(), pid, "it is found");
	keeper_control_root(pid, root, sizeof(root));
	snprintf(want, sizeof(want), "/proc/%d/root", (int)pid);
	is_str(root, want, "and its root");
	is_int(keeper_control(KEEPER_LOOK, SOON), 0, "look: done");
	is_int(keeper_control(KEEPER_ADOPT, SOON), 0, "adopt: done");
	is_int(keeper_control(KEEPER_RESTART, SOON), -EIO, "restart: it could not");
	is_int(keeper_control(KEEPER_STOP, SOON), 0, "stop: done");
	is_int(end(false), 0, "it was asked for just that");
}

/* Descriptors with a request and with an answer, which waits in the socket already. */
static void test_passed(void)
{
	int ends[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC), got, passed = 0;
	char byte = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		printf("# no sockets\n");
	ok(!keeper_control_send(ends[1], '0', null), "an answer with a descriptor");
	got = keeper_control_take(dup(ends[0]), KEEPER_GIVE, SOON);
	ok(got > 2 && (fcntl(got, F_GETFD) & FD_CLOEXEC), "is taken");
	close(got);
	ok(keeper_control_receive(ends[1], &byte, &passed) == 1 && byte == KEEPER_GIVE && passed == -1, "the request has none");
	keeper_control_send(ends[1], '0', -1);
	is_int(keeper_control_take(dup(ends[0]), KEEPER_GIVE, SOON), -EIO, "an answer without one");
	keeper_control_send(ends[1], '1', null);
	is_int(keeper_control_take(dup(ends[0]), KEEPER_GIVE, SOON), -EIO, "a request that fails");
	while (keeper_control_receive(ends[1], &byte, &passed) == 1)
		;
	keeper_control_send(ends[1], '0', -1);
	is_int(keeper_control_give(dup(ends[0]), KEEPER_PLAN, null, SOON), 0, "a request with a descriptor");
	ok(keeper_control_receive(ends[1], &byte, &passed) == 1 && byte == KEEPER_PLAN && passed > 2, "arrives");
	close(passed);
	close(ends[0]);
	ok(!keeper_control_receive(ends[1], &byte, &passed), "the end of the connection");
	ok(keeper_control_send(ends[1], '0', -1) == -EPIPE, "nobody is asked any more");
	close(ends[1]);
	close(null);
}

static void test_no_answer(void)
{
	int64_t began;

	begin("a", "E");
	is_int(keeper_control(KEEPER_ADOPT, SOON), -EIO, "it ends without an answer");
	is_int(end(false), 0, "as it should");

	begin("a", "S");
	began = sys_now();
	is_int(keeper_control(KEEPER_ADOPT, began + 200000), -ETIMEDOUT, "it does not answer");
	ok(sys_now() - began >= 200000 && sys_now() - began < 5000000, "in the time that it had");
	is_int(keeper_control(KEEPER_ADOPT, sys_now()), -ETIMEDOUT, "no time at all");
	is_int(keeper_control(KEEPER_ADOPT, SOON), -EAGAIN, "it takes no more: nobody waits for it");
	is_int(end(true), -1, "it hung");

	begin("", "D");
	is_int(keeper_control_pid(), pid, "one that does not listen is there");
	is_int(keeper_control(KEEPER_LOOK, SOON), -ESRCH, "and is none");
	end(true);
}

/* Its number is another process's now, whose root has such a file. */
static void test_another(void)
{
	char text[96];
	pid_t other;

	/* a process with another root, in which that is a file */
	begin("", "D");
	snprintf(text, sizeof(text), "%s" KEEPER_CONTROL, dir);
	unlink(text);
	sys_write_atomic(text, 0600, "", 0);
	is_int(keeper_control_pid(), 0, "a file in the place of the socket");
	is_int(keeper_control(KEEPER_STOP, SOON), -ESRCH, "is not asked");
	end(true);

	begin("s", "0");
	fflush(stdout);
	other = fork();
	if (!other) {
		if (!chroot(dir))
			pause();
		_exit(1);
	}
	snprintf(text, sizeof(text), "/proc/%d/root" KEEPER_CONTROL, (int)other);
	while (access(text, F_OK))
		poll(NULL, 0, 5);
	snprintf(text, sizeof(text), "pid=%d\n", (int)other);
	set_file(text);
	is_int(keeper_control(KEEPER_STOP, SOON), -ESRCH, "nor is a process that does not listen there itself");
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	snprintf(text, sizeof(text), "pid=%d\n", (int)pid);
	set_file(text);
	end(true);
}

int main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/iscsiroot-ask.%u", (unsigned)getpid());
	mkdir(dir, 0700);
	snprintf(file, sizeof(file), "%s/keeper", dir);
	is_str(keeper_control_file, "/run/iscsiroot/keeper", "the file with its process ID");
	keeper_control_file = file;
	test_none();
	test_answers();
	test_passed();
	test_no_answer();
	test_another();
	unlink(file);
	rmdir(dir);
	return done_testing();
}
