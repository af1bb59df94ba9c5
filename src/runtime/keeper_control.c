// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_status.h"

const char *keeper_control_file = KEEPER_FILE;

void keeper_control_root(pid_t pid, char *buf, size_t size)
{
	out_text(buf, size, "/proc/%d/root", (int)pid);
}

pid_t keeper_control_pid(void)
{
	char text[64], path[64];
	struct stat st;
	unsigned pid;
	ssize_t n;

	n = sys_read(AT_FDCWD, keeper_control_file, text, sizeof(text));
	if (!keeper_status_pid((struct span){ text, n > 0 ? n : 0 }, &pid))
		return 0;
	/* another process may have got the ID since */
	out_text(path, sizeof(path), "/proc/%d/root" KEEPER_CONTROL, (int)pid);
	return !stat(path, &st) && S_ISSOCK(st.st_mode) ? (pid_t)pid : 0;
}

union rights {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

ssize_t keeper_control_receive(int fd, char *byte, int *passed)
{
	union rights rights;
	struct iovec iov = { byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = rights.buf,
			      .msg_controllen = sizeof(rights.buf) };
	struct cmsghdr *c;
	ssize_t n;

	*passed = -1;
	n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return n;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
			memcpy(passed, CMSG_DATA(c), sizeof(int));
	return n;
}

int keeper_control_send(int fd, char byte, int passed)
{
	union rights rights = { .buf = { 0 } };
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (passed >= 0) {
		msg.msg_control = rights.buf;
		msg.msg_controllen = sizeof(rights.buf);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(passed));
		memcpy(CMSG_DATA(c), &passed, sizeof(passed));
	}
	return sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : -errno;
}

/* @passed: a descriptor that comes with the answer; -1: none. */
static int await(int fd, int64_t until, int *passed)
{
	struct wait w;
	char answer = 0;
	ssize_t n;

	do {
		wait_begin(&w, until);
		wait_fd(&w, fd, POLLIN);
		n = wait_run(&w);
		if (n < 0)
			return n;
		n = keeper_control_receive(fd, &answer, passed);
	} while (n < 0 && errno == EAGAIN && sys_now() < until);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return n == 1 && answer == '0' ? 0 : -EIO;
}

/* Does the process listen at the other end? */
static bool is_peer(int fd, pid_t pid)
{
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) && (pid_t)peer.pid == pid;
}

int keeper_control_connect(pid_t *pid)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	pid_t named = keeper_control_pid();
	int fd, err = 0;

	if (!named)
		return -ESRCH;
	out_text(sun.sun_path, sizeof(sun.sun_path), "/proc/%d/root" KEEPER_CONTROL, (int)named);
	/* nonblocking: a keeper that no longer accepts connections must not block us */
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)))
		err = errno == ECONNREFUSED || errno == EPROTOTYPE ? -ESRCH : -errno;
	else if (!is_peer(fd, named))
		err = -ESRCH;
	if (err) {
		close(fd);
		return err;
	}
	*pid = named;
	return fd;
}

int keeper_control_give(int fd, char request, int passed, int64_t until)
{
	int err = keeper_control_send(fd, request, passed), other = -1;

	if (!err)
		err = await(fd, until, &other);
	if (other >= 0)
		close(other);
	close(fd);
	return err;
}

int keeper_control_take(int fd, char request, int64_t until)
{
	int err = keeper_control_send(fd, request, -1), passed = -1;

	if (!err)
		err = await(fd, until, &passed);
	close(fd);
	if (!err && passed >= 0)
		return passed;
	if (passed >= 0)
		close(passed);
	return err ? err : -EIO;
}

int keeper_control_ask(int fd, char request, int64_t until)
{
	return keeper_control_give(fd, request, -1, until);
}

int keeper_control(char request, int64_t until)
{
	pid_t pid;
	int fd = keeper_control_connect(&pid);

	return fd < 0 ? fd : keeper_control_ask(fd, request, until);
}
