// SPDX-License-Identifier: GPL-2.0-or-later
/* The job's socket and result, over a /run of its own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "boot/job.h"
#include "tap.h"

static struct job j, second;

static bool own_run(void)
{
	return !compat_unshare_mounts() && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !mount("none", "/run", "tmpfs", 0, NULL);
}

static void serve(int64_t us)
{
	int64_t until = sys_now() + us;
	static struct wait w;

	do {
		wait_begin(&w, until);
		job_step(&j, &w);
		wait_run(&w);
	} while (sys_now() < until);
}

/* A client in a process of its own. */
static pid_t client(enum job_request request, int64_t us)
{
	pid_t pid = fork();

	if (!pid)
		_exit(job_await(request, us < 0 ? SYS_FOREVER : sys_now() + us));
	return pid;
}

/* -1: it still waits */
static int result(pid_t pid, int options)
{
	int status;

	return waitpid(pid, &status, options) == pid ? WEXITSTATUS(status) : -1;
}

static void test_none(void)
{
	ok(!job_running(), "no run in progress");
	is_int(job_await(JOB_ROOT, SYS_FOREVER), CODE_NOT_ASKED, "and there was none");
	is_int(job_open(&j), 0, "one begins");
	ok(job_running(), "it is in progress");
	is_int(job_open(&second), -EBUSY, "there is only one");
}

static void test_login(void)
{
	pid_t first = client(JOB_LOGIN, -1), late, root = client(JOB_ROOT, -1);

	serve(200000);
	is_int(result(first, WNOHANG), -1, "waits for the login");
	ok(j.login_asked && j.root_asked, "who waits for what is known");
	job_others_turn(&j);
	is_int(result(first, 0), CODE_DONE, "until it is others' turn");
	late = client(JOB_LOGIN, -1);
	serve(200000);
	is_int(result(late, 0), CODE_DONE, "who asks later is answered at once");
	is_int(result(root, WNOHANG), -1, "who waits for the root still waits");
	is_int(result(client(JOB_ROOT, 10000), 0), CODE_DONE, "but only as long as it wants to");
	ok(!j.finish, "nobody asked for the end");
	late = client(JOB_FINISH, -1);
	serve(200000);
	ok(j.finish, "a client asks for it");
	is_int(result(late, WNOHANG), -1, "and waits for it");
	job_close(&j, 69);
	is_int(result(late, 0), 69, "the end: its exit code");
	is_int(result(root, 0), 69, "for all that wait");
	ok(!job_running(), "no run in progress any more");
	is_int(job_await(JOB_LOGIN, SYS_FOREVER), 69, "its result stays");
}

static void test_again(void)
{
	struct stat st;
	pid_t pid;

	is_int(job_open(&j), 0, "another run begins");
	ok(!stat("/run/iscsiroot/job.socket", &st) && (st.st_mode & 0777) == 0600, "only root can connect");
	pid = client(JOB_ROOT, -1);
	serve(200000);
	/* as if it had been killed */
	while (j.n)
		close(j.clients[--j.n].fd);
	close(j.fd);
	is_int(result(pid, 0), CODE_BUG, "killed: no result, and that of the run before does not count");
	ok(!job_running(), "its socket is still there, but it is not in progress");
	is_int(job_open(&j), 0, "the next run takes its place");
	job_close(&j, 0);
	is_int(job_await(JOB_ROOT, SYS_FOREVER), CODE_DONE, "and succeeds");
}

static void test_many(void)
{
	pid_t pids[JOB_CLIENTS_MAX + 3];
	unsigned i, n = 0;

	is_int(job_open(&j), 0, "a run with many clients");
	for (i = 0; i < JOB_CLIENTS_MAX + 3; i++)
		pids[i] = client(JOB_LOGIN, -1);
	serve(300000);
	is_int(j.n, JOB_CLIENTS_MAX, "some are served");
	job_others_turn(&j);
	serve(300000);
	for (i = 0; i < JOB_CLIENTS_MAX + 3; i++)
		n += result(pids[i], WNOHANG) == CODE_DONE;
	is_int(n, JOB_CLIENTS_MAX + 3, "all are answered");
	job_close(&j, 0);
}

int main(void)
{
	if (!own_run()) {
		ok(false, "a /run of its own");
		return done_testing();
	}
	signal(SIGALRM, SIG_DFL);
	alarm(60);
	test_none();
	test_login();
	test_again();
	test_many();
	return done_testing();
}
