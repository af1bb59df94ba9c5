// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's iSCSI netlink, played over a socket pair. */
#include <sys/socket.h>

#include "base/sys.h"
#include "iscsi/pdu.h"
#include "kernel/iscsi_nl.h"
#include "kernel/sysfs.h"
#include "tap.h"
#include "disk_tree.h"

/* A message of the kernel. */
static void kernel_sends(int fd, uint32_t type, uint32_t sid, uint32_t cid, uint32_t third,
			uint8_t opcode, uint8_t response)
{
	struct pdu_message m = { .type = type, .r = { sid, cid, third } };
	size_t len = type == PDU_RECEIVED ? sizeof(m) : offsetof(struct pdu_message, bhs);

	m.bhs[0] = opcode;
	m.bhs[2] = response;
	m.nl.nlmsg_len = len;
	if (send(fd, &m, len, 0) < 0)
		printf("# cannot send\n");
}

static void test_events(void)
{
	struct iscsi_nl_event ev;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd))
		return;
	is_int(iscsi_nl_event(fd[0], &ev), 0, "nothing is there");
	kernel_sends(fd[1], PDU_CONN_ERROR, 7, 1, 1011, 0, 0);
	ok(iscsi_nl_event(fd[0], &ev) == 1 && ev.kind == ISCSI_NL_CONN_ERROR && ev.sid == 7 &&
	   ev.cid == 1 && ev.error == 1011, "a connection that failed");
	kernel_sends(fd[1], PDU_RECEIVED, 7, 0, 0, 0x26, 0);
	ok(iscsi_nl_event(fd[0], &ev) == 1 && ev.kind == ISCSI_NL_PDU && ev.sid == 7 && !ev.cid &&
	   ev.bhs[0] == 0x26 && !ev.error, "a PDU");
	kernel_sends(fd[1], 105, 7, 0, 0, 0, 0);
	ok(iscsi_nl_event(fd[0], &ev) == 1 && ev.kind == ISCSI_NL_OTHER, "something else");
	ok(send(fd[1], "short", 5, 0) == 5 && iscsi_nl_event(fd[0], &ev) == 1 &&
	   ev.kind == ISCSI_NL_OTHER, "a message that was cut is of no use");
	close(fd[1]);
	close(fd[0]);
	is_int(iscsi_nl_event(fd[0], &ev), -EBADF, "an error");
}

static void test_logout(void)
{
	struct session s = { .sid = 7, .cid = 0 };
	struct pdu_message m;
	uint8_t response = 99;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd))
		return;
	is_int(iscsi_nl_send_logout(fd[0], &s), -ENODEV, "without the transport nothing is sent");
	is_int(iscsi_nl_destroy(&s), -ENODEV, "nor can a session be destroyed");
	is_int(iscsi_nl_stop(7, 0), -ENODEV, "or a connection be stopped");
	tree_file("class/iscsi_transport/tcp/handle", "18446744072635809792\n");
	kernel_sends(fd[1], 102, 7, 0, 1011, 0, 0);
	kernel_sends(fd[1], PDU_SEND, 0, 0, 0, 0, 0);
	is_int(iscsi_nl_send_logout(fd[0], &s), 0, "the kernel has sent it");
	ok(recv(fd[1], &m, sizeof(m), 0) == sizeof(m) && m.type == PDU_SEND &&
	   m.transport == 18446744072635809792ULL && m.u[0] == 7 && m.bhs[0] == 0x46,
	   "to the transport, for the session");
	kernel_sends(fd[1], PDU_SEND, -107, 0, 0, 0, 0);
	is_int(iscsi_nl_send_logout(fd[0], &s), -ENOTCONN, "or has refused");
	m = (struct pdu_message){ .type = PDU_IF_ERROR, .iferror = -22 };
	send(fd[1], &m, sizeof(m), 0);
	is_int(iscsi_nl_send_logout(fd[0], &s), -EINVAL, "or did not understand");
	is_int(iscsi_nl_send_logout(fd[0], &s), -EAGAIN, "or has not answered");

	is_int(iscsi_nl_await_logout(fd[0], &s, sys_now() + 50000, &response), -ETIMEDOUT,
	       "no response in time");
	kernel_sends(fd[1], PDU_RECEIVED, 8, 0, 0, 0x26, 1);
	kernel_sends(fd[1], PDU_RECEIVED, 7, 0, 0, 0x20, 1);
	kernel_sends(fd[1], PDU_CONN_ERROR, 8, 0, 1020, 0, 0);
	kernel_sends(fd[1], PDU_RECEIVED, 7, 0, 0, 0x26, 2);
	is_int(iscsi_nl_await_logout(fd[0], &s, sys_now() + 5000000, &response), 0,
	       "the response, after another session's and another PDU");
	is_int(response, 2, "its code");
	kernel_sends(fd[1], PDU_CONN_ERROR, 7, 0, 1020, 0, 0);
	is_int(iscsi_nl_await_logout(fd[0], &s, sys_now() + 5000000, &response), -ECONNRESET,
	       "the connection failed first");
	close(fd[0]);
	close(fd[1]);
}

int main(void)
{
	tree_begin("iscsi-nl");
	sysfs_root = tree_dir;
	test_events();
	test_logout();
	tree_end();
	return done_testing();
}
