// SPDX-License-Identifier: GPL-2.0-or-later
/* When an iscsid is restarted that makes no progress: a sysfs of files, and portals on the loopback. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "keeper/watch.h"
#include "tree.h"

#define AGO(s) (sys_now() - (s) * INT64_C(1000000))

static struct sessions sessions;
static struct watch watch = WATCH_INIT;
static int kmsg;

static void set_session(unsigned sid, const char *state, const char *address, unsigned port)
{
	char path[96], text[32];

	snprintf(path, sizeof(path), "sys/class/iscsi_session/session%u/state", sid);
	tree_put(path, state);
	snprintf(path, sizeof(path), "sys/class/iscsi_connection/connection%u:0/persistent_address", sid);
	tree_put(path, address);
	snprintf(path, sizeof(path), "sys/class/iscsi_connection/connection%u:0/persistent_port", sid);
	snprintf(text, sizeof(text), "%u\n", port);
	tree_put(path, text);
	snprintf(path, sizeof(path), "sys/block/sd%c", 'a' + (int)sid);
	tree_unlink(path);
	snprintf(text, sizeof(text), "../session%u/x", sid);
	tree_link(path, text);
}

/* Its progress was @s seconds ago. */
static void age(unsigned sid, int s)
{
	unsigned i;

	for (i = 0; i < sessions.n; i++)
		if (sessions.list[i].sid == sid)
			sessions.list[i].progress = AGO(s);
}

/* Everything that is due, until it waits for the next look. Return: is iscsid to be restarted? */
static bool run(void)
{
	static struct wait w;
	bool restart;

	watch.look_at = 0;
	for (;;) {
		restart = watch_step(&watch, &sessions);
		if (restart || watch.fd < 0)
			return restart;
		wait_begin(&w, SYS_FOREVER);
		watch_wait(&watch, &w);
		wait_run(&w);
	}
}

static const char *logged_lines(void)
{
	static char text[1024];
	ssize_t n = read(kmsg, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* Return: the port. */
static unsigned listen_at(int *fd)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);

	in.sin_addr.s_addr = htonl(0x7f000001);
	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(*fd, (struct sockaddr *)&in, len) || listen(*fd, 8) ||
	    getsockname(*fd, (struct sockaddr *)&in, &len))
		printf("# no port\n");
	return ntohs(in.sin_port);
}

static void test_one(void)
{
	unsigned port;
	int fd;

	port = listen_at(&fd);
	set_session(1, "LOGGED_IN\n", "127.0.0.1\n", port);
	ok(!run() && sessions.n == 1 && !sessions.iscsid_wanted, "it is logged in");
	set_session(1, "FAILED\n", "127.0.0.1\n", port);
	ok(!run() && sessions.iscsid_wanted, "it is down, and no event reported that: iscsid is needed");
	age(1, 60);
	ok(!run(), "iscsid does not run yet");
	sessions.iscsid = 345;
	age(1, 9);
	ok(!run(), "down for nine seconds");
	is_str(logged_lines(), "", "nothing is logged");
	age(1, 10);
	ok(run(), "ten seconds, and its portal answers: iscsid is restarted");
	is_str(logged_lines(), "<4>iscsiroot: keeper: session 1: down though its portal answers, restarting iscsid\n",
	       "which is logged");
	ok(watch.pause == 10000000 && !run(), "not again for ten seconds");
	watch.restart_at = 0;
	ok(run() && watch.pause == 20000000, "then for twenty");
	watch.restart_at = 0;
	watch.pause = 50000000;
	ok(run() && watch.pause == 60000000, "for a minute at most");
	set_session(1, "LOGGED_IN\n", "127.0.0.1\n", port);
	ok(!run() && !watch.pause && !watch.restart_at, "it is logged in: no pause any more");
	logged_lines();

	close(fd);
	set_session(1, "FAILED\n", "127.0.0.1\n", port);
	run();
	age(1, 60);
	ok(!run() && !*logged_lines(), "its portal refuses the connection: nothing to be had by a restart");
	set_session(1, "FAILED\n", "target.example\n", port);
	memset(&sessions.list[0].portal, 0, sizeof(sessions.list[0].portal));
	ok(run(), "a host name: it may be there");
	logged_lines();
}

static void test_shared(void)
{
	unsigned port, dead;
	int fd;

	port = listen_at(&fd);
	dead = listen_at(&fd);
	close(fd);
	memset(&sessions, 0, sizeof(sessions));
	sessions.iscsid = 345;
	watch = (struct watch)WATCH_INIT;
	set_session(1, "FAILED\n", "127.0.0.1\n", dead);
	set_session(2, "FAILED\n", "127.0.0.1\n", port);
	set_session(3, "LOGGED_IN\n", "127.0.0.1\n", port);
	run();
	age(1, 60);
	age(2, 60);
	ok(!run() || !watch.pause, "the first one's portal is dead");
	ok(run() || run(), "which does not hide the second");
	watch.restart_at = 0;
	watch.pause = 50000000;
	ok(run() || run(), "once more");
	ok(watch.pause == 100000000, "where another session is logged in, the pause grows beyond a minute");
	set_session(2, "LOGGED_IN\n", "127.0.0.1\n", port);
	watch.restart_at = 0;
	ok(!run(), "it has logged in");
}

int main(void)
{
	char fifo[96];

	tree_begin("watch");
	snprintf(fifo, sizeof(fifo), "%s/kmsg", tree);
	mkfifo(fifo, 0600);
	kmsg = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	kmsg_file = fifo;
	test_one();
	test_shared();
	tree_end();
	return done_testing();
}
