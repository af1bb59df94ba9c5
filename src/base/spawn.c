// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/scan.h"
#include "base/spawn.h"

#define SPAWN_PATH "/usr/sbin:/usr/bin:/sbin:/bin"
#define KILL_WAIT_US 2000000	/* for a killed process that hangs in the kernel */

bool spawn_find(const char *name, char *path, size_t size)
{
	static const char *const dirs[] = { "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/" };
	unsigned i;

	for (i = 0; i < (strchr(name, '/') ? 1 : sizeof(dirs) / sizeof(*dirs)); i++) {
		const char *dir = strchr(name, '/') ? "" : dirs[i];

		if (out_text(path, size, "%s%s", dir, name) && !access(path, X_OK))
			return true;
	}
	return false;
}

/* In the child. An error number is sent through @err, which a successful exec closes. */
static void run_child(const char *path, const char *const argv[], const char *input, int out, int err)
{
	static const char *const env[] = { "PATH=" SPAWN_PATH, NULL };
	sigset_t none;
	int fd, e;

	for (fd = 1; fd < NSIG; fd++)
		signal(fd, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	fd = open(input ? input : "/dev/null", O_RDONLY);
	if (fd >= 0 && dup2(fd, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0) {
		/* also descriptors that our parent left open: an open file keeps the root busy */
		for (fd = 3; fd < SPAWN_FDS_MAX; fd++)
			if (fd != err)
				close(fd);
		execve(path, (char *const *)argv, (char *const *)env);
	}
	e = errno;
	if (write(err, &e, sizeof(e)) < 0)
		_exit(126);
	_exit(127);
}

/* Wait until the child has become the program (some milliseconds); 0 or -errno. */
static int await_exec(int fd)
{
	int e;
	ssize_t n;

	do
		n = read(fd, &e, sizeof(e));
	while (n < 0 && errno == EINTR);
	return n == sizeof(e) ? -e : 0;
}

static void reap(struct spawn *s)
{
	while (waitpid(s->pid, &s->status, 0) < 0 && errno == EINTR)
		;
	s->pid = 0;
	close(s->pidfd);
	if (s->fd >= 0)
		close(s->fd);
	s->pidfd = s->fd = -1;
}

/* A pipe; neither end is a standard descriptor, also where our own are closed. 0 or -errno. */
static int make_pipe(int ends[2])
{
	int low[2], i, err = 0;

	if (pipe2(low, O_CLOEXEC))
		return -errno;
	for (i = 0; i < 2; i++) {
		ends[i] = low[i] > 2 ? low[i] : fcntl(low[i], F_DUPFD_CLOEXEC, 3);
		if (ends[i] < 0)
			err = -errno;
	}
	for (i = 0; i < 2; i++) {
		if (low[i] != ends[i])
			close(low[i]);
		if (err && ends[i] >= 0)
			close(ends[i]);
	}
	return err;
}

/* For the output and for exec's error. */
static int make_pipes(int out[2], int err[2])
{
	int ret = make_pipe(out);

	if (ret)
		return ret;
	ret = make_pipe(err);
	if (ret) {
		close(out[0]);
		close(out[1]);
	}
	return ret;
}

int spawn_start(struct spawn *s, const char *const argv[])
{
	char path[128];
	int out[2], err[2], ret;
	pid_t pid;

	s->pid = 0;
	s->len = s->dropped = 0;
	s->output = s->whole ? s->whole : s->tail;
	s->output[0] = '\0';
	s->fd = s->pidfd = -1;
	s->status = 127 << 8;
	if (!spawn_find(argv[0], path, sizeof(path)))
		return -ENOENT;
	ret = make_pipes(out, err);
	if (ret)
		return ret;
	pid = fork();
	if (!pid)
		run_child(path, argv, s->input, out[1], err[1]);
	ret = pid < 0 ? -errno : 0;
	close(out[1]);
	close(err[1]);
	if (!ret) {
		ret = await_exec(err[0]);
		s->pidfd = compat_pidfd_open(pid);
		if (!ret && (s->pidfd < 0 || fcntl(out[0], F_SETFL, O_NONBLOCK)))
			ret = -errno;
		s->pid = pid;
	}
	close(err[0]);
	s->fd = out[0];
	if (ret) {
		if (s->pid) {
			kill(pid, SIGKILL);
			reap(s);
		} else {
			close(s->fd);
			s->fd = -1;
		}
	}
	return ret;
}

/* Keep the last bytes: a program prints the reason for a failure before it ends. */
static void keep(struct spawn *s, const char *data, size_t n)
{
	size_t i, size = s->whole ? SPAWN_OUTPUT_MAX : SPAWN_TAIL_MAX;
	size_t drop = s->len + n > size ? s->len + n - size : 0;

	memmove(s->output, s->output + drop, s->len - drop);
	s->len -= drop;
	s->dropped += drop;
	for (i = 0; i < n; i++)
		s->output[s->len++] = data[i] ? data[i] : '?';
	s->output[s->len] = '\0';
}

static void take_output(struct spawn *s)
{
	char buf[4096];
	/* more than a pipe holds, so that the last call takes all; bounded, so that a child that
	 * never stops writing cannot block us */
	int rounds = 32;

	while (s->fd >= 0 && rounds--) {
		ssize_t n = read(s->fd, buf, sizeof(buf));

		if (n > 0)
			keep(s, buf, n);
		if (n > 0 || (n < 0 && errno == EINTR))
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		close(s->fd);
		s->fd = -1;
	}
}

static bool has_ended(const struct spawn *s)
{
	struct pollfd p = { .fd = s->pidfd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

bool spawn_step(struct spawn *s, struct wait *w)
{
	bool ended;

	if (!s->pid)
		return true;
	ended = has_ended(s);	/* before the last read: all of its output is then in the pipe */
	take_output(s);
	if (ended) {
		reap(s);
		return true;
	}
	wait_fd(w, s->pidfd, POLLIN);
	if (s->fd >= 0)
		wait_fd(w, s->fd, POLLIN);
	return false;
}

bool spawn_await(struct spawn *s, int64_t until)
{
	struct wait w;

	for (;;) {
		wait_begin(&w, until);
		if (spawn_step(s, &w))
			return true;
		if (sys_now() >= until)
			return false;
		wait_run(&w);
	}
}

struct span spawn_output(const struct spawn *s)
{
	struct span text = { s->output, s->len }, cut;

	if (s->dropped)
		span_cut(&text, '\n', &cut);
	return text;
}

bool spawn_ok(const struct spawn *s)
{
	return !s->pid && WIFEXITED(s->status) && !WEXITSTATUS(s->status);
}

void spawn_kill(struct spawn *s)
{
	int64_t until = sys_now() + KILL_WAIT_US;

	if (!s->pid)
		return;
	kill(-s->pid, SIGKILL);
	/* End of file on the pipe means that its children have ended as well. */
	for (;;) {
		struct wait w;
		bool ended = has_ended(s);

		take_output(s);
		if ((ended && s->fd < 0) || sys_now() >= until)
			break;
		wait_begin(&w, until);
		if (!ended)
			wait_fd(&w, s->pidfd, POLLIN);
		if (s->fd >= 0)
			wait_fd(&w, s->fd, POLLIN);
		wait_run(&w);
	}
	if (has_ended(s)) {
		reap(s);
		return;
	}
	/* Blocked in the kernel: abandoned; init reaps it once it ends. */
	close(s->pidfd);
	if (s->fd >= 0)
		close(s->fd);
	s->pidfd = s->fd = -1;
	s->pid = 0;
	s->status = SIGKILL;
}
