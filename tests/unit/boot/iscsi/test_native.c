// SPDX-License-Identifier: GPL-2.0-or-later
/* The boot as a client of a keeper: a script that takes its plan, and a process that plays the events. */
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "boot/iscsi/native.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_secret.h"
#include "runtime/timeline.h"
#include "tree.h"

#define SECRET "open sesame *'\"$"
#define NAME "iqn.2001-04.com.example:storage"

static struct plan plan;
static struct native l;
static char keeper_file[96], script[96], console[8192];
static pid_t pid;
static int line = -1;		/* our end of the connection to the process that plays the keeper */
static int saved = -1;

static void console_begin(void)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "%s/console", tree);
	saved = dup(STDERR_FILENO);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void console_end(void)
{
	char path[96];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/console", tree);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = sys_read(AT_FDCWD, path, console, sizeof(console));
	console[n > 0 ? n : 0] = '\0';
}

/* In the child: accepts one client that watches, and passes on to it what comes over @fd. */
static void play(int fd, int ready)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX, .sun_path = KEEPER_CONTROL };
	int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0), client;
	struct keeper_event ev;
	char request;

	if (chroot(tree) || chdir("/") || (unlink(KEEPER_CONTROL) && errno != ENOENT) ||
	    bind(listener, (struct sockaddr *)&sun, sizeof(sun)) || listen(listener, 4) || write(ready, "x", 1) != 1)
		_exit(1);
	client = accept(listener, NULL, NULL);
	if (recv(client, &request, 1, 0) != 1 || request != KEEPER_WATCH)
		_exit(2);
	while (recv(fd, &ev, sizeof(ev), 0) == sizeof(ev))
		if (send(client, &ev, sizeof(ev), 0) != sizeof(ev))
			_exit(3);
	_exit(0);
}

static void keeper_begin(void)
{
	int ends[2], ready[2];
	char text[32], byte;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) || pipe(ready))
		printf("# no sockets\n");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(ends[0]);
		play(ends[1], ready[1]);
	}
	close(ends[1]);
	close(ready[1]);
	line = ends[0];
	if (read(ready[0], &byte, 1) != 1)
		printf("# no keeper\n");
	close(ready[0]);
	snprintf(text, sizeof(text), "pid=%d\n", (int)pid);
	sys_write_atomic(keeper_file, 0644, text, strlen(text));
}

static void keeper_end(void)
{
	close(line);
	line = -1;
	waitpid(pid, NULL, 0);
}

static void tell(unsigned portal, enum keeper_event_state state, enum cause_id id, unsigned attempts)
{
	struct keeper_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.portal = portal;
	ev.state = state;
	ev.attempts = attempts;
	if (id)
		cause_set_plain(&ev.cause, "127.0.0.1:3260 " NAME, id);
	if (send(line, &ev, sizeof(ev), 0) != sizeof(ev))
		printf("# not told: %s\n", sys_error(errno));
}

/* Steps for so long, or until it does not go on. */
static enum progress run_for(unsigned ms)
{
	int64_t until = sys_now() + ms * INT64_C(1000);
	enum progress p;
	struct wait w;

	do {
		wait_begin(&w, until);
		p = native_step(&l, &w);
		if (p != GOES_ON)
			return p;
		wait_run(&w);
	} while (sys_now() < until);
	return p;
}

static bool watching(void)
{
	int64_t until = sys_now() + 20000000;

	while (l.watch < 0 && sys_now() < until)
		run_for(20);
	return l.watch >= 0;
}

static void set_plan(void)
{
	unsigned i;

	memset(&plan, 0, sizeof(plan));
	memset(&l, 0, sizeof(l));
	l.program = script;
	plan.native = true;
	out_text(plan.initiator, sizeof(plan.initiator), "iqn.1993-08.org.debian:01:guest");
	plan.n_targets = 1;
	out_text(plan.targets[0].name, sizeof(plan.targets[0].name), NAME);
	plan.targets[0].auth.method = AUTH_CHAP;
	out_text(plan.targets[0].auth.username, 8, "user");
	out_text(plan.targets[0].auth.password, 32, SECRET);
	out_text(plan.targets[0].auth.username_in, 8, "unused");
	for (i = 0; i < 2; i++)
		plan.targets[0].portals[i] = (struct plan_portal){
			.addr = { .family = 4, .b = { 127, 0, 0, 1 + i } }, .port = 3260, .group = 1 };
	plan.targets[0].n_portals = 2;
}

static void set_script(const char *body)
{
	char text[512];

	snprintf(text, sizeof(text), "#!/bin/sh\n[ \"$*\" = login ] || exit 3\n%s", body);
	sys_write_atomic(script, 0755, text, strlen(text));
}

static void test_plan_handed(void)
{
	static struct keeper_plan got;
	char path[96], body[256];
	int fd;

	snprintf(path, sizeof(path), "%s/plan", tree);
	snprintf(body, sizeof(body), "cd %s; umask 077; cat >plan; env >plan.env\n", tree);
	set_script(body);
	keeper_begin();
	native_init(&l, &plan);
	is_int(l.n_portals, 2, "two portals");
	ok(watching(), "the keeper is started, and watched");
	fd = open(path, O_RDONLY);
	ok(!keeper_secret_read(fd, &got) && got.n_portals == 2 && !strcmp(got.targets[0].password, SECRET) &&
	   !*got.targets[0].username_in, "it has got the plan, without what is not asked for");
	close(fd);
	ok(!strstr(tree_content("plan.env"), "sesame"), "no secret is in its environment");
}

static void test_events(void)
{
	is_int(native_untried(&l), 2, "nothing is known yet");
	console_begin();
	tell(0, KEEPER_WAITING, CAUSE_CONNECTION_REFUSED, 1);
	tell(0, KEEPER_WAITING, CAUSE_CONNECTION_REFUSED, 2);
	tell(1, KEEPER_CONNECTING, CAUSE_NONE, 1);
	run_for(200);
	console_end();
	ok(strstr(console, "iscsiroot: login: 127.0.0.1:3260 " NAME ": connection refused ("), "a cause is shown");
	ok(!strstr(strstr(console, "refused") + 8, "refused"), "once");
	ok(l.cause.id == CAUSE_CONNECTION_REFUSED && !native_untried(&l) && !native_up(&l), "both are tried");
	console_begin();
	tell(1, KEEPER_SCANNING, CAUSE_NONE, 0);
	run_for(200);
	ok(native_scanning(&l) && native_up(&l) == 1 && native_targets_up(&l) == 1, "one is logged in");
	tell(1, KEEPER_UP, CAUSE_NONE, 0);
	run_for(200);
	native_report_abandoned(&l);
	console_end();
	ok(!native_scanning(&l), "and scanned");
	ok(strstr(console, "login: 127.0.0.2:3260 " NAME ": logged in\n"), "that is shown");
	ok(!strstr(console, "not logged in yet"), "the other's cause was shown");
	tell(0, KEEPER_UP, CAUSE_NONE, 0);
	is_int(run_for(2000), READY, "both: that is all");
	ok(!l.cause.code, "nothing is wrong");
}

static void test_end_of_keeper(void)
{
	console_begin();
	keeper_end();
	run_for(100);
	console_end();
	ok(strstr(console, "login: keeper: not running, so nobody logs in: it has ended"), "a keeper that ends is told");
	keeper_begin();
	ok(watching(), "and started again");
	tell(0, KEEPER_WAITING, CAUSE_CHAP_SAME_SECRET, 1);
	console_begin();
	is_int(run_for(2000), FAILED, "what no retry can help");
	console_end();
	native_close(&l);
	ok(l.watch < 0 && !*l.handed.targets[0].password, "the secrets are wiped");
	keeper_end();
}

/* A portal that is given by its name: looked up, and given to the keeper that has the other already. */
static void test_name(void)
{
	static struct keeper_plan got;
	char path[96], body[256];
	int fd;

	set_plan();
	snprintf(path, sizeof(path), "%s/plan", tree);
	snprintf(body, sizeof(body), "cd %s; cat >plan; echo given >>given\n", tree);
	set_script(body);
	tree_put("getent", "#!/bin/sh\nexit 2\n");
	snprintf(body, sizeof(body), "%s/getent", tree);
	chmod(body, 0755);
	plan.targets[0].portals[1].addr.family = 0;
	out_text(plan.targets[0].portals[1].host, 16, "storage");
	keeper_begin();
	console_begin();
	native_init(&l, &plan);
	l.names.program = body;
	ok(l.n_portals == 1 && native_portals(&l) == 2, "a portal by its name is one of two");
	ok(watching() && run_for(1500) == GOES_ON, "the keeper gets the one that is known");
	tell(0, KEEPER_UP, CAUSE_NONE, 0);
	is_int(run_for(200), GOES_ON, "the other is waited for");
	tree_put("getent", "#!/bin/sh\necho '127.0.0.2       STREAM storage'\n");
	run_for(2000);
	console_end();
	ok(strstr(console, "login: storage:3260 " NAME ": host name not resolved"), "a name that is not found is told");
	fd = open(path, O_RDONLY);
	ok(!keeper_secret_read(fd, &got) && got.n_portals == 2 && got.portals[1].address.b[3] == 2,
	   "once it is found, the keeper gets both");
	close(fd);
	is_str(tree_content("given"), "given\ngiven\n", "a plan more");
	tell(1, KEEPER_UP, CAUSE_NONE, 0);
	is_int(run_for(2000), READY, "both are up");
	native_close(&l);
	keeper_end();
}

/* A second run, from the emergency shell. */
static void test_already(void)
{
	set_plan();
	set_script("cat >/dev/null\n");
	tree_put("sys/class/iscsi_session/session1/targetname", NAME "\n");
	tree_put("sys/class/iscsi_session/session1/state", "LOGGED_IN\n");
	tree_put("sys/class/iscsi_connection/connection1:0/persistent_address", "127.0.0.2\n");
	tree_put("sys/class/iscsi_connection/connection1:0/persistent_port", "3260\n");
	keeper_begin();
	console_begin();
	native_init(&l, &plan);
	watching();
	tell(0, KEEPER_UP, CAUSE_NONE, 0);
	tell(1, KEEPER_UP, CAUSE_NONE, 0);
	is_int(run_for(2000), READY, "a run again");
	console_end();
	ok(strstr(console, "login: 127.0.0.1:3260 " NAME ": logged in\n") &&
	   strstr(console, "login: 127.0.0.2:3260 " NAME ": logged in already\n"), "it says which session was there");
	native_close(&l);
	keeper_end();
}

static void test_no_keeper(void)
{
	set_plan();
	set_script("echo 'iscsiroot: keeper: out of order' >&2; exit 71\n");
	plan.targets[0].portals[1].addr.family = 0;
	out_text(plan.targets[0].portals[1].host, 16, "storage");
	console_begin();
	native_init(&l, &plan);
	l.names.program = "/nowhere/getent";
	run_for(300);
	native_report_abandoned(&l);
	console_end();
	ok(strstr(console, "login: storage:3260 " NAME ": host name not resolved"), "a name that cannot be looked up");
	ok(strstr(console, "login: keeper: not running, so nobody logs in: keeper: out of order (see dmesg)"),
	   "a keeper that does not start");
	ok(strstr(console, ": not logged in yet, the keeper goes on (the root is ready without it)"), "a portal without an answer");
	ok(l.cause.code && native_untried(&l) == 1, "the boot goes on waiting");
	native_close(&l);
}

int main(void)
{
	tree_begin("native");
	tree_put("sys/class/iscsi_transport/tcp/handle", "1\n");
	tree_put("sys/bus/scsi/drivers/sd/x", "");
	snprintf(keeper_file, sizeof(keeper_file), "%s/keeper", tree);
	snprintf(script, sizeof(script), "%s/script", tree);
	keeper_control_file = keeper_file;
	set_plan();
	test_plan_handed();
	test_events();
	test_end_of_keeper();
	test_name();
	test_already();
	test_no_keeper();
	tree_end();
	return done_testing();
}
