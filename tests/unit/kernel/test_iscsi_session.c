// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests and events, with a kernel of our own. */
#include "fake_iscsi.h"
#include "tree.h"

static struct session own = { .sid = 1 };

static int create(void *arg)
{
	struct iscsi_if_reply reply = { 0 };
	struct iscsi_if m;
	int err;

	(void)arg;
	iscsi_if_create_session(&m, 128, 32);
	err = iscsi_session_ask(-1, &m, &reply);
	return err ? err : reply.sid == fake_sid + 1 && reply.host == fake_sid + 6 ? 0 : -EBADMSG;
}

static int create_conn(void *arg)
{
	struct iscsi_if_reply reply;
	struct iscsi_if m;

	(void)arg;
	iscsi_if_conn(&m, ISCSI_IF_CREATE_CONN, 1, 0);
	return iscsi_session_ask(-1, &m, &reply);
}

/* Two requests through one socket. */
static int bind_and_set(void *arg)
{
	int fd = iscsi_session_open(), tcp = socket(AF_INET, SOCK_STREAM, 0), err;
	struct iscsi_if_reply reply;
	struct iscsi_if m;

	(void)arg;
	iscsi_if_bind(&m, 1, 0, tcp);
	err = iscsi_session_ask(fd, &m, &reply);
	if (err)
		return err;
	iscsi_if_param(&m, 1, 0, ISCSI_IF_TARGET_NAME, "iqn.2001-04.com.example:storage");
	return iscsi_session_ask(fd, &m, &reply);
}

static int destroy(void *arg)
{
	return iscsi_session_destroy(arg);
}

static int stop(void *arg)
{
	return iscsi_session_stop(((struct session *)arg)->sid, 0);
}

static int logout(void *arg)
{
	return iscsi_session_logout(arg);
}

static void test_requests(void)
{
	struct session gone = { .sid = 9 };

	is_int(fake_iscsi_call(create, NULL), 0, "a session");
	is_int(fake_session(1)->creator, -1, "whose creator is nobody, so that iscsid leaves it alone");
	is_int(fake_iscsi_call(create_conn, NULL), 0, "its connection");
	is_int(fake_iscsi_call(bind_and_set, NULL), 0, "a socket, and a parameter, through one socket");
	is_str(fake_session(1)->param[ISCSI_IF_TARGET_NAME], "iqn.2001-04.com.example:storage", "its value");
	is_int(fake_iscsi_call(logout, &own), -EPERM,
	       "no Logout of what is not logged in: the code in the reply");
	is_int(fake_iscsi_call(stop, &own), 0, "stop for recovery");
	is_int(fake_iscsi_call(stop, &gone), -EINVAL, "no such session: an error of the interface");
	fake_iscsi_refuse = ISCSI_IF_STOP_CONN;
	fake_iscsi_refuse_with = -EPERM;
	is_int(fake_iscsi_call(stop, &own), -EPERM, "or no privilege");
	fake_iscsi_take();
	is_int(fake_iscsi_call(destroy, &own), 0, "the end of a session");
	is_str(fake_iscsi_take(), "stop 1 term\ndestroy conn 1\ndestroy 1\n", "its order");
	is_int(fake_iscsi_call(destroy, &own), -EINVAL, "it is gone");
	fake_iscsi_hang = true;
	is_int(fake_iscsi_call(stop, &own), -EIO, "no reply: an error after a second");
	fake_iscsi_hang = false;
	fake_iscsi_run();
	is_str(fake_iscsi_wrong, "", "nothing is asked for in a wrong order");
	tree_unlink("sys/class/iscsi_transport/tcp/handle");
	is_int(fake_iscsi_call(create, NULL), -ENODEV, "without iscsi_tcp");
	fake_put("18446744072635809792", "class/iscsi_transport/tcp/handle");
}

static int refuse_socket(uint32_t port, uint32_t groups)
{
	(void)groups;
	return port == 0xffffffff ? -EADDRINUSE : fake_socket(port, groups);
}

static void test_sockets(void)
{
	int (*before)(uint32_t port, uint32_t groups) = iscsi_session_socket;

	iscsi_session_socket = refuse_socket;
	is_int(fake_iscsi_call(create, NULL), -EADDRINUSE, "another process is creating a session");
	is_int(fake_iscsi_call(stop, &own), -EINVAL, "which keeps no other request");
	iscsi_session_socket = before;
}

/* The next event; its kind, or -errno. */
static int next(int fd, struct iscsi_if_event *ev)
{
	static struct iscsi_if m;
	int n = iscsi_session_event(fd, &m, ev);

	return n > 0 ? (int)ev->kind : n < 0 ? n : -EAGAIN;
}

static void test_events(void)
{
	uint8_t bhs[BHS_SIZE] = { 0x32 };
	struct iscsi_if_event ev;
	int fd = iscsi_session_listen();

	fake_iscsi_run();
	is_int(next(fd, &ev), -EAGAIN, "nothing is there");
	fake_iscsi_call(create, NULL);
	ok(next(fd, &ev) == ISCSI_EVENT_CREATED && ev.sid == 2 && ev.host == 7, "a session was created");
	fake_iscsi_error(2, ISCSI_IF_ERR_TCP_CLOSED);
	ok(next(fd, &ev) == ISCSI_EVENT_CONN_ERROR && ev.sid == 2 && !ev.cid && ev.code == 1020,
	   "a connection that failed");
	fake_iscsi_receive(2, bhs, (struct span){ "abc", 3 });
	ok(next(fd, &ev) == ISCSI_EVENT_PDU && ev.bhs[0] == 0x32 && ev.data.n == 3 && !memcmp(ev.data.p, "abc", 3),
	   "a PDU and its data");
	fake_iscsi_lose = 1;
	fake_iscsi_receive(2, bhs, (struct span){ "abc", 3 });
	is_int(next(fd, &ev), -ENOBUFS, "events were lost: look again");
	own.sid = 2;
	fake_iscsi_call(destroy, &own);
	ok(next(fd, &ev) == ISCSI_EVENT_UNBOUND && ev.sid == 2 && ev.host == 7, "its disks are removed");
	ok(next(fd, &ev) == ISCSI_EVENT_DESTROYED && ev.sid == 2 && ev.host == 7, "and it");
	is_int(next(fd, &ev), -EAGAIN, "that was all");
	close(fd);
	is_int(next(fd, &ev), -EBADF, "an error");
}

static void test_logout(void)
{
	struct session s = { .sid = 7 };
	uint8_t response = 99, out[BHS_SIZE] = { 0x26 }, nop[BHS_SIZE] = { 0x20, 0, 1 };
	struct span none = { "", 0 };
	int fd = iscsi_session_listen();

	fake_iscsi_run();
	is_int(iscsi_session_await_logout(fd, &s, sys_now() + 50000, &response), -ETIMEDOUT,
	       "no response in time");
	out[2] = 1;
	fake_iscsi_receive(8, out, none);
	fake_iscsi_receive(7, nop, none);
	fake_iscsi_error(8, ISCSI_IF_ERR_TCP_CLOSED);
	out[2] = 2;
	fake_iscsi_receive(7, out, none);
	is_int(iscsi_session_await_logout(fd, &s, sys_now() + 5000000, &response), 0,
	       "the response, after another session's and another PDU");
	is_int(response, 2, "its code");
	fake_iscsi_error(7, ISCSI_IF_ERR_TCP_CLOSED);
	is_int(iscsi_session_await_logout(fd, &s, sys_now() + 5000000, &response), -ECONNRESET,
	       "the connection failed first");
	close(fd);
}

/* The real one; on a machine of the tests mostly without iSCSI, the boots have it. */
static void test_netlink(int (*netlink)(uint32_t port, uint32_t groups))
{
	int fd = netlink(0xffffffff, 0), second = netlink(0xffffffff, 0);

	if (fd < 0)
		ok(fd == second && (fd == -EPROTONOSUPPORT || fd == -EPERM), "a kernel without iSCSI is an error");
	else
		is_int(second, -EADDRINUSE, "the port of nobody can be had once");
	if (fd >= 0)
		close(fd);
}

int main(void)
{
	int (*netlink)(uint32_t port, uint32_t groups) = iscsi_session_socket;

	tree_begin("iscsi-session");
	fake_iscsi_begin();
	test_requests();
	test_sockets();
	test_events();
	test_logout();
	test_netlink(netlink);
	fake_iscsi_end();
	tree_end();
	return done_testing();
}
