// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codes.h"
#include "compat.h"
#include "keeper.h"
#include "keeper_ask.h"
#include "keeper_text.h"
#include "session.h"
#include "state.h"
#include "sys.h"

#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57
#endif
#define NOTIFY "/notify"		/* where iscsid says that it is ready, sd_notify(3) */
#define STATUS "/status"
#define STATUS_MAX 2048			/* 16 sessions of five short lines */
#define AGAIN_MIN_US 100000		/* before iscsid is started anew, when it dies at once */
#define AGAIN_MAX_US 5000000
#define BLINK_US 1000000		/* what a takeover may take; longer is an outage */
#define SOUND_US 10000000		/* one that has lived so long is not about to die */

struct kept {
	unsigned sid, errors, recoveries, error;
	bool down;			/* erred, and not recovered yet */
	bool taken_over;		/* by an iscsid that has just started: it drops the connection */
	int64_t since;			/* sys_boottime() of the latest of both */
};

struct keeper {
	int events, control, client, notify;
	pid_t pid;			/* of iscsid; 0: not running */
	int pidfd, log;
	bool wanted, ready;
	unsigned starts;
	int64_t began, again_at, pause;
	size_t line_len;
	unsigned n;
	struct kept list[SESSIONS_MAX];
	char line[512];			/* of iscsid's log, as far as it has come */
};

static struct keeper state = { .client = -1, .pidfd = -1, .log = -1 };

/* A record of the kernel's log; @level as in its own. */
__attribute__((format(printf, 2, 3)))
static void log_line(const char *level, const char *fmt, ...)
{
	char line[640];
	struct out o;
	va_list ap;
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return;
	out_init(&o, line, sizeof(line));
	out_str(&o, level);
	va_start(ap, fmt);
	out_vfmt(&o, fmt, ap);
	va_end(ap);
	sys_write_all(fd, line, o.len);
	close(fd);
}

/* For `iscsiroot status`, which reads it through /proc/PID/root. */
static void write_status(const struct keeper *k)
{
	char text[STATUS_MAX];
	struct out o;
	unsigned i;

	out_init(&o, text, sizeof(text));
	out_fmt(&o, "version=1\niscsid=%d\nstarts=%u\n", (int)k->pid, k->starts);
	for (i = 0; i < k->n; i++) {
		const struct kept *s = &k->list[i];

		out_fmt(&o, "\nsession=%u\nerrors=%u\nrecoveries=%u\nerror=%u\n", s->sid, s->errors,
			s->recoveries, s->error);
		if (s->since) {
			char micro[8] = "0000000";
			unsigned v = s->since % 1000000, d;

			for (d = 6; d; d--, v /= 10)
				micro[d] = '0' + v % 10;
			out_fmt(&o, "since=%u.%s\n", (unsigned)(s->since / 1000000), micro + 1);
		}
	}
	if (!o.overflow)
		sys_write_atomic(STATUS, 0600, text, o.len);
}

static struct kept *find(struct keeper *k, unsigned sid)
{
	unsigned i;

	for (i = 0; i < k->n; i++)
		if (k->list[i].sid == sid)
			return &k->list[i];
	return NULL;
}

static bool stop_at_first(void *arg, const char *disk)
{
	(void)disk;
	*(bool *)arg = true;
	return false;
}

/*
 * The recovery timeout that was given at login is written where it stands already: from then on the
 * kernel takes no other from iscsid (scsi_transport_iscsi.c, recovery_tmo_sysfs_override).
 */
static void pin_timeout(unsigned sid)
{
	char path[96], value[16];
	ssize_t n;
	int fd;

	out_text(path, sizeof(path), "%s/class/iscsi_session/session%u/recovery_tmo", session_sysfs,
		 sid);
	n = sys_read(AT_FDCWD, path, value, sizeof(value));
	if (n <= 0)
		return;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (sys_write_all(fd, value, n))
		log_line("<4>", "iscsiroot: keeper: session %u: its recovery timeout cannot be kept", sid);
	close(fd);
}

/*
 * Sessions that carry disks are ours to keep; one without is still being made, by iscsistart.
 * Looked at when they come, and when events were lost.
 */
static void look(struct keeper *k)
{
	static struct session list[SESSIONS_MAX];
	int n = session_list(list, SESSIONS_MAX), i;

	for (i = 0; i < n; i++) {
		bool disks = false;

		session_disks(&list[i], stop_at_first, &disks);
		if (!disks && !list[i].logged_in)
			continue;
		if (!find(k, list[i].sid) && k->n < SESSIONS_MAX) {
			k->list[k->n++] = (struct kept){ .sid = list[i].sid };
			pin_timeout(list[i].sid);
		}
		if (!list[i].logged_in)
			k->wanted = true;
	}
	write_status(k);
}

static void say_lost(struct kept *s)
{
	s->errors++;
	log_line("<4>", "iscsiroot: keeper: session %u: connection lost (iSCSI error %u), being restored",
		 s->sid, s->error);
}

static void note_error(struct keeper *k, unsigned sid, unsigned error)
{
	struct kept *s;

	if (!find(k, sid))
		look(k);
	s = find(k, sid);
	if (!s)
		return;
	s->error = error;
	if (!s->down)
		s->since = sys_boottime();
	if (!s->down && !s->taken_over)
		say_lost(s);
	else if (!s->taken_over)
		s->errors++;
	s->down = true;
	k->wanted = true;
	write_status(k);
}

static void note_recovery(struct keeper *k, unsigned sid)
{
	struct kept *s = find(k, sid);
	int64_t us;

	if (!s)
		return;
	us = sys_boottime() - s->since;
	if (s->down && s->taken_over && us >= BLINK_US)
		say_lost(s);
	if (s->down && (!s->taken_over || us >= BLINK_US)) {
		s->recoveries++;
		log_line("<5>", "iscsiroot: keeper: session %u: connected again after %u.%u s", sid,
			 (unsigned)(us / 1000000), (unsigned)(us / 100000 % 10));
	}
	s->since = sys_boottime();
	s->down = s->taken_over = false;
	write_status(k);
}

/* In the child: become iscsid. */
static void run_iscsid(int log)
{
	static char name[] = "@iscsid", foreground[] = "-f";
	static char path[] = "PATH=/usr/sbin:/sbin", notify[] = "NOTIFY_SOCKET=" NOTIFY;
	char *argv[] = { name, foreground, NULL }, *env[] = { path, notify, NULL };
	int fd, null = open("/dev/null", O_RDONLY);

	for (fd = 1; fd < NSIG; fd++)
		signal(fd, SIG_DFL);
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
	unsigned i;
	int fds[2];

	k->began = sys_now();
	k->ready = false;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return;
	k->pid = fork();
	if (!k->pid)
		run_iscsid(fds[1]);
	close(fds[1]);
	k->pidfd = k->pid > 0 ? compat_pidfd_open(k->pid) : -1;
	k->log = fds[0];
	k->starts++;
	if (k->pid < 0)
		k->pid = 0;
	for (i = 0; i < k->n; i++)
		k->list[i].taken_over = !k->list[i].down;
	write_status(k);
}

static void answer(struct keeper *k, char what)
{
	if (k->client < 0)
		return;
	if (send(k->client, &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
		log_line("<6>", "iscsiroot: keeper: nobody waits for the answer");
	close(k->client);
	k->client = -1;
}

/* Its log goes to the kernel's at a level that no console shows; what counts is said by us. */
static void take_line(struct keeper *k)
{
	static char last[sizeof(k->line)];
	struct span line = { k->line, k->line_len };
	unsigned sid;

	k->line_len = 0;
	if (!line.n)
		return;
	if (keeper_recovered(line, &sid))
		note_recovery(k, sid);
	if (span_eq(line, last) || span_has_control(line))
		return;
	span_copy(line, last, sizeof(last));
	log_line("<7>", "%pS", &line);
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

/* iscsid has ended: by itself, or because it was told to. */
static void reap(struct keeper *k)
{
	int64_t lived = sys_now() - k->began;
	int status = 0;

	take_log(k);
	take_line(k);
	waitpid(k->pid, &status, 0);
	close(k->pidfd);
	close(k->log);
	k->pidfd = k->log = -1;
	k->pid = 0;
	k->pause = lived >= SOUND_US ? 0 : k->pause ? k->pause * 2 : AGAIN_MIN_US;
	if (k->pause > AGAIN_MAX_US)
		k->pause = AGAIN_MAX_US;
	k->again_at = sys_now() + k->pause;
	log_line("<4>", "iscsiroot: keeper: iscsid: ended (%s %d), started again",
		 WIFSIGNALED(status) ? "signal" : "status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	write_status(k);
}

static void end_iscsid(struct keeper *k)
{
	if (!k->pid)
		return;
	kill(-k->pid, SIGKILL);	/* what it knows of sessions the kernel knows, too */
	waitpid(k->pid, NULL, 0);
	close(k->pidfd);
	close(k->log);
	k->pidfd = k->log = -1;
	k->pid = 0;
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
		return true;
	}
	if (request == KEEPER_RESTART || request == KEEPER_STOP)
		end_iscsid(k);
	switch (request) {
	case KEEPER_STOP:
	case KEEPER_LOOK:
		look(k);
		answer(k, '0');
		return request != KEEPER_STOP;
	case KEEPER_ADOPT:
	case KEEPER_RESTART:
		k->wanted = true;
		if (k->pid && k->ready)
			answer(k, '0');
		return true;	/* answered when iscsid is ready */
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
			look(k);
		else if (got < 0)
			return;
		else if (ev.kind == SESSION_CONN_ERROR)
			note_error(k, ev.sid, ev.error);
	}
}

static void take_notice(struct keeper *k)
{
	char text[256];
	ssize_t n;

	while ((n = recv(k->notify, text, sizeof(text), MSG_DONTWAIT)) > 0)
		if (keeper_ready((struct span){ text, n }) && !k->ready) {
			k->ready = true;
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
	k->events = session_listen();
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
		log_line("<3>", "iscsiroot: keeper: cannot begin: %s", sys_error(-err));
		return CODE_SYSTEM;
	}
	look(k);
	if (write(ready, "0", 1) != 1)
		log_line("<6>", "iscsiroot: keeper: nobody waits for its beginning");
	close(ready);
	for (;;) {
		if (k->client < 0)
			k->client = accept4(k->control, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (k->client >= 0 && !serve(k))
			return CODE_DONE;
		take_events(k);
		take_notice(k);
		take_log(k);
		if (k->pid && has_ended(k))
			reap(k);
		if (k->wanted && !k->pid && sys_now() >= k->again_at)
			start(k);
		wait_for_more(k);
	}
}
