// SPDX-License-Identifier: GPL-2.0-or-later
/* A sysfs of files. Its shape and values were taken from a guest with Linux 6.1. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/spawn.h"
#include "base/sys.h"
#include "iscsi/pdu.h"
#include "kernel/session.h"
#include "tap.h"

static char root[] = "/tmp/iscsiroot-session-XXXXXX";

static void make_dirs(const char *path)
{
	char part[512];
	size_t i;

	for (i = 1; path[i]; i++)
		if (path[i] == '/') {
			memcpy(part, path, i);
			part[i] = '\0';
			mkdir(part, 0755);
		}
	mkdir(path, 0755);
}

static void put(const char *dir, const char *name, const char *text)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", root, dir);
	make_dirs(path);
	snprintf(path, sizeof(path), "%s/%s/%s", root, dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || sys_write_all(fd, text, strlen(text)))
		printf("# cannot write %s\n", path);
	close(fd);
}

static void link_class(const char *class, const char *name, const char *to)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/class/%s", root, class);
	make_dirs(path);
	snprintf(path, sizeof(path), "%s/class/%s/%s", root, class, name);
	if (symlink(to, path))
		printf("# cannot link %s\n", path);
}

#define HOST "devices/platform/host12/session7"

static void make_tree(void)
{
	put(HOST "/iscsi_session/session7", "state", "LOGGED_IN\n");
	put(HOST "/iscsi_session/session7", "targetname", "iqn.2001-04.com.example:storage.lun1\n");
	put(HOST "/iscsi_session/session7", "tpgt", "3\n");
	put(HOST "/connection7:0/iscsi_connection/connection7:0", "persistent_address",
	    "2001:db8::1\n");
	put(HOST "/connection7:0/iscsi_connection/connection7:0", "persistent_port", "3261\n");
	put(HOST "/connection7:0/iscsi_connection/connection7:0", "address", "192.0.2.9\n");
	put(HOST "/connection7:0/iscsi_connection/connection7:0", "port", "9\n");
	link_class("iscsi_session", "session7",
		   "../../" HOST "/iscsi_session/session7");
	link_class("iscsi_connection", "connection7:0",
		   "../../" HOST "/connection7:0/iscsi_connection/connection7:0");
	/* half made: killed before it had a name */
	put("devices/platform/host13/session8/iscsi_session/session8", "state", "FREE\n");
	put("devices/platform/host13/session8/iscsi_session/session8", "targetname", "(null)\n");
	link_class("iscsi_session", "session8",
		   "../../devices/platform/host13/session8/iscsi_session/session8");
	/* gone between the listing and the look: a link into nothing */
	link_class("iscsi_session", "session9", "../../devices/platform/host14/gone");
	put("class/iscsi_session", "sessionx", "");
	put("class/iscsi_session", "other1", "");
}

static const struct session *by_sid(const struct session *list, int n, unsigned sid)
{
	static const struct session none;
	int i;

	for (i = 0; i < n; i++)
		if (list[i].sid == sid)
			return &list[i];
	return &none;
}

static void test_list(void)
{
	static struct session list[SESSIONS_MAX];
	const struct session *s;
	int n = session_list(list, SESSIONS_MAX);

	is_int(n, 3, "entries that are sessions");
	s = by_sid(list, n, 7);
	is_str(s->target, "iqn.2001-04.com.example:storage.lun1", "target name");
	is_str(s->address, "2001:db8::1", "the address that was asked for, not a redirection's");
	is_int(s->port, 3261, "and its port");
	is_int(s->tpgt, 3, "portal group");
	is_int(s->host, 12, "SCSI host");
	ok(s->logged_in, "state LOGGED_IN");
	s = by_sid(list, n, 8);
	ok(s->sid == 8 && !s->logged_in, "a half-made session is listed as not logged in");
	is_str(s->target, "", "\"(null)\" is no target name");
	is_str(s->address, "", "no connection, no address");
	is_int(s->host, 13, "its host");
	s = by_sid(list, n, 9);
	ok(s->sid == 9 && !s->logged_in && !*s->target, "one that is going has nothing");
	is_int(session_list(list, 1), 1, "no more than there is room for");
}

static void test_values(void)
{
	static struct session list[SESSIONS_MAX];
	char text[400];
	const struct session *s;
	int n;

	put(HOST "/connection7:0/iscsi_connection/connection7:0", "persistent_address", "\n");
	n = session_list(list, SESSIONS_MAX);
	s = by_sid(list, n, 7);
	is_str(s->address, "192.0.2.9", "without a persistent address, the connected one");
	is_int(s->port, 9, "with its port");
	put(HOST "/iscsi_session/session7", "state", "FAILED\n");
	put(HOST "/connection7:0/iscsi_connection/connection7:0", "port", "65536\n");
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	put(HOST "/iscsi_session/session7", "targetname", text);
	n = session_list(list, SESSIONS_MAX);
	s = by_sid(list, n, 7);
	ok(!s->logged_in, "state FAILED is not logged in");
	is_int(s->port, 0, "a port that cannot be");
	is_str(s->target, "", "a target name that cannot be");
}

static void test_absent(void)
{
	static struct session list[1];
	struct session s = { .sid = 1 };

	ok(session_sysfs_has("class/iscsi_session"), "what is in sysfs");
	ok(!session_sysfs_has("class/iscsi_transport/tcp"), "what is not");
	is_int(session_destroy(&s), -ENODEV, "without the transport nothing can be destroyed");
	session_sysfs = "/nonexistent";
	is_int(session_list(list, 1), 0, "no iSCSI in the kernel, no sessions");
}

static void test_many(void)
{
	static struct session list[SESSIONS_MAX];
	char name[32];
	unsigned i;

	for (i = 0; i < SESSIONS_MAX + 1; i++) {
		snprintf(name, sizeof(name), "session%u", 100 + i);
		if (i)
			link_class("iscsi_session", name, "../../devices/gone");
	}
	is_int(session_list(list, SESSIONS_MAX), SESSIONS_MAX, "as many as there is room for");
	is_int(session_count(), SESSIONS_MAX + 3, "all are counted");
}

struct names {
	char text[64];
	unsigned max;
};

static bool add_name(void *arg, const char *disk)
{
	struct names *n = arg;

	strcat(strcat(n->text, disk), " ");
	return --n->max > 0;
}

static void test_disks(void)
{
	struct session s = { .sid = 7 };
	struct names n = { "", 9 };

	link_class("../block", "sda", "../" HOST "/target12:0:0/12:0:0:1/block/sda");
	link_class("../block", "sdb", "../devices/platform/host3/session77/t/3:0:0:1/block/sdb");
	link_class("../block", "vda", "../devices/pci0000:00/0000:00:03.0/virtio0/block/vda");
	is_int(session_disks(&s, add_name, &n), 0, "disks are listed");
	is_str(n.text, "sda ", "those of this session alone");
	s.sid = 8;
	n = (struct names){ "", 9 };
	session_disks(&s, add_name, &n);
	is_str(n.text, "", "one that has none");
}

/* What the kernel says next; ours to send. */
static void kernel_says(int fd, uint32_t type, uint32_t sid, uint32_t cid, uint32_t third,
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
	struct session_event ev;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd))
		return;
	is_int(session_event(fd[0], &ev), 0, "nothing is there");
	kernel_says(fd[1], PDU_CONN_ERROR, 7, 1, 1011, 0, 0);
	ok(session_event(fd[0], &ev) == 1 && ev.kind == SESSION_CONN_ERROR && ev.sid == 7 &&
	   ev.cid == 1 && ev.error == 1011, "a connection that erred");
	kernel_says(fd[1], PDU_RECEIVED, 7, 0, 0, 0x26, 0);
	ok(session_event(fd[0], &ev) == 1 && ev.kind == SESSION_PDU && ev.sid == 7 && !ev.cid &&
	   ev.bhs[0] == 0x26 && !ev.error, "a PDU");
	kernel_says(fd[1], 105, 7, 0, 0, 0, 0);
	ok(session_event(fd[0], &ev) == 1 && ev.kind == SESSION_OTHER, "something else");
	ok(send(fd[1], "short", 5, 0) == 5 && session_event(fd[0], &ev) == 1 &&
	   ev.kind == SESSION_OTHER, "what is cut off is of no use");
	close(fd[1]);
	close(fd[0]);
	is_int(session_event(fd[0], &ev), -EBADF, "an error");
}

static void test_logout(void)
{
	struct session s = { .sid = 7, .cid = 0 };
	struct pdu_message m;
	uint8_t response = 99;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd))
		return;
	is_int(session_send_logout(fd[0], &s), -ENODEV, "without the transport nothing is sent");
	put("class/iscsi_transport/tcp", "handle", "18446744072635809792\n");
	kernel_says(fd[1], 102, 7, 0, 1011, 0, 0);
	kernel_says(fd[1], PDU_SEND, 0, 0, 0, 0, 0);
	is_int(session_send_logout(fd[0], &s), 0, "the kernel has sent it");
	ok(recv(fd[1], &m, sizeof(m), 0) == sizeof(m) && m.type == PDU_SEND &&
	   m.transport == 18446744072635809792ULL && m.u[0] == 7 && m.bhs[0] == 0x46,
	   "to the transport, for the session");
	kernel_says(fd[1], PDU_SEND, -107, 0, 0, 0, 0);
	is_int(session_send_logout(fd[0], &s), -ENOTCONN, "or would not");
	m = (struct pdu_message){ .type = PDU_IF_ERROR, .iferror = -22 };
	send(fd[1], &m, sizeof(m), 0);
	is_int(session_send_logout(fd[0], &s), -EINVAL, "or did not understand");
	is_int(session_send_logout(fd[0], &s), -EAGAIN, "or said nothing");

	is_int(session_await_logout(fd[0], &s, sys_now() + 50000, &response), -ETIMEDOUT,
	       "no response in time");
	kernel_says(fd[1], PDU_RECEIVED, 8, 0, 0, 0x26, 1);
	kernel_says(fd[1], PDU_RECEIVED, 7, 0, 0, 0x20, 1);
	kernel_says(fd[1], PDU_CONN_ERROR, 8, 0, 1020, 0, 0);
	kernel_says(fd[1], PDU_RECEIVED, 7, 0, 0, 0x26, 2);
	is_int(session_await_logout(fd[0], &s, sys_now() + 5000000, &response), 0,
	       "the response, after another session's and another PDU");
	is_int(response, 2, "its code");
	kernel_says(fd[1], PDU_CONN_ERROR, 7, 0, 1020, 0, 0);
	is_int(session_await_logout(fd[0], &s, sys_now() + 5000000, &response), -ECONNRESET,
	       "the connection went first");
	close(fd[0]);
	close(fd[1]);
}

static void remove_tree(void)
{
	static struct spawn rm;
	const char *argv[] = { "rm", "-rf", root, NULL };

	if (!spawn_start(&rm, argv))
		spawn_await(&rm, SYS_FOREVER);
}

int main(void)
{
	snprintf(root, sizeof(root), "/tmp/iscsiroot-session-%06u", (unsigned)getpid() % 1000000);
	session_sysfs = root;
	make_tree();
	test_list();
	test_values();
	test_disks();
	test_events();
	test_absent();
	session_sysfs = root;
	test_logout();
	test_many();
	remove_tree();
	return done_testing();
}
