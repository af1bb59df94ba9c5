/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's iSCSI for unit tests: in place of its netlink a socket to this process, which carries requests
 * out as Linux does when fake_iscsi_run() is called, and a sysfs of files below sysfs_root.
 *
 *	sysfs_root = ...;
 *	fake_iscsi_begin();
 *	... ask for things through a struct iscsi_helper, and after each step
 *	fake_iscsi_run();
 *	ok(!fake_iscsi_wrong[0], "all was asked for in the right order");
 *	fake_iscsi_end();
 *
 * iscsi_session_ask() waits for its reply, so it is called in a child: fake_iscsi_call().
 * What is wrong, though Linux may let it pass, is written into fake_iscsi_wrong: a bind of what was not
 * stopped, a start without its parameters, a secret in a parameter.
 */
#ifndef ISCSIROOT_FAKE_ISCSI_H
#define ISCSIROOT_FAKE_ISCSI_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "kernel/iscsi_session.h"
#include "kernel/sysfs.h"

#define FAKE_SESSIONS 32
#define FAKE_CLIENTS 48
#define FAKE_PARAMS 40		/* enum iscsi_param */

enum fake_conn { FAKE_NONE, FAKE_DOWN, FAKE_BOUND, FAKE_UP, FAKE_FAILED };

struct fake_session {
	uint32_t sid, host;		/* sid 0: free */
	int creator;
	enum fake_conn conn;
	const char *state;		/* of the session: "FREE", "LOGGED_IN", "FAILED" */
	bool cleanup;			/* ISCSI_CLS_CONN_BIT_CLEANUP: only a stop for recovery clears it */
	bool stopped;			/* since the last bind, or never bound */
	bool in_login;			/* a Login or Text is unanswered */
	bool terminated;		/* stopped for good: nothing is sent any more */
	unsigned age, binds;
	uint64_t set;			/* bit: parameter set since the last bind */
	char param[FAKE_PARAMS][224];
};

struct fake_client {
	int fd;				/* -1: none */
	uint32_t port, groups;
};

static struct fake_session fake_sessions[FAKE_SESSIONS];
static struct fake_client fake_clients[FAKE_CLIENTS];
static int fake_listener = -1;
static unsigned fake_sid;		/* of the last session that was created */
static char fake_iscsi_asked[16384];	/* a line for each request that was carried out */
static char fake_iscsi_wrong[4096];	/* a line for each that must not be */

/* Settings of a test. */
static bool fake_iscsi_hang;		/* requests are not carried out: another program has the mutex */
static unsigned fake_iscsi_lose;	/* so many events are lost; whoever reads next gets ENOBUFS */
static uint32_t fake_iscsi_refuse;	/* the next request of this type */
static int fake_iscsi_refuse_with;	/* ends with this error */

/* Called for each PDU that was sent, with the kernel's ITT and CmdSN in its header. */
static void (*fake_iscsi_sent)(uint32_t sid, const uint8_t *bhs, struct span data);

__attribute__((format(printf, 3, 4)))
static void fake_note(char *text, size_t size, const char *fmt, ...)
{
	size_t at = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	if (at + 1 < size)
		vsnprintf(text + at, size - at, fmt, ap);
	va_end(ap);
}

#define fake_asked(...) fake_note(fake_iscsi_asked, sizeof(fake_iscsi_asked), __VA_ARGS__)
#define fake_wrong(...) fake_note(fake_iscsi_wrong, sizeof(fake_iscsi_wrong), __VA_ARGS__)

/* What was asked for since the last call. */
__attribute__((unused))
static const char *fake_iscsi_take(void)
{
	static char copy[sizeof(fake_iscsi_asked)];

	memcpy(copy, fake_iscsi_asked, sizeof(copy));
	fake_iscsi_asked[0] = '\0';
	return copy;
}

/* ---- sysfs ---- */

__attribute__((format(printf, 2, 3)))
static void fake_put(const char *text, const char *fmt, ...)
{
	char path[512];
	size_t at;
	va_list ap;
	char *p;
	int fd;

	at = snprintf(path, sizeof(path), "%s/", sysfs_root);
	va_start(ap, fmt);
	vsnprintf(path + at, sizeof(path) - at, fmt, ap);
	va_end(ap);
	for (p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || sys_write_all(fd, text, strlen(text)) || sys_write_all(fd, "\n", 1))
		printf("# cannot write %s\n", path);
	close(fd);
}

#define FAKE_DEVICE "devices/platform/host%u/session%u/"
#define FAKE_SYS_SESSION FAKE_DEVICE "iscsi_session/session%u/"
#define FAKE_SYS_CONN FAKE_DEVICE "connection%u:0/iscsi_connection/connection%u:0/"

static const char *const fake_conn_names[] = { "", "down", "bound", "up", "failed" };

static void fake_show(const struct fake_session *s)
{
	char text[32];
	unsigned h = s->host, n = s->sid;

#define SESSION_ATTR(name, value) fake_put(value, FAKE_SYS_SESSION name, h, n, n)
#define CONN_ATTR(name, value) fake_put(value, FAKE_SYS_CONN name, h, n, n, n)
	snprintf(text, sizeof(text), "%d", s->creator);
	SESSION_ATTR("creator", text);
	SESSION_ATTR("state", s->state);
	SESSION_ATTR("tpgt", s->param[ISCSI_IF_TPGT]);
	SESSION_ATTR("targetname", *s->param[ISCSI_IF_TARGET_NAME] ? s->param[ISCSI_IF_TARGET_NAME] : "(null)");
	SESSION_ATTR("initiatorname",
		     *s->param[ISCSI_IF_INITIATOR_NAME] ? s->param[ISCSI_IF_INITIATOR_NAME] : "(null)");
	SESSION_ATTR("recovery_tmo", *s->param[ISCSI_IF_RECOVERY_TMO] ? s->param[ISCSI_IF_RECOVERY_TMO] : "120");
	if (s->conn == FAKE_NONE)
		return;
	CONN_ATTR("persistent_address",
		  *s->param[ISCSI_IF_PERSISTENT_ADDRESS] ? s->param[ISCSI_IF_PERSISTENT_ADDRESS] : "(null)");
	CONN_ATTR("persistent_port", s->param[ISCSI_IF_PERSISTENT_PORT]);
	CONN_ATTR("exp_statsn", *s->param[ISCSI_IF_EXP_STATSN] ? s->param[ISCSI_IF_EXP_STATSN] : "0");
	CONN_ATTR("state", fake_conn_names[s->conn]);
#undef SESSION_ATTR
#undef CONN_ATTR
}

__attribute__((format(printf, 2, 3)))
static void fake_link(const char *to, const char *fmt, ...)
{
	char path[512];
	size_t at = snprintf(path, sizeof(path), "%s/", sysfs_root);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path + at, sizeof(path) - at, fmt, ap);
	va_end(ap);
	unlink(path);
	if (*to && symlink(to, path))
		printf("# cannot link %s\n", path);
}

/* The entries of the classes, which lead to the device; gone: @there is false. */
static void fake_classes(const struct fake_session *s, bool connection, bool there)
{
	char to[256] = "";
	unsigned h = s->host, n = s->sid;

	if (there && connection)
		snprintf(to, sizeof(to), "../../" FAKE_SYS_CONN, h, n, n, n);
	else if (there)
		snprintf(to, sizeof(to), "../../" FAKE_SYS_SESSION, h, n, n);
	if (connection)
		fake_link(to, "class/iscsi_connection/connection%u:0", n);
	else
		fake_link(to, "class/iscsi_session/session%u", n);
}

/* ---- events ---- */

static void fake_event(const struct iscsi_if *m)
{
	static const char too_long[sizeof(struct iscsi_if) + 1];
	bool lost = fake_iscsi_lose > 0;
	unsigned i;

	for (i = 0; i < FAKE_CLIENTS; i++)
		if (fake_clients[i].fd >= 0 && fake_clients[i].groups & 1) {
			/* what does not fit ends in ENOBUFS, as a queue that was full does */
			const void *what = lost ? (const void *)too_long : m;
			size_t len = lost ? sizeof(too_long) : m->nl.nlmsg_len;

			if (send(fake_clients[i].fd, what, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
				printf("# no event: %s\n", sys_error(errno));
		}
	fake_iscsi_lose -= lost;
}

static void fake_report(uint32_t type, uint32_t a, uint32_t b, uint32_t c)
{
	struct iscsi_if m;

	memset(&m, 0, ISCSI_IF_MIN);
	m.nl.nlmsg_len = ISCSI_IF_MIN;
	m.type = type;
	m.r[0] = a;
	m.r[1] = b;
	m.r[2] = c;
	fake_event(&m);
}

static struct fake_session *fake_session(uint32_t sid)
{
	unsigned i;

	for (i = 0; i < FAKE_SESSIONS; i++)
		if (sid && fake_sessions[i].sid == sid)
			return &fake_sessions[i];
	return NULL;
}

/* The connection fails (ISCSI_IF_ERR_*). A bound or running one cannot be bound, started or sent to until it was
 * stopped; the kernel stops its I/O by itself. */
__attribute__((unused))
static void fake_iscsi_error(uint32_t sid, uint32_t error)
{
	struct fake_session *s = fake_session(sid);

	if (s && (s->conn == FAKE_BOUND || s->conn == FAKE_UP)) {
		s->cleanup = true;
		s->conn = FAKE_FAILED;
		s->in_login = false;
		if (!strcmp(s->state, "LOGGED_IN"))
			s->state = "FAILED";
		fake_show(s);
	}
	fake_report(ISCSI_IF_CONN_ERROR, sid, 0, error);
}

/* A PDU of the target's. DataSegmentLength is written into @bhs. */
__attribute__((unused))
static void fake_iscsi_receive(uint32_t sid, uint8_t *bhs, struct span data)
{
	struct fake_session *s = fake_session(sid);
	struct iscsi_if m;

	iscsi_if_pdu(&m, 0, 0, bhs, data);
	m.data[5] = data.n >> 16;
	m.data[6] = data.n >> 8;
	m.data[7] = data.n;
	memcpy(bhs + 5, m.data + 5, 3);
	m.nl.nlmsg_type = 0;
	memset(m.u, 0, sizeof(m.u));
	m.type = ISCSI_IF_RECV_PDU;
	m.r[0] = sid;
	if (s && ((bhs[0] & 0x3f) == 0x23 || (bhs[0] & 0x3f) == 0x24))
		s->in_login = false;
	fake_event(&m);
}

/* ---- requests ---- */

/* Is @fd of the process at the other end of @client a socket? */
static bool fake_is_socket(int client, uint64_t fd)
{
	struct { int pid; unsigned uid, gid; } cred = { 0, 0, 0 };
	socklen_t len = sizeof(cred);
	char path[64], link[64];
	ssize_t n;

	if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &cred, &len))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", cred.pid, (int)fd);
	n = readlink(path, link, sizeof(link));
	return n > 7 && !memcmp(link, "socket:", 7);
}

static int fake_create(struct iscsi_if *m, uint32_t port)
{
	struct fake_session *s = fake_sessions;
	unsigned i;

	while (s < fake_sessions + FAKE_SESSIONS && s->sid)
		s++;
	if (s == fake_sessions + FAKE_SESSIONS)
		return -ENOMEM;
	memset(s, 0, sizeof(*s));
	s->sid = ++fake_sid;
	s->host = s->sid + 5;
	s->creator = port;
	s->state = "FREE";
	fake_asked("create %u\n", s->sid);
	if (port != 0xffffffff)
		fake_wrong("session %u created by port %u: iscsid will take it over\n", s->sid, port);
	for (i = 0; i < FAKE_SESSIONS; i++)
		if (fake_sessions[i].sid && !strcmp(fake_sessions[i].state, "FREE") && &fake_sessions[i] != s &&
		    fake_sessions[i].conn == FAKE_NONE && fake_sessions[i].terminated)
			fake_wrong("session %u remains\n", fake_sessions[i].sid);
	fake_show(s);
	fake_put("", "class/iscsi_session/.made");
	fake_classes(s, false, true);
	m->r[0] = s->sid;
	m->r[1] = s->host;
	fake_report(ISCSI_IF_SESSION_CREATED, s->sid, s->host, 0);
	return 0;
}

static int fake_bind(struct fake_session *s, int client, uint64_t fd, bool leading)
{
	fake_asked("bind %u\n", s->sid);
	if (s->cleanup)
		return -ENOTCONN;
	if (!s->stopped)
		fake_wrong("session %u: bound again without a stop\n", s->sid);
	if (!leading)
		fake_wrong("session %u: bound as no leading connection\n", s->sid);
	if (!fake_is_socket(client, fd))
		return -EEXIST;
	s->stopped = false;
	s->set = 0;
	s->conn = FAKE_BOUND;
	s->binds++;
	return 0;
}

static int fake_start(struct fake_session *s)
{
	static const uint8_t must[] = { ISCSI_IF_MAX_RECV, ISCSI_IF_MAX_XMIT, ISCSI_IF_HEADER_DIGEST,
		ISCSI_IF_DATA_DIGEST, ISCSI_IF_INITIAL_R2T, ISCSI_IF_IMMEDIATE_DATA, ISCSI_IF_FIRST_BURST,
		ISCSI_IF_MAX_BURST, ISCSI_IF_EXP_STATSN, ISCSI_IF_TARGET_NAME, ISCSI_IF_TPGT };
	unsigned i, first = 0, max = 0;

	fake_asked("start %u\n", s->sid);
	if (s->cleanup)
		return -ENOTCONN;
	if (s->conn != FAKE_BOUND)
		fake_wrong("session %u: started in state %s\n", s->sid, fake_conn_names[s->conn]);
	if (s->in_login)
		fake_wrong("session %u: started in the login\n", s->sid);
	for (i = 0; i < sizeof(must); i++)
		if (!(s->set >> must[i] & 1))
			fake_wrong("session %u: started without parameter %u\n", s->sid, must[i]);
	sscanf(s->param[ISCSI_IF_FIRST_BURST], "%u", &first);
	sscanf(s->param[ISCSI_IF_MAX_BURST], "%u", &max);
	if ((!strcmp(s->param[ISCSI_IF_IMMEDIATE_DATA], "1") || !strcmp(s->param[ISCSI_IF_INITIAL_R2T], "0")) &&
	    first > max)
		return -EINVAL;
	s->conn = FAKE_UP;
	s->state = "LOGGED_IN";
	return 0;
}

static int fake_stop(struct fake_session *s, uint32_t flag)
{
	fake_asked("stop %u %s\n", s->sid, flag == 3 ? "recover" : "term");
	if (flag == 3 && !s->terminated && !strcmp(s->state, "LOGGED_IN"))
		s->state = "FAILED";
	if (flag == 3 && s->conn == FAKE_UP)
		s->age++;
	if (flag == 3) {
		s->cleanup = false;
		strcpy(s->param[ISCSI_IF_HEADER_DIGEST], "0");
		strcpy(s->param[ISCSI_IF_DATA_DIGEST], "0");
	} else {
		s->terminated = true;
	}
	s->conn = flag == 3 ? FAKE_FAILED : FAKE_DOWN;
	s->in_login = false;
	s->stopped = true;
	return 0;
}

static int fake_send(struct fake_session *s, struct iscsi_if *m)
{
	uint32_t head = m->u[2], data = m->u[3], n = m->nl.nlmsg_len - ISCSI_IF_MIN;
	unsigned opcode = m->data[0] & 0x3f;
	bool login = opcode == 3 || opcode == 4;

	fake_asked("send %u %02x\n", s->sid, m->data[0]);
	if (s->cleanup)
		return -ENOTCONN;
	if (head != BHS_SIZE || head > n || data > n - head)
		return -EINVAL;
	if (s->terminated || (s->conn != FAKE_BOUND && s->conn != FAKE_UP) || (login ? s->in_login :
	    data || strcmp(s->state, "LOGGED_IN")))
		return -EPERM;
	s->in_login = login;
	memcpy(m->data + 16, "\0\0\0\1", 4);		/* ITT */
	memcpy(m->data + 24, "\0\0\0\1", 4);		/* CmdSN */
	if (fake_iscsi_sent)
		fake_iscsi_sent(s->sid, m->data, (struct span){ (char *)m->data + BHS_SIZE, data });
	return 0;
}

/* Return: an error of the interface. */
static int fake_set(struct fake_session *s, const struct iscsi_if *m)
{
	uint32_t param = m->u[2], len = m->u[3];

	if (!s || s->conn == FAKE_NONE || !len || len > m->nl.nlmsg_len - ISCSI_IF_MIN || len > 4096)
		return -EINVAL;
	fake_asked("param %u %u=%.*s\n", s->sid, param, (int)len - 1, m->data);
	if (param == 24 || param == 25)
		fake_wrong("session %u: a password in a parameter\n", s->sid);
	if (m->data[len - 1])
		fake_wrong("session %u: parameter %u has no NUL at its end\n", s->sid, param);
	if (param != ISCSI_IF_RECOVERY_TMO && s->conn != FAKE_BOUND && s->conn != FAKE_UP)
		return -ENOTCONN;
	if (param >= FAKE_PARAMS || len > sizeof(s->param[0]))
		return -ENOSYS;
	memcpy(s->param[param], m->data, len);
	s->set |= UINT64_C(1) << param;
	return 0;
}

/* The requests of a connection; their error is in the reply's code. */
static int fake_connection(struct fake_session *s, int client, struct iscsi_if *m)
{
	uint64_t handle;

	memcpy(&handle, &m->u[2], sizeof(handle));
	switch (m->type) {
	case ISCSI_IF_BIND_CONN:
		return fake_bind(s, client, handle, m->u[4]);
	case ISCSI_IF_START_CONN:
		return fake_start(s);
	case ISCSI_IF_STOP_CONN:
		return fake_stop(s, m->u[4]);
	default:
		return fake_send(s, m);
	}
}

static int fake_destroy(struct fake_session *s)
{
	if (s->conn != FAKE_NONE)
		return -EBUSY;
	fake_asked("destroy %u\n", s->sid);
	fake_classes(s, false, false);
	fake_report(ISCSI_IF_SESSION_UNBOUND, s->sid, s->host, 0);
	fake_report(ISCSI_IF_SESSION_DESTROYED, s->host, s->sid, 0);
	s->sid = 0;
	return 0;
}

/* Return: an error of the interface; the rest of the reply is in @m. */
static int fake_request(const struct fake_client *c, struct iscsi_if *m)
{
	struct fake_session *s = fake_session(m->u[0]);

	if (fake_iscsi_refuse == m->type) {
		fake_iscsi_refuse = 0;
		fake_asked("refused %u\n", m->type);
		return fake_iscsi_refuse_with;
	}
	switch (m->type) {
	case ISCSI_IF_CREATE_SESSION:
		return fake_create(m, c->port);
	case ISCSI_IF_SET_PARAM:
		return fake_set(s, m);
	case ISCSI_IF_SET_HOST_PARAM:
		fake_asked("host %u %u=%.*s\n", m->u[0], m->u[1], (int)m->u[2], m->data);
		return 0;
	case ISCSI_IF_DESTROY_SESSION:
	case ISCSI_IF_DESTROY_SESSION_ASYNC:
		return s ? fake_destroy(s) : -EINVAL;
	case ISCSI_IF_CREATE_CONN:
		if (!s)
			return -EINVAL;
		fake_asked("conn %u\n", s->sid);
		s->conn = FAKE_DOWN;
		s->stopped = true;
		fake_show(s);
		fake_put("", "class/iscsi_connection/.made");
		fake_classes(s, true, true);
		m->r[0] = s->sid;
		return 0;
	default:
		break;
	}
	if (!s || s->conn == FAKE_NONE || m->u[1])
		return -EINVAL;
	if (m->type == ISCSI_IF_DESTROY_CONN) {
		fake_asked("destroy conn %u\n", s->sid);
		fake_classes(s, true, false);
		s->conn = FAKE_NONE;
		return 0;
	}
	if (m->type < ISCSI_IF_BIND_CONN || m->type > ISCSI_IF_SEND_PDU)
		return -ENOSYS;
	m->r[0] = fake_connection(s, c->fd, m);
	return 0;
}

static void fake_serve(struct fake_client *c, struct iscsi_if *m)
{
	struct fake_session *s;
	int err = fake_request(c, m);

	m->nl.nlmsg_type = m->type;
	if (err) {
		m->type = ISCSI_IF_ERROR;
		m->iferror = err;
	}
	s = fake_session(m->u[0]);
	if (s && m->nl.nlmsg_type != ISCSI_IF_CREATE_SESSION && m->nl.nlmsg_type != ISCSI_IF_SET_HOST_PARAM)
		fake_show(s);
	m->nl.nlmsg_len = ISCSI_IF_MIN;
	if (send(c->fd, m, ISCSI_IF_MIN, MSG_NOSIGNAL) < 0)
		fake_asked("no reply\n");
}

static void fake_accept(void)
{
	uint32_t hello[2];
	unsigned i;
	int fd;

	while ((fd = accept(fake_listener, NULL, NULL)) >= 0) {
		for (i = 0; i < FAKE_CLIENTS && fake_clients[i].fd >= 0; i++)
			;
		if (i == FAKE_CLIENTS || recv(fd, hello, sizeof(hello), 0) != sizeof(hello)) {
			close(fd);
			continue;
		}
		fake_clients[i] = (struct fake_client){ fd, hello[0], hello[1] };
	}
}

/* Carry out what is asked for. Return: how many requests. */
static unsigned fake_iscsi_run(void)
{
	static struct iscsi_if m;
	unsigned i, done = 0;
	ssize_t n;

	fake_accept();
	for (i = 0; i < FAKE_CLIENTS && !fake_iscsi_hang; i++)
		while (fake_clients[i].fd >= 0) {
			n = recv(fake_clients[i].fd, &m, sizeof(m), MSG_DONTWAIT);
			if (n < 0 && errno == EAGAIN)
				break;
			if (n <= 0) {
				close(fake_clients[i].fd);
				fake_clients[i].fd = -1;
			} else if (n >= (ssize_t)ISCSI_IF_MIN && m.nl.nlmsg_len == n) {
				fake_serve(&fake_clients[i], &m);
				done++;
			} else {
				fake_wrong("a request of %d bytes\n", (int)n);
			}
		}
	return done;
}

/* ---- the sockets ---- */

static struct sockaddr_un fake_address;
static socklen_t fake_address_len;

static int fake_socket(uint32_t port, uint32_t groups)
{
	uint32_t hello[2] = { port, groups };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&fake_address, fake_address_len) ||
	    send(fd, hello, sizeof(hello), MSG_NOSIGNAL) != sizeof(hello)) {
		close(fd);
		return -ECONNREFUSED;
	}
	return fd;
}

static void fake_iscsi_begin(void)
{
	unsigned i;

	memset(fake_sessions, 0, sizeof(fake_sessions));
	for (i = 0; i < FAKE_CLIENTS; i++)
		fake_clients[i].fd = -1;
	fake_iscsi_asked[0] = fake_iscsi_wrong[0] = '\0';
	fake_iscsi_hang = false;
	fake_iscsi_lose = fake_iscsi_refuse = 0;
	fake_sid = 0;
	fake_address.sun_family = AF_UNIX;
	fake_address_len = sizeof(fake_address);
	fake_listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* the kernel chooses an abstract name, short enough for whoever expects a struct sockaddr_nl */
	if (fake_listener < 0 || bind(fake_listener, (struct sockaddr *)&fake_address, sizeof(sa_family_t)) ||
	    getsockname(fake_listener, (struct sockaddr *)&fake_address, &fake_address_len) ||
	    listen(fake_listener, FAKE_CLIENTS))
		printf("# no fake kernel: %s\n", sys_error(errno));
	fake_put("18446744072635809792", "class/iscsi_transport/tcp/handle");
	iscsi_session_socket = fake_socket;
}

static void fake_iscsi_end(void)
{
	unsigned i;

	for (i = 0; i < FAKE_CLIENTS; i++)
		if (fake_clients[i].fd >= 0)
			close(fake_clients[i].fd);
	close(fake_listener);
	fake_listener = -1;
}

/* Call @fn(@arg), which returns 0 or -errno, in a child, and be the kernel meanwhile. */
__attribute__((unused))
static int fake_iscsi_call(int (*fn)(void *arg), void *arg)
{
	struct wait w;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(-fn(arg));
	while (waitpid(pid, &status, WNOHANG) != pid) {
		fake_iscsi_run();
		wait_begin(&w, sys_now() + 1000);
		wait_run(&w);
	}
	fake_iscsi_run();
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

#endif
