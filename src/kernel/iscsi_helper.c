// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "kernel/iscsi_helper.h"
#include "kernel/iscsi_session.h"

#define REAP_US 20000

/* What goes through the socket to the helper, with a descriptor where the request binds one. */
struct question {
	uint32_t tag;
	uint32_t unused;
	struct iscsi_if m;
};

union control {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

/* The descriptor that came with a message; -1: none. */
static int passed_fd(struct msghdr *msg)
{
	struct cmsghdr *c;
	int fd = -1;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		    c->cmsg_len == CMSG_LEN(sizeof(fd)))
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* Take the next question. False: the parent has ended. */
static bool take(int fd, struct question *q, int *passed)
{
	union control control;
	struct iovec iov = { q, sizeof(*q) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	ssize_t n;

	do
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	*passed = n > 0 ? passed_fd(&msg) : -1;
	return n > 0;
}

static void answer(int fd, int requests, struct question *q, int passed)
{
	struct iscsi_result r = { .tag = q->tag, .type = q->m.type };

	if (r.type == ISCSI_IF_BIND_CONN)
		iscsi_if_bind(&q->m, q->m.u[0], q->m.u[1], passed);
	r.reply.err = iscsi_session_ask(requests, &q->m, &r.reply);
	if (passed >= 0)
		close(passed);
	while (send(fd, &r, sizeof(r), 0) < 0 && errno == EINTR)
		;
}

/* The helper: its memory is static, and the requests' socket is opened once there is a kernel module. */
static void serve(int fd)
{
	static struct question q;
	int passed, requests = -1;

	while (take(fd, &q, &passed)) {
		if (requests < 0)
			requests = iscsi_session_open();
		answer(fd, requests, &q, passed);
	}
}

/* Nothing of the parent's but the socket: a file that stays open keeps the root busy. */
static void begin(int fd, bool locked)
{
	int i;

	for (i = 1; i < NSIG; i++)
		signal(i, i == SIGTERM || i == SIGINT || i == SIGHUP || i == SIGPIPE ? SIG_IGN : SIG_DFL);
	for (i = 3; i < SPAWN_FDS_MAX; i++)
		if (i != fd)
			close(i);
	if (locked)	/* fork(2) does not pass this on */
		mlockall(MCL_CURRENT | MCL_FUTURE);
}

int iscsi_helper_start(struct iscsi_helper *h, bool locked)
{
	int ends[2], err;

	*h = (struct iscsi_helper){ .fd = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	h->pid = fork();
	if (!h->pid) {
		begin(ends[1], locked);
		serve(ends[1]);
		_exit(0);
	}
	err = h->pid < 0 ? -errno : 0;
	close(ends[1]);
	h->fd = ends[0];
	if (!err && fcntl(h->fd, F_SETFL, O_NONBLOCK))
		err = -errno;
	if (err)
		iscsi_helper_end(h);
	return err;
}

int iscsi_helper_ask(struct iscsi_helper *h, const struct iscsi_if *m, uint32_t tag, int fd)
{
	union control control = { .buf = { 0 } };
	uint32_t head[2] = { tag, 0 };
	struct iovec iov[2] = { { head, sizeof(head) }, { (void *)m, m->nl.nlmsg_len } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *c;

	if (fd >= 0) {
		msg.msg_control = control.buf;
		msg.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	if (sendmsg(h->fd, &msg, MSG_NOSIGNAL) < 0)
		return errno == ENOBUFS ? -EAGAIN : errno == ECONNRESET || errno == EBADF ? -EPIPE : -errno;
	if (!h->pending++)
		h->since = sys_now();
	return 0;
}

int iscsi_helper_result(struct iscsi_helper *h, struct iscsi_result *r)
{
	ssize_t n;

	do
		n = recv(h->fd, r, sizeof(*r), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n != sizeof(*r))
		return -EPIPE;
	if (h->pending)
		h->pending--;
	h->since = h->pending ? sys_now() : 0;
	return 1;
}

/* A killed process ends within a millisecond, unless it is blocked in the kernel. */
static void reap(pid_t pid)
{
	int64_t until = sys_now() + REAP_US;
	struct wait w;

	while (waitpid(pid, NULL, WNOHANG) != pid && sys_now() < until) {
		wait_begin(&w, sys_now() + REAP_US / 10);
		wait_run(&w);
	}
}

void iscsi_helper_end(struct iscsi_helper *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
	h->pending = 0;
	h->since = 0;
	if (h->pid > 0) {
		kill(h->pid, SIGKILL);
		reap(h->pid);
	}
	h->pid = 0;
}
