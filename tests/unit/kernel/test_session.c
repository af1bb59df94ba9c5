// SPDX-License-Identifier: GPL-2.0-or-later
/* A sysfs of files. Its shape and values were taken from a guest with Linux 6.1. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/spawn.h"
#include "base/sys.h"
#include "kernel/session.h"
#include "kernel/sysfs.h"
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
#define LOST "devices/platform/host13/session8/iscsi_session/session8"

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
	ok(s->logged_in && !s->first_login, "state LOGGED_IN");
	s = by_sid(list, n, 8);
	ok(s->sid == 8 && !s->logged_in && s->first_login, "a half-made session is listed as not logged in");
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

static void test_local(void)
{
	struct session s = { .host = 12 };
	struct addr local = { 0 };

	ok(!session_local(&s, &local) && !local.family, "a host that shows no address");
	put("class/iscsi_host/host12", "ipaddress", "192.0.2.7\n");
	ok(session_local(&s, &local) && local.family == 4 && local.b[3] == 7, "our end of the connection");
}

static void test_facts(void)
{
	struct session_facts f;

	put(HOST "/iscsi_session/session7", "state", "FAILED\n");
	put(HOST "/iscsi_session/session7", "creator", "-1\n");
	put(HOST "/iscsi_session/session7", "recovery_tmo", "120\n");
	put(HOST "/connection7:0/iscsi_connection/connection7:0", "exp_statsn", "4294967295\n");
	session_facts(7, 0, &f);
	ok(f.state == SESSION_FAILED && f.connected && f.creator == -1 && f.recovery_tmo == 120 &&
	   f.exp_statsn == UINT32_MAX, "facts of a session");
	is_int(session_set_recovery(7, RECOVERY_NEVER), 0, "recovery_tmo is set");
	put(HOST "/iscsi_session/session7", "state", "LOGGED_IN\n");
	put(HOST "/iscsi_session/session7", "creator", "4100\n");
	session_facts(7, 1, &f);
	ok(f.state == SESSION_LOGGED_IN && !f.connected && f.creator == 4100 && f.recovery_tmo == 2147483 &&
	   !f.exp_statsn, "without that connection");
	put(HOST "/iscsi_session/session7", "recovery_tmo", "off\n");
	put(HOST "/iscsi_session/session7", "state", "FREE\n");
	session_facts(7, 0, &f);
	ok(f.state == SESSION_FREE && f.recovery_tmo == -1, "off");
	session_facts(9, 0, &f);
	ok(f.state == SESSION_GONE && !f.connected, "one that is gone");
	is_int(session_set_recovery(9, 5), -ENOENT, "has no attribute");
}

static void test_absent(void)
{
	static struct session list[1];

	sysfs_root = "/nonexistent";
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

static void test_was_up(void)
{
	struct session s = { .sid = 7 };

	ok(session_was_up(&s), "a session with a disk was logged in");
	s.sid = 8;
	ok(!session_was_up(&s), "one that was never logged in");
	put(LOST "/device/connection8:0", "uevent", "");
	ok(!session_was_up(&s), "nor was it by its connection alone");
	put(LOST "/device/target13:0:0", "uevent", "");
	ok(session_was_up(&s), "a SCSI target, without a disk (yet)");
	s.sid = 9;
	ok(!session_was_up(&s), "one that is gone");
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
	sysfs_root = root;
	make_tree();
	test_list();
	test_values();
	test_disks();
	test_was_up();
	test_absent();
	sysfs_root = root;
	test_local();
	test_facts();
	test_many();
	remove_tree();
	return done_testing();
}
