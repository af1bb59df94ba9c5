// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "base/sys.h"
#include "iscsi/pdu.h"
#include "kernel/session.h"

const char *session_sysfs = "/sys";

/* Read @dir/@name under sysfs, its newline taken off; empty where there is none. */
static struct span read_attr(const char *dir, const char *name, char *buf, size_t size)
{
	char path[256];
	ssize_t n;

	if (!out_text(path, sizeof(path), "%s/class/%s/%s", session_sysfs, dir, name))
		return (struct span){ buf, 0 };
	n = sys_read(AT_FDCWD, path, buf, size);
	if (n > 0 && buf[n - 1] == '\n')
		n--;
	/* what libiscsi shows of a string that was never set */
	if (n == 6 && !memcmp(buf, "(null)", 6))
		n = 0;
	return (struct span){ buf, n > 0 ? (size_t)n : 0 };
}

static uint64_t read_number(const char *dir, const char *name, uint64_t max)
{
	char buf[32];
	uint64_t v = 0;

	scan_uint(read_attr(dir, name, buf, sizeof(buf)), max, &v);
	return v;
}

/* "session7" -> 7 */
static bool read_numbered(const char *name, const char *prefix, unsigned *n)
{
	size_t len = strlen(prefix);
	uint64_t v;

	if (strncmp(name, prefix, len) || !scan_uint(span_of(name + len), INT32_MAX, &v))
		return false;
	*n = v;
	return true;
}

/* The class entry is a link to .../hostH/sessionN/iscsi_session/sessionN. */
static unsigned read_host(unsigned sid)
{
	char path[128], link[512];
	struct span rest, part;
	unsigned host = 0;
	int n;

	out_text(path, sizeof(path), "%s/class/iscsi_session/session%u", session_sysfs, sid);
	n = readlink(path, link, sizeof(link) - 1);
	rest = (struct span){ link, n > 0 ? (size_t)n : 0 };
	while (rest.n) {
		char name[32];

		span_cut(&rest, '/', &part);
		if (span_copy(part, name, sizeof(name)) && read_numbered(name, "host", &host))
			break;
	}
	return host;
}

bool session_sysfs_has(const char *path)
{
	char whole[128];

	return out_text(whole, sizeof(whole), "%s/%s", session_sysfs, path) && !access(whole, F_OK);
}

static void read_session(unsigned sid, struct session *s)
{
	char dir[64], buf[512];

	*s = (struct session){ .sid = sid, .host = read_host(sid) };
	out_text(dir, sizeof(dir), "iscsi_session/session%u", sid);
	s->logged_in = span_eq(read_attr(dir, "state", buf, sizeof(buf)), "LOGGED_IN");
	span_copy(read_attr(dir, "targetname", buf, sizeof(buf)), s->target, sizeof(s->target));
	s->tpgt = read_number(dir, "tpgt", UINT16_MAX);
	out_text(dir, sizeof(dir), "iscsi_connection/connection%u:%u", sid, s->cid);
	span_copy(read_attr(dir, "persistent_address", buf, sizeof(buf)), s->address,
		  sizeof(s->address));
	s->port = read_number(dir, "persistent_port", UINT16_MAX);
	if (!*s->address) {
		span_copy(read_attr(dir, "address", buf, sizeof(buf)), s->address,
			  sizeof(s->address));
		s->port = read_number(dir, "port", UINT16_MAX);
	}
}

struct listing {
	struct session *list;
	unsigned n, max;
};

static bool list_one(void *arg, const char *name)
{
	struct listing *l = arg;
	unsigned sid;

	if (read_numbered(name, "session", &sid))
		read_session(sid, &l->list[l->n++]);
	return l->n < l->max;
}

int session_list(struct session *list, unsigned max)
{
	struct listing l = { list, 0, max };
	char path[128];
	int err;

	out_text(path, sizeof(path), "%s/class/iscsi_session", session_sysfs);
	err = sys_list(AT_FDCWD, path, list_one, &l);
	return err && err != -ENOENT ? err : (int)l.n;
}

static bool count_one(void *arg, const char *name)
{
	unsigned sid;

	*(unsigned *)arg += read_numbered(name, "session", &sid);
	return true;
}

unsigned session_count(void)
{
	char path[128];
	unsigned n = 0;

	out_text(path, sizeof(path), "%s/class/iscsi_session", session_sysfs);
	sys_list(AT_FDCWD, path, count_one, &n);
	return n;
}

void session_portal(const struct session *s, char *buf, size_t size)
{
	bool six = strchr(s->address, ':');

	out_text(buf, size, "%s%s%s:%u", six ? "[" : "", s->address, six ? "]" : "", s->port);
}

struct disks {
	const char *part;
	bool (*fn)(void *arg, const char *disk);
	void *arg;
};

/* .../hostH/sessionN/targetH:0:0/H:0:0:L/block/NAME */
static bool list_disk(void *arg, const char *name)
{
	struct disks *d = arg;
	char path[320], link[512];
	int n;

	if (!out_text(path, sizeof(path), "%s/block/%s", session_sysfs, name))
		return true;
	n = readlink(path, link, sizeof(link));
	if (n <= 0 || (size_t)n == sizeof(link) || !span_find((struct span){ link, n }, d->part).p)
		return true;
	return d->fn(d->arg, name);
}

int session_disks(const struct session *s, bool (*fn)(void *arg, const char *disk), void *arg)
{
	char part[32], path[128];
	struct disks d = { part, fn, arg };

	out_text(part, sizeof(part), "/session%u/", s->sid);
	out_text(path, sizeof(path), "%s/block", session_sysfs);
	return sys_list(AT_FDCWD, path, list_disk, &d);
}

/*
 * One request. By the time that sendto() returns the kernel has answered, and perhaps told all of
 * its group of what happens.
 */
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

int session_listen(void)
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

int session_destroy(const struct session *s)
{
	uint64_t transport = read_number("iscsi_transport/tcp", "handle", UINT64_MAX);
	static const uint8_t steps[] = { PDU_STOP_CONN, PDU_DESTROY_CONN, PDU_DESTROY_SESSION };
	struct pdu_message m;
	int fd, err = 0;
	size_t i;

	if (!transport)
		return -ENODEV;
	/* in the group: the kernel complains on the console where nobody listens */
	fd = session_listen();
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

int session_event(int fd, struct session_event *ev)
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
		ev->kind = SESSION_CONN_ERROR;
		ev->error = m.r[2];
	} else {
		ev->kind = SESSION_PDU;
		memcpy(ev->bhs, m.bhs, sizeof(ev->bhs));
	}
	return 1;
}

int session_send_logout(int fd, const struct session *s)
{
	uint64_t transport = read_number("iscsi_transport/tcp", "handle", UINT64_MAX);

	struct pdu_message m;

	pdu_logout(&m, transport, s->sid, s->cid);
	return transport ? ask(fd, &m) : -ENODEV;
}

int session_await_logout(int fd, const struct session *s, int64_t until, uint8_t *response)
{
	struct session_event ev;
	struct wait w;
	int n;

	for (;;) {
		n = session_event(fd, &ev);
		if (n < 0 && n != -ENOBUFS)
			return n;
		if (n > 0 && ev.sid == s->sid && ev.cid == s->cid) {
			if (ev.kind == SESSION_PDU && pdu_logout_response(ev.bhs, response))
				return 0;
			if (ev.kind == SESSION_CONN_ERROR)
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
