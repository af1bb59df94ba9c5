// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "base/sys.h"
#include "keeper/keeper.h"
#include "keeper/parts.h"
#include "keeper/text.h"
#include "kernel/kmsg.h"
#include "kernel/session.h"
#include "runtime/keeper_ask.h"

#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57
#endif
#define NOTIFY "/notify"		/* where iscsid says that it is ready, sd_notify(3) */
#define AGAIN_MIN_US 100000		/* before iscsid is started anew, when it dies at once */
#define AGAIN_MAX_US 5000000
#define SOUND_US 10000000		/* one that has lived so long is not about to die */

int (*keeper_listen)(void) = session_listen;
static struct guard guard;	/* apart: the rest is data, this is none */
static struct keeper state = { .client = -1, .pidfd = -1, .log = -1, .guard = &guard };

/* In the child: become iscsid. */
static void run_iscsid(int log)
{
	static char name[] = "@iscsid", foreground[] = "-f";
	static char path[] = "PATH=/usr/sbin:/sbin", notify[] = "NOTIFY_SOCKET=" NOTIFY;
	static char preload[] = "LD_PRELOAD=" KEEPER_PRELOAD;
	char *argv[] = { name, foreground, NULL }, *env[] = { path, notify, NULL, NULL };
	int fd, null = open("/dev/null", O_RDONLY);

	for (fd = 1; fd < NSIG; fd++)
		signal(fd, SIG_DFL);
	if (!access(KEEPER_PRELOAD, R_OK))
		env[2] = preload;
	setpgid(0, 0);	/* at its end it signals all of its group */
	/*
	 * It refuses to log out where a file system is mounted (iscsid.safe_logout): by the mounts
	 * of its own namespace, where there are none. The real root's are those of process 1.
	 */
	mount("/proc/1/mountinfo", "/proc/self/mountinfo", NULL, MS_BIND, NULL);
	if (null >= 0 && dup2(null, 0) >= 0 && dup2(log, 1) >= 0 && dup2(log, 2) >= 0) {
		for (fd = 3; fd < 32; fd++)
			close(fd);
		execve("/usr/sbin/iscsid", argv, env);
		execve("/sbin/iscsid", argv, env);
	}
	_exit(127);
}

static void start(struct keeper *k)
{
	char old[256];		/* what the one before had still to say */
	unsigned i;
	int fds[2];

	while (recv(k->notify, old, sizeof(old), MSG_DONTWAIT) > 0)
		;
	k->began = sys_now();
	k->again_at = k->began + AGAIN_MAX_US;
	k->ready = false;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return;
	keeper_look(k);		/* before it does: whatever we see now it will know */
	k->pid = fork();
	if (!k->pid)
		run_iscsid(fds[1]);
	close(fds[1]);
	if (k->pid < 0) {	/* no memory: later */
		close(fds[0]);
		k->pid = 0;
		return;
	}
	setpgid(k->pid, k->pid);	/* as it does itself: whoever is first */
	k->pidfd = compat_pidfd_open(k->pid);
	k->log = fds[0];
	k->starts++;
	k->stale = false;
	for (i = 0; i < k->n; i++) {
		k->list[i].known = true;
		k->list[i].taken_over |= !k->list[i].down;
	}
	keeper_status(k);
}

static void answer(struct keeper *k, char what)
{
	if (k->client < 0)
		return;
	if (send(k->client, &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
		kmsg_log("<6>", "iscsiroot: keeper: nobody waits for the answer");
	close(k->client);
	k->client = -1;
	k->asked = false;
}

/* Its log goes to the kernel's at a level that no console shows; what counts is said by us. */
static void take_line(struct keeper *k)
{
	static char last[sizeof(k->line)], refused[sizeof(k->line)];
	struct span line = { k->line, k->line_len }, why;
	unsigned sid;

	k->line_len = 0;
	if (!line.n)
		return;
	if (text_recovered(line, &sid)) {
		keeper_note_recovery(k, sid);
		refused[0] = 0;
	}
	if (span_eq(line, last) || span_has_control(line))
		return;
	if (text_rejected(line, &why) && !span_eq(why, refused)) {
		span_copy(why, refused, sizeof(refused));
		kmsg_log("<4>", "iscsiroot: keeper: the target refuses the login: %pS, tried again",
			   &why);
	}
	span_copy(line, last, sizeof(last));
	kmsg_log("<7>", "%pS", &line);
}

static void take_log(struct keeper *k)
{
	char buf[256];
	ssize_t n, i;

	while (k->log >= 0 && (n = read(k->log, buf, sizeof(buf))) > 0)
		for (i = 0; i < n; i++) {
			if (buf[i] == '\n' || k->line_len == sizeof(k->line) - 1)
				take_line(k);
			if (buf[i] != '\n')
				k->line[k->line_len++] = buf[i];
		}
}

/* It has ended. Return: its status, of waitpid(2). */
static int bury(struct keeper *k)
{
	int status = 0;

	waitpid(k->pid, &status, 0);
	close(k->pidfd);
	close(k->log);
	k->pidfd = k->log = -1;
	k->pid = 0;
	return status;
}

/* iscsid has ended by itself. */
static void reap(struct keeper *k)
{
	int64_t lived = sys_now() - k->began;
	int status;

	take_log(k);
	take_line(k);
	status = bury(k);
	k->pause = lived >= SOUND_US ? 0 : k->pause ? k->pause * 2 : AGAIN_MIN_US;
	if (k->pause > AGAIN_MAX_US)
		k->pause = AGAIN_MAX_US;
	k->again_at = sys_now() + k->pause;
	kmsg_log("<4>", "iscsiroot: keeper: iscsid: ended (%s %d), started again",
		   WIFSIGNALED(status) ? "signal" : "status",
		   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	keeper_status(k);
}

static void end_iscsid(struct keeper *k)
{
	if (!k->pid)
		return;
	kill(-k->pid, SIGKILL);	/* what it knows of sessions the kernel knows, too */
	bury(k);
	k->again_at = 0;
}

/* Return: false where we are to end. */
static bool serve(struct keeper *k)
{
	char request = 0;
	ssize_t n = recv(k->client, &request, 1, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n != 1) {
		close(k->client);
		k->client = -1;
		k->asked = false;
		return true;
	}
	if (request == KEEPER_RESTART || request == KEEPER_STOP)
		end_iscsid(k);
	switch (request) {
	case KEEPER_STOP:
	case KEEPER_LOOK:
		keeper_look(k);
		answer(k, '0');
		return request != KEEPER_STOP;
	case KEEPER_ADOPT:
	case KEEPER_RESTART:
		k->wanted = true;
		k->asked = true;
		if (k->pid && k->ready)
			answer(k, '0');
		return true;	/* answered when iscsid is ready */
	case KEEPER_GUARD:
		answer(k, keeper_guard(k) ? '1' : '0');
		return true;
	case KEEPER_LEAVE:
		guard_off(k->guard);
		keeper_status(k);
		answer(k, '0');
		return true;
	default:
		answer(k, '1');
		return true;
	}
}

static void take_events(struct keeper *k)
{
	struct session_event ev;
	int got;

	while ((got = session_event(k->events, &ev))) {
		if (got == -ENOBUFS)
			keeper_look(k);
		else if (got < 0)
			return;
		else if (ev.kind == SESSION_CONN_ERROR)
			keeper_note_error(k, ev.sid, ev.error);
	}
}

static void take_notice(struct keeper *k)
{
	char text[256];
	ssize_t n;

	while ((n = recv(k->notify, text, sizeof(text), MSG_DONTWAIT)) > 0)
		if (text_ready((struct span){ text, n }) && !k->ready) {
			k->ready = true;
			if (k->asked)
				answer(k, '0');
		}
}

static int listen_at(const char *path, int type)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	out_text(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) ||
	    (type == SOCK_SEQPACKET && listen(fd, 8)))
		return -errno;
	return fd;
}

/* Never swapped out, never waiting for the root to get memory, the last one to be killed for it. */
static int harden(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		sys_write_all(fd, "-1000", 5);
		close(fd);
	}
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0);	/* before Linux 5.6 there is none */
	return mlockall(MCL_CURRENT | MCL_FUTURE) ? -errno : 0;
}

static int begin(struct keeper *k)
{
	int err = harden();

	if (err)
		return err;
	k->events = keeper_listen();
	if (k->events < 0)
		return k->events;
	k->control = listen_at(KEEPER_CONTROL, SOCK_SEQPACKET);
	if (k->control < 0)
		return k->control;
	k->notify = listen_at(NOTIFY, SOCK_DGRAM);
	return k->notify < 0 ? k->notify : 0;
}

static void wait_for_more(const struct keeper *k)
{
	static struct wait w;

	wait_begin(&w, SYS_FOREVER);
	wait_fd(&w, k->events, POLLIN);
	wait_fd(&w, k->notify, POLLIN);
	if (k->guard->on)
		wait_fd(&w, k->guard->nl.events, POLLIN);
	wait_fd(&w, k->client < 0 ? k->control : k->client, POLLIN);
	if (k->pid) {
		wait_fd(&w, k->pidfd, POLLIN);
		wait_fd(&w, k->log, POLLIN);
	} else if (k->wanted) {
		wait_until(&w, k->again_at);
	}
	wait_run(&w);
}

static bool has_ended(const struct keeper *k)
{
	struct pollfd p = { .fd = k->pidfd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

int keeper_keep(int ready)
{
	struct keeper *k = &state;
	int err = begin(k);

	if (err) {
		kmsg_log("<3>", "iscsiroot: keeper: cannot begin: %s", sys_error(-err));
		return CODE_SYSTEM;
	}
	keeper_look(k);
	if (write(ready, "0", 1) != 1)
		kmsg_log("<6>", "iscsiroot: keeper: nobody waits for its beginning");
	close(ready);
	for (;;) {
		if (k->client < 0)
			k->client = accept4(k->control, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (k->client >= 0 && !serve(k))
			return CODE_DONE;
		take_events(k);
		if (guard_step(k->guard))
			keeper_status(k);
		take_notice(k);
		take_log(k);
		if (k->pid && has_ended(k))
			reap(k);
		if (k->stale)
			end_iscsid(k);
		if (k->wanted && !k->pid && sys_now() >= k->again_at)
			start(k);
		wait_for_more(k);
	}
}
