// SPDX-License-Identifier: GPL-2.0-or-later
/* A keeper and an iscsid in a /proc of the test's own. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "runtime/keeper_client.h"
#include "tap.h"

static char dir[64];
static int root;

static void put(const char *rel, const char *data, size_t len)
{
	char path[192], *p;

	snprintf(path, sizeof(path), "%s/%s", dir, rel);
	for (p = path + strlen(dir) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0755);
	}
	if (sys_write_atomic(path, 0644, data, len))
		printf("# cannot write %s\n", path);
}

static void test_none(void)
{
	struct keeper_client c;

	keeper_client_look(root, &c);
	ok(!c.named && !c.alive && !c.known && !c.iscsid, "no file, no process");
	put("proc/77/comm", "iscsid\n", 7);
	keeper_client_look(root, &c);
	ok(!c.named && c.iscsid == 77, "the system's own iscsid");
	put("run/iscsiroot/keeper", "pid=312\n", 8);
	keeper_client_look(root, &c);
	ok(c.named && !c.alive && c.iscsid == 77, "a keeper that has exited");
	put("proc/312/cmdline", "sh\0-c", 6);
	keeper_client_look(root, &c);
	ok(c.named && !c.alive, "another process has its number");
}

static void test_keeper(void)
{
	static const char status[] = "version=1\niscsid=345\nstarts=1\n\nsession=7\nerrors=2\n";
	struct keeper_client c;

	put("proc/312/cmdline", "@iscsiroot-keeper\0keep", 23);
	keeper_client_look(root, &c);
	ok(c.alive && c.pid == 312 && !c.known && !c.iscsid, "a keeper without a status");
	ok(!keeper_client_session(&c, 7), "nothing is known of a session");
	put("proc/312/root/status", status, sizeof(status) - 1);
	keeper_client_look(root, &c);
	ok(c.known && !c.iscsid, "its iscsid has exited");
	put("proc/345/cmdline", "@iscsid\0-f", 11);
	keeper_client_look(root, &c);
	ok(c.iscsid == 345 && c.status.starts == 1, "its iscsid runs");
	ok(keeper_client_session(&c, 7) && keeper_client_session(&c, 7)->errors == 2, "a session");
	ok(!keeper_client_session(&c, 8), "a session that it does not watch");
}

int main(void)
{
	char command[96];

	snprintf(dir, sizeof(dir), "/tmp/test_keeper_client.%u", (unsigned)getpid());
	mkdir(dir, 0700);
	root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	test_none();
	test_keeper();
	close(root);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	is_int(system(command), 0, "removed");
	return done_testing();
}
