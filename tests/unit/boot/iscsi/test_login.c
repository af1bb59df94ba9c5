// SPDX-License-Identifier: GPL-2.0-or-later
/* Logins against loopback ports, with shell scripts in iscsistart's place. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codes.h"
#include "boot/iscsi/login.h"
#include "kernel/sysfs.h"
#include "tap.h"

#define NAME "iqn.2001-04.com.example:storage.lun1"
#define SECRET "open sesame *'\"$"

static char dir[64], sysfs[96], script[96], console[96], params[96];
static const char *keeper_program = "true";
static struct plan plan;
static struct login l;

static const char *in_dir(const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static const char *read_file(const char *path)
{
	static char text[8192];

	if (sys_read(AT_FDCWD, path, text, sizeof(text)) < 0)
		text[0] = '\0';
	return text;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int err = sys_write_atomic(path, mode, text, strlen(text));

	if (err)
		printf("# %s: error %d\n", path, -err);
}

/* @body: of a shell script that is called as iscsistart is. */
static void fake(const char *body)
{
	char text[2048];

	snprintf(text, sizeof(text), "#!/bin/sh\ncd %s || exit 1\n%s", dir, body);
	write_file(script, text, 0755);
}

/* A port of 127.0.0.1: one that listens, or one that refuses. */
static int open_port(bool listens, uint16_t *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	in.sin_addr.s_addr = htonl(0x7f000001);
	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) || (listens && listen(fd, 64)) ||
	    getsockname(fd, (struct sockaddr *)&in, &len))
		printf("# no port: error %d\n", errno);
	*port = ntohs(in.sin_port);
	return fd;
}

static void set_portal(unsigned i, uint16_t port)
{
	plan.targets[0].portals[i] = (struct plan_portal){
		.addr = { .family = 4, .b = { 127, 0, 0, 1 } }, .port = port, .group = 1 };
	plan.targets[0].n_portals = i + 1;
}

static void set_plan(uint16_t port)
{
	memset(&plan, 0, sizeof(plan));
	strncpy(plan.initiator, "iqn.1993-08.org.debian:01:guest", INAME_MAX);
	strncpy(plan.targets[0].name, NAME, INAME_MAX);
	plan.n_targets = 1;
	set_portal(0, port);
}

/* What the console gets goes into a file until restore_console(). */
static int divert_console(void)
{
	int saved = dup(STDERR_FILENO);
	int fd = open(console, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);

	dup2(fd, STDERR_FILENO);
	close(fd);
	return saved;
}

static void restore_console(int saved)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
}

/* Long enough for a machine that is paused for some seconds. */
#define LIMIT_US 30000000

static int64_t deadline;
static int64_t longest;		/* longest pause between two attempts of the first portal */
static bool young;		/* its iscsistart is kept from growing older */

static void look_at_pause(int64_t *retry_at)
{
	int64_t pause = l.portals[0].retry_at - sys_now();

	if (l.portals[0].state != PORTAL_BACKOFF || l.portals[0].retry_at == *retry_at)
		return;
	*retry_at = l.portals[0].retry_at;
	if (pause > longest)
		longest = pause;
}

/* Run until @done (NULL: until it is READY), or it is FAILED, or the limit. */
static enum progress run_until(bool (*done)(void))
{
	int64_t limit = sys_now() + LIMIT_US, retry_at = 0;
	enum progress p;

	longest = 0;
	for (;;) {
		static struct wait w;

		if (young && l.portals[0].state == PORTAL_LOGIN)
			l.portals[0].began = sys_now();
		wait_begin(&w, limit);
		p = login_step(&l, &w);
		look_at_pause(&retry_at);
		if (p == FAILED || (done ? done() : p == READY) || sys_now() >= limit)
			return p;
		wait_run(&w);
	}
}

static enum progress start(bool (*done)(void))
{
	int saved = divert_console();
	enum progress p;

	memset(&l, 0, sizeof(l));
	l.iscsistart = script;
	l.keeper.program = keeper_program;
	l.keeper.params_file = params;
	deadline = sys_now() + 100000000;
	timeline_deadline(deadline);
	login_init(&l, &plan);
	p = run_until(done);
	restore_console(saved);
	return p;
}

static unsigned refusals;	/* failed logins to run through */

static bool has_failed(void)
{
	return l.portals[0].refusals >= refusals;
}

static enum progress start_failing(unsigned n)
{
	refusals = n;
	return start(has_failed);
}

static enum progress run_failing(unsigned n)
{
	refusals = l.portals[0].refusals + n;
	return run_until(has_failed);
}

static int count(const char *text, const char *part)
{
	int n = 0;

	while ((text = strstr(text, part))) {
		n++;
		text += strlen(part);
	}
	return n;
}

static void test_missing(void)
{
	set_plan(1);
	sysfs_root = "/nonexistent";
	is_int(start(NULL), FAILED, "a missing module is the end");
	is_int(l.cause.code, CODE_SYSTEM, "with its exit code");
	is_str(read_file(console), "iscsiroot: login: iscsi_tcp: kernel module not in this image or "
	       "not for this kernel (run update-initramfs -u)\n", "and its name");
	sysfs_root = sysfs;
	unlink(script);
	is_int(start(NULL), FAILED, "a missing iscsistart is the end");
	ok(strstr(read_file(console), "program not in this image (install open-iscsi, then "
		  "run update-initramfs -u)\n"), "and it is reported");
}

static bool three_tries(void)
{
	return l.portals[0].tries >= 3;
}

static void test_refused(void)
{
	uint16_t port;
	int fd = open_port(false, &port);
	const char *shown;
	char want[128];
	int64_t began;
	int saved;

	set_plan(port);
	fake("touch started\n");
	began = sys_now();
	is_int(start(three_tries), GOES_ON, "a refused connection is tried again");
	ok(l.portals[0].tries >= 3 && longest <= 500000, "several times in a second (%u us)",
	   (unsigned)longest);
	is_int(l.cause.code, CODE_UNAVAILABLE, "exit code of a refused connection");
	shown = read_file(console);
	is_int(count(shown, "\n"), 1, "the same cause is reported once");
	snprintf(want, sizeof(want), "iscsiroot: login: 127.0.0.1:%u " NAME ": ", port);
	ok(strstr(shown, want), "with portal and target");
	snprintf(want, sizeof(want), ": connection refused (check that the target listens on this port)"
		 ", retrying, %u s left\n", (unsigned)((deadline - timeline_shown_at()) / 1000000));
	ok(strstr(shown, want) && timeline_shown_at() >= began && timeline_shown_at() <= sys_now(),
	   "what happened, what to do, and the time left");
	ok(access(in_dir("started"), F_OK), "without an iscsistart");
	/* now the target comes */
	fake("echo 'iscsistart: Connection1:0 to [target] is operational now'\n");
	saved = divert_console();
	ok(!listen(fd, 8) && run_until(NULL) == READY && longest <= 1000000,
	   "when the target comes, it is logged in to");
	restore_console(saved);
	is_int(login_up(&l), 1, "one portal is logged in");
	is_int(l.cause.code, 0, "and the cause is gone");
	login_close(&l);
	close(fd);
}

static const char *const argv_want =
	"-i\niqn.1993-08.org.debian:01:guest\n-t\n" NAME "\n-a\n127.0.0.1\n-p\nPORT\n-g\n1\n"
	"--param\nnode.session.auth.authmethod=CHAP\n-u\nuser\n-w\n" SECRET "\n"
	"--param\nnode.session.initial_login_retry_max=0\n"
	"--param\nnode.conn[0].timeo.login_timeout=10\n"
	"--param\nnode.conn[0].timeo.noop_out_interval=5\n"
	"--param\nnode.conn[0].timeo.noop_out_timeout=15\n"
	"--param\nnode.session.timeo.replacement_timeout=-1\n";

static void test_login(uint16_t port)
{
	char want[1024], *at;
	int64_t began;

	set_plan(port);
	plan.targets[0].auth.method = AUTH_CHAP;
	strncpy(plan.targets[0].auth.username, "user", CHAP_MAX);
	strncpy(plan.targets[0].auth.password, SECRET, CHAP_MAX);
	/* sleeps as iscsistart does, but longer, and wakes of a signal as it does */
	fake("for a; do printf '%s\\n' \"$a\"; done >argv\n"
	     "trap 'echo iscsistart: pid caught signal -2' INT\n"
	     "echo 'iscsistart: version 2.1.8' >&2\nsleep 600 & wait\n"
	     "echo 'iscsistart: Connection1:0 to [target] is operational now'\n"
	     "trap '' INT; kill $! && touch cut; while [ ! -e go ]; do sleep 0.05; done\n"
	     "sleep 0.5; touch done\n");
	unlink(in_dir("done"));
	young = true;
	is_int(start(NULL), READY, "logged in");
	young = false;
	ok(l.portals[0].woken, "its sleep was cut short");
	at = strstr(argv_want, "PORT") - argv_want + want;
	snprintf(want, sizeof(want), "%s", argv_want);
	snprintf(at, sizeof(want) - (at - want), "%u%s", port, strstr(argv_want, "PORT") + 4);
	is_str(read_file(in_dir("argv")), want, "iscsistart's arguments");
	ok(strstr(read_file(console), ": logged in\n"), "it is reported");
	ok(!strstr(read_file(console), "sesame"), "without the secret");
	ok(access(in_dir("done"), F_OK) && l.portals[0].iscsistart.pid, "iscsistart's rest goes on");
	write_file(in_dir("go"), "", 0644);
	began = sys_now();
	login_close(&l);
	ok(!access(in_dir("cut"), F_OK), "with nothing left of its sleep");
	/* or as long as it may take */
	ok((!access(in_dir("done"), F_OK) || sys_now() - began >= 3000000) && !l.portals[0].iscsistart.pid,
	   "the end waits for it");
}

static void test_killed_by_wake(uint16_t port)
{
	set_plan(port);
	unlink(in_dir("again"));
	fake("echo 'iscsistart: version 9'\n[ -e again ] || { touch again; exec sleep 600; }\n"
	     "echo 'iscsistart: Connection1:0 to [target] is operational now'\n");
	young = true;
	is_int(start(NULL), READY, "an iscsistart that dies of the signal is started again");
	young = false;
	ok(l.no_wake, "and gets no SIGINT any more");
	login_close(&l);
}

static void test_refusal(uint16_t port)
{
	int saved;

	set_plan(port);
	plan.targets[0].auth.method = AUTH_CHAP;
	strncpy(plan.targets[0].auth.password, SECRET, CHAP_MAX);
	fake("echo \"iscsistart: session 4 login rejected: Initiator failed authentication with "
	     "target\"\necho x >>runs\nexit 1\n");
	unlink(in_dir("runs"));
	is_int(start_failing(2), GOES_ON, "a refused login is tried again");
	ok(count(read_file(in_dir("runs")), "x") == 2 && longest <= 650000, "more than once in a second");
	is_int(l.cause.code, CODE_AUTH, "exit code of a refused authentication");
	is_int(count(read_file(console), "\n"), 1, "reported once");
	ok(strstr(read_file(console), ": authentication failed, status 02/01 (check ISCSI_USERNAME "
		  "and ISCSI_PASSWORD), retrying, "), "with what to do");
	fake("echo x >>broke\necho 'iscsistart: Login I/O error, failed to receive a PDU'\nexit 1\n");
	saved = divert_console();
	is_int(run_failing(1), GOES_ON, "a connection that breaks after that");
	restore_console(saved);
	is_int(l.cause.code, CODE_AUTH, "is no news");
	is_str(read_file(in_dir("broke")), "x\n", "it was tried");
	is_str(read_file(console), "", "and is not reported");
	fake("echo \"iscsistart: connection1:0 login rejected: target error (03/01)\"\nexit 1\n");
	saved = divert_console();
	is_int(run_failing(1), GOES_ON, "another cause");
	restore_console(saved);
	ok(strstr(read_file(console), "status 03/01: service unavailable"), "is reported at once");
	login_close(&l);
}

static bool has_begun(void)
{
	return l.portals[0].state == PORTAL_LOGIN;
}

static void test_lost(uint16_t port)
{
	set_plan(port);
	fake("echo x >>runs\necho 'iscsistart: Kernel reported iSCSI connection 1:0 error (1020 - "
	     "ISCSI_ERR_TCP_CONN_CLOSE: TCP connection closed) state (2)'\nexec sleep 600\n");
	unlink(in_dir("runs"));
	is_int(start_failing(2), GOES_ON, "a connection that broke in the login");
	ok(count(read_file(in_dir("runs")), "x") == 2 && l.portals[0].refusals == 2, "is not waited for");
	ok(strstr(read_file(console), "closed during the login"), "and reported");
	login_close(&l);
	fake("exec sleep 600\n");
	start(has_begun);
	ok(l.portals[0].iscsistart.pid, "a login in progress");
	ok(strstr(l.cause.text, "no login response yet") &&
	   l.cause.code == CODE_UNAVAILABLE, "is the cause, should the time be up");
	login_close(&l);
	ok(!l.portals[0].iscsistart.pid, "and is ended");
}

static void test_never(uint16_t port)
{
	set_plan(port);
	fake("echo 'iscsistart: Unknown parameter x.y.'\nexit 1\n");
	is_int(start(NULL), FAILED, "a parameter that is not taken is the end");
	is_int(l.cause.code, CODE_CONFIG, "with its exit code");
	ok(strstr(read_file(console), ": ISCSI_PARAM x.y: not accepted by iscsistart (correct or "
		  "remove it)\n"), "and no word of retrying");
	login_close(&l);
	fake("exit 1\n");
	start_failing(1);
	ok(strstr(read_file(console), ": iscsistart failed without a message (see dmesg and "
		  "the target's log), retrying"),
	   "an end without a word");
	login_close(&l);
}

static bool is_down(void)
{
	return l.portals[0].state != PORTAL_UP;
}

static void test_ended(uint16_t port)
{
	int saved;

	set_plan(port);
	fake("echo 'iscsistart: Connection1:0 to [target] is operational now'\n"
	     "while [ ! -e end ]; do sleep 0.05; done\nexit 1\n");
	is_int(start(NULL), READY, "logged in, by its message");
	ok(l.portals[0].iscsistart.pid, "it goes on for a moment");
	saved = divert_console();
	write_file(in_dir("end"), "", 0644);
	run_until(is_down);
	restore_console(saved);
	is_int(login_up(&l), 0, "but ends with an error and no session is there");
	ok(strstr(read_file(console), ": session ended right after the login (see dmesg and "
		  "the target's log), retrying"), "that is reported");
	login_close(&l);
	fake("while [ -e end ]; do sleep 0.05; done\n"
	     "echo 'iscsistart: Connection1:0 to [target] is operational now'\nexit 1\n");
	start(has_begun);
	unlink(in_dir("end"));
	is_int(poll(&(struct pollfd){ .fd = l.portals[0].iscsistart.pidfd, .events = POLLIN }, 1, LIMIT_US / 1000),
	       1, "another one ends");
	saved = divert_console();
	run_failing(1);
	restore_console(saved);
	is_int(login_up(&l), 0, "before its word is read: not logged in");
	ok(strstr(read_file(console), ": session ended right after the login (see dmesg and "
		  "the target's log), retrying"), "that is reported as well");
	login_close(&l);
}

static bool has_stepped(void)
{
	return true;
}

static bool one_is_up(void)
{
	return login_up(&l) == 1 && l.portals[0].cause.code;
}

static void test_two_portals(uint16_t port)
{
	uint16_t dead;
	int fd = open_port(false, &dead);
	int saved;

	set_plan(dead);
	set_portal(1, port);
	write_file(in_dir("end"), "", 0644);
	fake("while [ -e end ]; do sleep 0.05; done\n"
	     "echo 'iscsistart: Connection1:0 to [target] is operational now'\n");
	start(has_stepped);
	ok(l.portals[0].state != PORTAL_IDLE && l.portals[1].state != PORTAL_IDLE, "two portals, both begun at once");
	ok(login_untried(&l) && login_untried(&l) <= 2, "what is under way has no answer yet");
	unlink(in_dir("end"));
	saved = divert_console();
	is_int(run_until(one_is_up), GOES_ON, "one of them is dead");
	restore_console(saved);
	is_int(login_untried(&l), 0, "a session and a failure: both have answered");
	is_int(login_up(&l), 1, "the other is up");
	is_int(l.cause.code, CODE_UNAVAILABLE, "the dead portal's cause stays");
	login_close(&l);
	close(fd);
}

static void put_session(const char *state, unsigned port)
{
	char path[256], text[16];
	static const char *const dirs[] = { "", "/class", "/class/iscsi_session",
		"/class/iscsi_session/session3", "/class/iscsi_connection",
		"/class/iscsi_connection/connection3:0" };
	unsigned i;

	for (i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		snprintf(path, sizeof(path), "%s%s", sysfs, dirs[i]);
		mkdir(path, 0755);
	}
	snprintf(path, sizeof(path), "%s%s/state", sysfs, dirs[3]);
	write_file(path, state, 0644);
	snprintf(path, sizeof(path), "%s%s/targetname", sysfs, dirs[3]);
	write_file(path, NAME "\n", 0644);
	snprintf(path, sizeof(path), "%s%s/persistent_address", sysfs, dirs[5]);
	write_file(path, "127.0.0.1\n", 0644);
	snprintf(path, sizeof(path), "%s%s/persistent_port", sysfs, dirs[5]);
	snprintf(text, sizeof(text), "%u\n", port);
	write_file(path, text, 0644);
}

static void remove_session(void)
{
	static const char *const files[] = { "/class/iscsi_session/session3/state",
		"/class/iscsi_session/session3/targetname",
		"/class/iscsi_connection/connection3:0/persistent_address",
		"/class/iscsi_connection/connection3:0/persistent_port",
		"/class/iscsi_connection/connection3:0", "/class/iscsi_session/session3" };
	char path[256];
	unsigned i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s%s", sysfs, files[i]);
		remove(path);
	}
}

/* Another portal's session was enough; this one is logged in, but its message is not read yet. */
static void test_close_late(uint16_t port)
{
	set_plan(port);
	unlink(in_dir("end"));
	fake("while [ ! -e end ]; do sleep 0.05; done\nsleep 0.2\ntouch scanned\n");
	start(has_begun);
	put_session("LOGGED_IN\n", port);
	write_file(in_dir("end"), "", 0644);
	login_close(&l);
	ok(!access(in_dir("scanned"), F_OK), "a session that has just come: its scan is let through");
	remove_session();
	unlink(in_dir("end"));
}

static void test_exists(uint16_t port)
{
	set_plan(port);
	fake("touch started\necho 'iscsistart: initiator reported error (15 - session exists)'\n"
	     "exit 1\n");
	unlink(in_dir("started"));
	put_session("LOGGED_IN\n", port);
	is_int(start(NULL), READY, "a session that is there is taken");
	ok(access(in_dir("started"), F_OK), "without another login");
	ok(strstr(read_file(console), ": logged in already\n"), "and it is reported");
	login_close(&l);
	put_session("LOGGED_IN\n", port + 1);
	is_int(start_failing(1), GOES_ON, "a session through another portal is not this one");
	ok(!access(in_dir("started"), F_OK), "so a login was tried");
	login_close(&l);
	put_session("FREE\n", port);
	is_int(start_failing(1), GOES_ON, "a dead session does not count");
	login_close(&l);
	remove_session();
}

static bool is_restored(void)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/asked", dir);
	if (l.portals[0].cause.id == CAUSE_SESSION_RESTORED && !access(path, F_OK))
		put_session("LOGGED_IN\n", l.portals[0].portal->port);
	return login_up(&l);
}

/* An earlier run had logged in; volumes may be open on its disks. */
static void test_lost_before(uint16_t port)
{
	char path[256], keeper[96], want[256];
	int saved;

	set_plan(port);
	fake("touch started\nexit 1\n");
	unlink(in_dir("started"));
	put_session("FAILED\n", port);
	snprintf(path, sizeof(path), "%s/class/iscsi_session/session3/device", sysfs);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/class/iscsi_session/session3/device/target2:0:0", sysfs);
	mkdir(path, 0755);
	snprintf(keeper, sizeof(keeper), "%s/keeper", dir);
	snprintf(want, sizeof(want), "#!/bin/sh\n[ \"$*\" = start ] && touch %s/asked\n", dir);
	write_file(keeper, want, 0755);
	keeper_program = keeper;
	is_int(start(is_restored), READY, "a session that was lost is waited for");
	keeper_program = "true";
	ok(access(in_dir("started"), F_OK), "without another login");
	snprintf(want, sizeof(want), "iscsiroot: login: 127.0.0.1:%u " NAME ": session lost, being restored by the "
		 "keeper (check target and network), retrying, ", port);
	ok(count(read_file(console), want) == 1 && count(read_file(console), "session lost") == 1,
	   "which is reported once");
	ok(strstr(read_file(console), ": logged in already\n"), "then it is there");
	login_close(&l);

	put_session("FAILED\n", port);
	keeper_program = "false";
	is_int(start_failing(1), GOES_ON, "no keeper can be started:");
	keeper_program = "true";
	ok(!access(in_dir("started"), F_OK), "a new login");
	saved = divert_console();
	login_close(&l);
	restore_console(saved);
	remove(path);
	*strrchr(path, '/') = '\0';
	remove(path);
	remove_session();
}

/* The plan has an entry for each LUN. */
static void test_same_target(uint16_t port)
{
	uint16_t other;
	int fd = open_port(false, &other);

	set_plan(port);
	plan.targets[1] = plan.targets[0];
	plan.targets[1].lun[0] = 2;
	plan.n_targets = 2;
	fake("echo x >>runs\necho 'iscsistart: Connection1:0 to [target] is operational now'\n");
	unlink(in_dir("runs"));
	is_int(start(NULL), READY, "two LUNs of one target");
	is_int(l.n_portals, 1, "are one login");
	login_close(&l);
	is_str(read_file(in_dir("runs")), "x\n", "once");
	plan.targets[1].portals[0].port = other;
	memset(&l, 0, sizeof(l));
	login_init(&l, &plan);
	is_int(l.n_portals, 2, "another portal is another one");
	plan.targets[1].portals[0].port = port;
	strcat(plan.targets[1].name, "x");
	memset(&l, 0, sizeof(l));
	login_init(&l, &plan);
	is_int(l.n_portals, 2, "so is another target");
	close(fd);
}

static void set_up(void)
{
	static const char *const dirs[] = { "", "/class", "/class/iscsi_transport",
		"/class/iscsi_transport/tcp", "/bus", "/bus/scsi", "/bus/scsi/drivers",
		"/bus/scsi/drivers/sd" };
	char path[256];
	unsigned i;

	snprintf(dir, sizeof(dir), "/tmp/iscsiroot-login-%u", (unsigned)getpid());
	snprintf(sysfs, sizeof(sysfs), "%s/sys", dir);
	snprintf(script, sizeof(script), "%s/iscsistart", dir);
	snprintf(console, sizeof(console), "%s/console", dir);
	snprintf(params, sizeof(params), "%s/params", dir);
	mkdir(dir, 0700);
	for (i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		snprintf(path, sizeof(path), "%s%s", sysfs, dirs[i]);
		mkdir(path, 0755);
	}
}

static void clean_up(void)
{
	static struct spawn rm;
	static struct wait w;
	const char *argv[] = { "rm", "-rf", dir, NULL };

	if (spawn_start(&rm, argv))
		return;
	for (wait_begin(&w, SYS_FOREVER); !spawn_step(&rm, &w); wait_begin(&w, SYS_FOREVER))
		wait_run(&w);
}

int main(void)
{
	uint16_t port;
	int fd;

	set_up();
	test_missing();
	test_refused();
	fd = open_port(true, &port);
	test_login(port);
	test_killed_by_wake(port);
	test_refusal(port);
	test_lost(port);
	test_never(port);
	test_ended(port);
	test_two_portals(port);
	test_close_late(port);
	test_exists(port);
	test_lost_before(port);
	test_same_target(port);
	close(fd);
	clean_up();
	return done_testing();
}
