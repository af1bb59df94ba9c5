// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "session.h"
#include "sys.h"

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

/*
 * struct iscsi_uevent of the kernel's include/scsi/iscsi_if.h, cut down to what is sent and read
 * here; that header is not among those that the kernel exports.
 */
enum { STOP_CONN_TERM = 1 };
enum { UEVENT_DESTROY_SESSION = 12, UEVENT_DESTROY_CONN = 14, UEVENT_STOP_CONN = 18,
       KEVENT_IF_ERROR = 103 };

struct iscsi_event {
	struct nlmsghdr nl;
	uint32_t type;
	int32_t iferror;
	uint64_t transport;
	uint32_t sid, cid;	/* union u, 24 bytes: msg_stop_conn is among the largest */
	uint64_t conn_handle;
	uint32_t flag, pad;
	int32_t retcode;	/* union r, 16 bytes */
	uint32_t unused[3];
};

/*
 * One request. By the time that sendto() returns the kernel has answered, and perhaps told all of
 * its group of what happens.
 */
static int ask(int fd, uint64_t transport, uint32_t type, const struct session *s)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iscsi_event ev = {
		.nl = { .nlmsg_len = sizeof(ev), .nlmsg_type = type },
		.type = type, .transport = transport, .sid = s->sid, .cid = s->cid,
		.flag = type == UEVENT_STOP_CONN ? STOP_CONN_TERM : 0,
	};
	ssize_t n;

	if (sendto(fd, &ev, sizeof(ev), 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	do {
		n = recv(fd, &ev, sizeof(ev), MSG_DONTWAIT);
		if (n < 0)
			return -errno;
	} while ((size_t)n < offsetof(struct iscsi_event, unused) ||
		 (ev.type != type && ev.type != KEVENT_IF_ERROR));
	if (ev.type == KEVENT_IF_ERROR)
		return ev.iferror < 0 ? ev.iferror : -EPROTO;
	return ev.retcode < 0 ? ev.retcode : 0;
}

int session_destroy(const struct session *s)
{
	/* group 1 (ISCSI_NL_GRP_ISCSID): the kernel complains on the console where nobody listens */
	struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	uint64_t transport = read_number("iscsi_transport/tcp", "handle", UINT64_MAX);
	int fd, err;

	if (!transport)
		return -ENODEV;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ISCSI);
	if (fd < 0)
		return -errno;
	err = bind(fd, (struct sockaddr *)&self, sizeof(self)) ? -errno : 0;
	if (!err) {
		/* a session without a connection refuses the first two; the third decides */
		ask(fd, transport, UEVENT_STOP_CONN, s);
		ask(fd, transport, UEVENT_DESTROY_CONN, s);
		err = ask(fd, transport, UEVENT_DESTROY_SESSION, s);
	}
	close(fd);
	return err;
}
