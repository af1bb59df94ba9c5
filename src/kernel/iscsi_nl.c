// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys.h"
#include "iscsi/pdu.h"
#include "kernel/iscsi_nl.h"
#include "kernel/sysfs.h"

/* The kernel's handle of iscsi_tcp, which each request names; 0: the module is not loaded. */
static uint64_t read_transport(void)
{
	return sysfs_number(UINT64_MAX, "class/iscsi_transport/tcp/handle");
}

/* Send one request; @m gets the answer. The kernel answers before sendto() returns, after events that
 * it has sent to the group meanwhile. */
static int ask(int fd, struct pdu_message *m)
{
	uint32_t type = m->type;
	ssize_t n;

	if (sendto(fd, m, m->nl.nlmsg_len, 0, NULL, 0) < 0)
		return -errno;
	do {
		n = recv(fd, m, sizeof(*m), MSG_DONTWAIT);
		if (n < 0)
			return -errno;
	} while ((size_t)n < offsetof(struct pdu_message, bhs) ||
		 (m->type != type && m->type != PDU_IF_ERROR));
	n = m->type == type ? (int32_t)m->r[0] : m->iferror < 0 ? m->iferror : -EPROTO;
	return n < 0 ? n : 0;
}

int iscsi_nl_listen(void)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ISCSI), err;

	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&self, sizeof(self)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int iscsi_nl_destroy(const struct session *s)
{
	uint64_t transport = read_transport();
	static const uint8_t steps[] = { PDU_STOP_CONN, PDU_DESTROY_CONN, PDU_DESTROY_SESSION };
	struct pdu_message m;
	int fd, err = 0;
	size_t i;

	if (!transport)
		return -ENODEV;
	/* a member of the group, as the kernel complains on the console where there is no listener */
	fd = iscsi_nl_listen();
	if (fd < 0)
		return fd;
	/* a session without a connection refuses the first two; the third decides */
	for (i = 0; i < sizeof(steps); i++) {
		pdu_request(&m, steps[i], transport, s->sid, s->cid);
		err = ask(fd, &m);
	}
	close(fd);
	return err;
}

int iscsi_nl_stop(unsigned sid, unsigned cid)
{
	uint64_t transport = read_transport();
	struct pdu_message m;
	int fd, err;

	if (!transport)
		return -ENODEV;
	fd = iscsi_nl_listen();
	if (fd < 0)
		return fd;
	pdu_recover(&m, transport, sid, cid);
	err = ask(fd, &m);
	close(fd);
	return err;
}

int iscsi_nl_event(int fd, struct iscsi_nl_event *ev)
{
	struct pdu_message m;
	ssize_t n;

	do
		n = recv(fd, &m, sizeof(m), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	memset(ev, 0, sizeof(*ev));
	if (!pdu_whole(&m, n) || (m.type != PDU_CONN_ERROR && m.type != PDU_RECEIVED))
		return 1;
	ev->sid = m.r[0];
	ev->cid = m.r[1];
	if (m.type == PDU_CONN_ERROR) {
		ev->kind = ISCSI_NL_CONN_ERROR;
		ev->error = m.r[2];
	} else {
		ev->kind = ISCSI_NL_PDU;
		memcpy(ev->bhs, m.bhs, sizeof(ev->bhs));
	}
	return 1;
}

int iscsi_nl_send_logout(int fd, const struct session *s)
{
	uint64_t transport = read_transport();
	struct pdu_message m;

	pdu_logout(&m, transport, s->sid, s->cid);
	return transport ? ask(fd, &m) : -ENODEV;
}

int iscsi_nl_await_logout(int fd, const struct session *s, int64_t until, uint8_t *response)
{
	struct iscsi_nl_event ev;
	struct wait w;
	int n;

	for (;;) {
		n = iscsi_nl_event(fd, &ev);
		if (n < 0 && n != -ENOBUFS)
			return n;
		if (n > 0 && ev.sid == s->sid && ev.cid == s->cid) {
			if (ev.kind == ISCSI_NL_PDU && pdu_logout_response(ev.bhs, response))
				return 0;
			if (ev.kind == ISCSI_NL_CONN_ERROR)
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
