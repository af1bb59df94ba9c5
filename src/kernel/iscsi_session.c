// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys.h"
#include "iscsi/bhs.h"
#include "kernel/iscsi_session.h"
#include "kernel/sysfs.h"

#define PORT_NOBODY 0xffffffff	/* of CREATE_SESSION: `creator` is then -1 */
#define GROUP_ISCSID 1
#define RECEIVE_BUFFER (1 << 20) /* the kernel doubles it: some 2000 events, or 100 login responses of 8 KB */
#define REPLY_US 1000000	/* the kernel replies before sendto(2) returns; one that is lost never comes */

static int open_netlink(uint32_t port, uint32_t groups)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_pid = port, .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ISCSI), err;

	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&self, sizeof(self)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int (*iscsi_session_socket)(uint32_t port, uint32_t groups) = open_netlink;

/* One datagram from the kernel. Return: its length; -EAGAIN: none; -ENOBUFS: some were lost. */
static ssize_t receive(int fd, struct iscsi_if *m)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { m, sizeof(*m) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov,
			      .msg_iovlen = 1 };
	ssize_t n;

	do	/* any privileged process can send here as well; only the kernel has port 0 */
		n = recvmsg(fd, &msg, MSG_DONTWAIT);
	while ((n < 0 && errno == EINTR) || (n >= 0 && from.nl_family == AF_NETLINK && from.nl_pid));
	if (n < 0)
		return -errno;
	return msg.msg_flags & MSG_TRUNC ? -ENOBUFS : n;
}

static int await_reply(int fd, struct iscsi_if *m, enum iscsi_if_type type, struct iscsi_if_reply *reply)
{
	int64_t until = sys_now() + REPLY_US;
	struct wait w;
	ssize_t n;

	for (;;) {
		n = receive(fd, m);
		if (n >= 0 && iscsi_if_read_reply(m, n, type, reply))
			return reply->err;
		if (n >= 0 || n == -ENOBUFS)
			continue;
		if (n != -EAGAIN)
			return n;
		if (sys_now() >= until)
			return -EIO;
		wait_begin(&w, until);
		wait_fd(&w, fd, POLLIN);
		wait_run(&w);
	}
}

int iscsi_session_open(void)
{
	return iscsi_session_socket(0, 0);
}

int iscsi_session_ask(int fd, struct iscsi_if *m, struct iscsi_if_reply *reply)
{
	enum iscsi_if_type type = m->type;
	bool create = type == ISCSI_IF_CREATE_SESSION, own = create || fd < 0;
	int err;

	/* the handle of iscsi_tcp; 0: the module is not loaded */
	m->transport = sysfs_number(UINT64_MAX, "class/iscsi_transport/tcp/handle");
	if (!m->transport)
		return -ENODEV;
	if (own)
		fd = iscsi_session_socket(create ? PORT_NOBODY : 0, 0);
	if (fd < 0)
		return fd;
	err = send(fd, m, m->nl.nlmsg_len, 0) < 0 ? -errno : await_reply(fd, m, type, reply);
	if (own)
		close(fd);
	return err;
}

int iscsi_session_listen(void)
{
	int fd = iscsi_session_socket(0, GROUP_ISCSID), size = RECEIVE_BUFFER;

	if (fd < 0)
		return fd;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (!fcntl(fd, F_SETFL, O_NONBLOCK))
		return fd;
	close(fd);
	return -EIO;
}

int iscsi_session_event(int fd, struct iscsi_if *m, struct iscsi_if_event *ev)
{
	ssize_t n = receive(fd, m);

	if (n < 0)
		return n == -EAGAIN ? 0 : n;
	iscsi_if_read_event(m, n, ev);
	return 1;
}

int iscsi_session_destroy(const struct session *s)
{
	static const enum iscsi_if_type steps[] = { ISCSI_IF_STOP_CONN, ISCSI_IF_DESTROY_CONN,
						      ISCSI_IF_DESTROY_SESSION };
	struct iscsi_if_reply reply;
	struct iscsi_if m;
	int err = 0, listener;
	size_t i;

	/* the kernel complains on the console where there is no listener */
	listener = iscsi_session_listen();
	/* a session without a connection refuses the first two; the third decides */
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		if (steps[i] == ISCSI_IF_STOP_CONN)
			iscsi_if_stop(&m, s->sid, s->cid, false);
		else
			iscsi_if_conn(&m, steps[i], s->sid, s->cid);
		err = iscsi_session_ask(-1, &m, &reply);
	}
	if (listener >= 0)
		close(listener);
	return err;
}

int iscsi_session_stop(unsigned sid, unsigned cid)
{
	struct iscsi_if_reply reply;
	struct iscsi_if m;

	iscsi_if_stop(&m, sid, cid, true);
	return iscsi_session_ask(-1, &m, &reply);
}

int iscsi_session_logout(const struct session *s)
{
	struct iscsi_if_reply reply;
	uint8_t bhs[BHS_SIZE];
	struct iscsi_if m;

	/* libiscsi writes task tag, CmdSN and ExpStatSN into it */
	bhs_put_logout(bhs, BHS_LOGOUT_SESSION, 0);
	iscsi_if_pdu(&m, s->sid, s->cid, bhs, (struct span){ 0 });
	return iscsi_session_ask(-1, &m, &reply);
}

int iscsi_session_await_logout(int fd, const struct session *s, int64_t until, uint8_t *response)
{
	struct bhs_logout_response logout;
	struct iscsi_if_event ev;
	struct iscsi_if m;
	struct wait w;
	int n;

	for (;;) {
		n = iscsi_session_event(fd, &m, &ev);
		if (n < 0 && n != -ENOBUFS)
			return n;
		if (n > 0 && ev.sid == s->sid && ev.cid == s->cid) {
			if (ev.kind == ISCSI_EVENT_PDU && bhs_get_logout_response(ev.bhs, &logout)) {
				*response = logout.response;
				return 0;
			}
			if (ev.kind == ISCSI_EVENT_CONN_ERROR)
				return -ECONNRESET;
		}
		if (n)
			continue;
		if (sys_now() >= until)
			return -ETIMEDOUT;
		wait_begin(&w, until);
		wait_fd(&w, fd, POLLIN);
		wait_run(&w);
	}
}
