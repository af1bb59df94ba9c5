// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole keeper, in a root of its own: a tree for sysfs, a socket for the kernel's events, a FIFO for
 * its log, and one for the commands to its iscsid, which is this program again. Wants root.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "base/scan.h"
#include "base/sys.h"
#include "iscsi/iscsi_if.h"
#include "keeper/keeper.h"
#include "keeper/sandbox.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_status.h"
#include "tap.h"

#define SOON (sys_now() + 30000000)
#define K "iscsiroot: keeper: "
#define REJECTED "connection1:0 login rejected: "
#define RESTORED(sid) "session " #sid ": connection restored after "
#define AGAIN "connection1:0 is operational after recovery (1 attempts)"

static char dir[64], file[96];
static int events[2], kmsg, commands;	/* our ends */
static pid_t pid;

/* A path in the keeper's root. */
static const char *at(const char *rel)
{
	static char path[4][256];
	static unsigned i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s%s", dir, rel);
	return path[i];
}

static void put(const char *path, const char *text)
{
	int err = sys_write_atomic(path, 0644, text, strlen(text));

	if (err)
		printf("# %s: error %d\n", path, -err);
}

static void point(const char *path, const char *to)
{
	unlink(path);
	if (symlink(to, path))
		printf("# %s: error %d\n", path, errno);
}

static const char *content(const char *path)
{
	static char text[4096];
	ssize_t n = sys_read(AT_FDCWD, path, text, sizeof(text));

	return n < 0 ? "(none)" : text;
}

static void pass(int ms)
{
	int64_t until = sys_now() + ms * INT64_C(1000);
	struct wait w;

	do {
		wait_begin(&w, until);
		wait_run(&w);
	} while (sys_now() < until);
}

/* iscsid: writes how it was started to /born, then executes the commands of /say line by line. */
static int be_iscsid(char **argv)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd, to = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), say, others = 0;
	char line[1024], c;
	size_t n = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (fd = 3; fd < 64; fd++)
		others += fd != to && fcntl(fd, F_GETFD) >= 0;
	say = open("/say", O_RDONLY | O_CLOEXEC);
	out_text(sun.sun_path, sizeof(sun.sun_path), "%s", getenv("NOTIFY_SOCKET"));
	out_text(line, sizeof(line), "%s PATH=%s %s group=%s others=%d", argv[1], getenv("PATH"),
		 getenv("LD_PRELOAD") ? "preload" : "plain", getpgrp() == getpid() ? "own" : "shared", others);
	sys_write_atomic("/born", 0644, line, strlen(line));
	if (!access("/auto", F_OK))
		sendto(to, "READY=1", 7, 0, (struct sockaddr *)&sun, sizeof(sun));
	while (read(say, &c, 1) == 1) {
		line[n++] = c;
		if (c != '\n')
			continue;
		if (!strncmp(line, "ready", 5))
			sendto(to, "STATUS=x\nREADY=1\n", 17, 0, (struct sockaddr *)&sun,
			       sizeof(sun));
		else if (!strncmp(line, "die ", 4))
			_exit(line[4] - '0');
		else
			sys_write_all(1, line, n);
		n = 0;
	}
	return 1;
}

static int listen_here(void)
{
	return events[1];
}

static int listen_not(void)
{
	return -EPERM;
}

/* Instead of the request to the kernel. */
static int stop_here(unsigned sid, unsigned cid)
{
	char text[32];

	out_text(text, sizeof(text), "%u:%u", sid, cid);
	sys_write_atomic("/stopped", 0644, text, strlen(text));
	return 0;
}

static void tell(const char *line)
{
	sys_write_all(commands, line, strlen(line));
}

static void connection_error(unsigned sid, unsigned error)
{
	struct iscsi_if m = { .nl.nlmsg_len = ISCSI_IF_MIN, .type = ISCSI_IF_CONN_ERROR, .r = { sid, 0, error } };

	if (send(events[0], &m, ISCSI_IF_MIN, 0) != ISCSI_IF_MIN)
		printf("# no event: error %d\n", errno);
}

/* The next record of the kernel's log; records are told apart by their level. */
static const char *next_record(int ms)
{
	static char text[4096], record[1024];
	static size_t n;
	int64_t until = sys_now() + ms * INT64_C(1000);
	struct span rest, head;
	ssize_t got;

	while (!n && sys_now() < until) {
		got = read(kmsg, text, sizeof(text));
		n = got > 0 ? got : 0;
		if (!n)
			pass(5);
	}
	if (!n)
		return "(none)";
	rest = (struct span){ text + 1, n - 1 };
	span_cut(&rest, '<', &head);
	/* one without an end is shown by the kernel with the next one only */
	if (head.n && head.p[head.n - 1] == '\n')
		snprintf(record, sizeof(record), "<%.*s", (int)head.n - 1, head.p);
	else
		snprintf(record, sizeof(record), "<%.*s (no end)", (int)head.n, head.p);
	n -= head.n + 1;
	memmove(text, text + head.n + 1, n);
	return record;
}

static void says(const char *want, const char *name)
{
	is_str(next_record(30000), want, name);
}

static void is_quiet(const char *name)
{
	is_str(next_record(100), "(none)", name);
}

/* Wait for a text in the keeper's status. */
static bool has_status(const char *want)
{
	int64_t until = SOON;

	while (!strstr(content(at("/status")), want)) {
		if (sys_now() >= until) {
			printf("# status: %s\n", content(at("/status")));
			return false;
		}
		pass(5);
	}
	return true;
}

static const struct keeper_session *session_status(unsigned sid)
{
	static struct keeper_status s;
	unsigned i;

	if (!keeper_status_parse(span_of(content(at("/status"))), &s))
		return NULL;
	for (i = 0; i < s.n && s.sessions[i].sid != sid; i++)
		;
	return i < s.n ? &s.sessions[i] : NULL;
}

/* The status is written after the line that is logged. */
static void counts(unsigned errors, unsigned recoveries, unsigned error)
{
	const struct keeper_session *s;
	int64_t until = SOON;
	bool good;

	for (;;) {
		s = session_status(1);
		good = s && s->errors == errors && s->recoveries == recoveries && s->error == error &&
		       s->since > sys_boottime() - 60000000 && s->since <= sys_boottime();
		if (good || sys_now() >= until)
			break;
		pass(5);
	}
	ok(good, "errors %u, recoveries %u, the last %u, since just now", errors, recoveries, error);
}

static pid_t iscsid(void)
{
	struct keeper_status s = { 0 };

	keeper_status_parse(span_of(content(at("/status"))), &s);
	return s.iscsid;
}

static void make_dirs(const char *rel)
{
	char path[256];
	size_t i;

	snprintf(path, sizeof(path), "%s%s/", dir, rel);
	for (i = strlen(dir) + 1; path[i]; i++)
		if (path[i] == '/') {
			path[i] = '\0';
			mkdir(path, 0755);
			path[i] = '/';
		}
}

static void set_session(unsigned sid, const char *state, const char *disk)
{
	char rel[96], to[96];

	snprintf(rel, sizeof(rel), "/sys/class/iscsi_session/session%u", sid);
	make_dirs(rel);
	snprintf(rel, sizeof(rel), "/sys/class/iscsi_session/session%u/state", sid);
	put(at(rel), state);
	snprintf(rel, sizeof(rel), "/sys/class/iscsi_session/session%u/recovery_tmo", sid);
	put(at(rel), "off\n");
	if (!disk)
		return;
	snprintf(rel, sizeof(rel), "/sys/block/%s", disk);
	snprintf(to, sizeof(to), "../devices/platform/host2/session%u/target2:0:0/2:0:0:1/block/%s",
		 sid, disk);
	point(at(rel), to);
}

/* Who made it, by the kernel. */
static void set_creator(unsigned sid, pid_t creator)
{
	char rel[96], text[16];

	snprintf(rel, sizeof(rel), "/sys/class/iscsi_session/session%u/creator", sid);
	snprintf(text, sizeof(text), "%d\n", (int)creator);
	put(at(rel), text);
}

static void end_session(unsigned sid, const char *disk)
{
	static const char *const attrs[] = { "/state", "/recovery_tmo", "/creator", "" };
	char rel[96];
	unsigned i;

	for (i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		snprintf(rel, sizeof(rel), "/sys/class/iscsi_session/session%u%s", sid, attrs[i]);
		remove(at(rel));
	}
	snprintf(rel, sizeof(rel), "/sys/block/%s", disk ? disk : "none");
	unlink(at(rel));
}

static bool make_root(void)
{
	static const char *const dirs[] = {
		"/proc", "/dev", "/sbin", "/lib", "/lib64", "/usr/lib", "/sys/block",
		"/sys/class/iscsi_session",
	};
	unsigned i;

	if (compat_unshare_mounts() || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("test", dir, "tmpfs", 0, NULL))
		return false;
	for (i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		make_dirs(dirs[i]);
		/* what this program may need as iscsid */
		if (strstr(dirs[i], "lib"))
			mount(dirs[i], at(dirs[i]), NULL, MS_BIND, NULL);
	}
	mkfifo(at("/say"), 0600);
	mkfifo(at("/dev/kmsg"), 0600);
	mknod(at("/dev/null"), S_IFCHR | 0666, 1 << 8 | 3);
	kmsg = open(at("/dev/kmsg"), O_RDWR | O_NONBLOCK | O_CLOEXEC);
	commands = open(at("/say"), O_RDWR | O_CLOEXEC);
	return !sandbox_copy("/proc/self/exe", dir, "/sbin/iscsid", NULL) &&
	       !mount("proc", at("/proc"), "proc", 0, NULL) &&
	       !socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, events);
}

/* Return: the byte that reports its start, '-': none. @orphan: its parent does not wait for that */
static char begin(int (*listen_fn)(void), bool orphan)
{
	char byte = '-', text[32];
	int ready[2];

	if (pipe2(ready, O_CLOEXEC))
		return '-';
	if (orphan)	/* before it can write */
		close(ready[0]);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!orphan)
			close(ready[0]);
		keeper_listen = listen_fn;
		keeper_stop = stop_here;
		if (chroot(dir) || chdir("/"))
			_exit(99);
		_exit(keeper_keep(ready[1]));
	}
	close(ready[1]);
	if (!orphan) {
		if (read(ready[0], &byte, 1) != 1)
			byte = '-';
		close(ready[0]);
	}
	snprintf(text, sizeof(text), "pid=%d\n", (int)pid);
	put(file, text);
	return byte;
}

static int end(void)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_look(void)
{
	struct stat st = { 0 };

	set_session(1, "LOGGED_IN\n", "sda");
	set_session(2, "FREE\n", NULL);
	is_int(begin(listen_here, false), '0', "it begins");
	is_str(content(at("/status")), "version=1\niscsid=0\nstarts=0\n"
	       "\nsession=1\nerrors=0\nrecoveries=0\nerror=0\n",
	       "its status: the session with a disk, not one that is being made");
	stat(at("/status"), &st);
	is_int(st.st_mode & 0777, 0600, "for root alone");
	is_str(content(at("/sys/class/iscsi_session/session1/recovery_tmo")), "2147483",
	       "the recovery timeout: never, as a number");
	is_quiet("nothing is logged");

	set_session(3, "LOGGED_IN\n", NULL);
	/* readable, and written to in vain */
	point(at("/sys/class/iscsi_session/session3/recovery_tmo"), "/proc/self/oom_score");
	is_int(keeper_control(KEEPER_LOOK, SOON), 0, "it is asked to look");
	says("<4>" K "session 3: recovery timeout not pinned: iscsid may change it", "a timeout that cannot be written");
	ok(session_status(3) && !session_status(2), "another session is there");
	end_session(3, NULL);
	is_int(keeper_control(KEEPER_LOOK, SOON), 0, "once more");
	ok(!session_status(3) && session_status(1), "it is gone again");
	is_int(keeper_control('x', SOON), -EIO, "something that it does not know");
	connection_error(9, 1011);
	is_quiet("an event of a session that is not there");
}

static void test_lost(void)
{
	char line[96];

	connection_error(1, 1011);
	says("<4>" K "session 1: connection lost (iSCSI error 1011), being restored", "a lost one");
	ok(has_status("starts=1\n") && iscsid() > 0, "iscsid is started");
	counts(1, 0, 1011);
	connection_error(1, 1020);
	ok(has_status("error=1020\n"), "another error");
	counts(2, 0, 1020);
	is_quiet("is not logged");
	tell("Login I/O error, failed to receive a PDU\n");
	says("<7>Login I/O error, failed to receive a PDU", "iscsid's log");
	is_str(content(at("/born")), "-f PATH=/usr/sbin:/sbin plain group=own others=0",
	       "how iscsid was started");
	tell("Login I/O error, failed to receive a PDU\ncon\ttrol\n\nother\n");
	says("<7>other", "not twice, and none with control bytes");
	tell(REJECTED "a\nother\n" REJECTED "a\n" REJECTED "b\n");
	says("<4>" K "login rejected: a; retrying (check the target)", "a login that is rejected");
	says("<7>" REJECTED "a", "as iscsid logged");
	says("<7>other", "and goes on");
	says("<7>" REJECTED "a", "the same cause is not repeated");
	says("<4>" K "login rejected: b; retrying (check the target)", "another cause is");
	says("<7>" REJECTED "b", "as iscsid logged");
	tell(AGAIN "\n");
	snprintf(line, sizeof(line), "%s", next_record(30000));
	ok(!strncmp(line, "<5>" K RESTORED(1), sizeof("<5>" K RESTORED(1)) - 1) &&
	   !strcmp(line + strlen(line) - 2, " s"), "connection restored: %s", line);
	says("<7>" AGAIN, "as iscsid logged");
	ok(has_status("recoveries=1\n"), "that is counted");
	counts(2, 1, 1020);
	tell(AGAIN " \n" "connection7:0 is operational after recovery\n");
	says("<7>" AGAIN " ", "one that was not lost");
	says("<7>connection7:0 is operational after recovery", "one that is not known");
	counts(2, 1, 1020);
}

/*
 * A connection is lost and restored in less than a second, however long that takes here: the keeper is
 * stopped until it can read of both.
 */
static void drop_briefly(unsigned sid, unsigned error)
{
	int64_t until = SOON;
	int left = 1;

	kill(pid, SIGSTOP);
	connection_error(sid, error);
	tell(AGAIN "\n");
	while (!ioctl(commands, FIONREAD, &left) && left && sys_now() < until)
		pass(5);
	pass(50);	/* from the time when its iscsid has read that until it has logged it */
	kill(pid, SIGCONT);
}

static void test_takeover(void)
{
	char line[96];

	tell("die 3\n");
	says("<4>" K "iscsid: ended (status 3), restarting", "iscsid ends");
	ok(has_status("starts=2\n"), "and is restarted");
	drop_briefly(1, 1021);
	ok(has_status("error=1021\n"), "it drops the connection");
	says("<7>" AGAIN, "and restores it: nothing is logged");
	counts(2, 1, 1021);

	kill(iscsid(), SIGKILL);
	says("<4>" K "iscsid: ended (signal 9), restarting", "it is killed");
	ok(has_status("starts=3\n"), "and is restarted");
	connection_error(1, 1011);
	ok(has_status("error=1011\n"), "it drops the connection");
	pass(1100);
	is_quiet("as long as it may be the takeover alone nothing is logged");
	tell(AGAIN " (2)\n");
	says("<4>" K "session 1: connection lost (iSCSI error 1011), being restored",
	     "it took long");
	snprintf(line, sizeof(line), "%s", next_record(30000));
	/* a second at least: what is less may be the takeover alone */
	ok(!strncmp(line, "<5>" K RESTORED(1), sizeof("<5>" K RESTORED(1)) - 1) && atoi(line + sizeof("<5>" K RESTORED(1)) - 1) >= 1, "%s", line);
	says("<7>" AGAIN " (2)", "as iscsid logged");
	counts(3, 2, 1011);
	connection_error(1, 1011);
	says("<4>" K "session 1: connection lost (iSCSI error 1011), being restored",
	     "from then on each counts");
	counts(4, 2, 1011);
}

/* How often iscsid was started, once everything that was sent before has been handled. */
static unsigned starts(void)
{
	struct keeper_status s = { 0 };

	keeper_control('x', SOON);
	keeper_status_parse(span_of(content(at("/status"))), &s);
	return s.starts;
}

/* Wait for the content of a file. */
static bool holds(const char *path, const char *want)
{
	int64_t until = SOON;

	while (strcmp(content(path), want)) {
		if (sys_now() >= until) {
			printf("# %s: %s\n", path, content(path));
			return false;
		}
		pass(5);
	}
	return true;
}

/* What iscsid logs when the kernel refuses each connection, as the one that failed was not stopped. */
static void test_refused(void)
{
	static const char line[] = "can't bind conn 1:0 to session 1, retcode -107 (115)";
	char logged[128];

	snprintf(logged, sizeof(logged), "%s\n", line);
	tell(logged);
	says("<5>" K "session 1: the kernel refused a new connection, stopping the old one", "a refused connection");
	snprintf(logged, sizeof(logged), "<7>%s", line);
	says(logged, "as iscsid logged");
	ok(holds(at("/stopped"), "1:0"), "the old one is stopped");
	unlink(at("/stopped"));
	pass(100);
	snprintf(logged, sizeof(logged), "%s\n", line);
	tell(logged);
	ok(holds(at("/stopped"), "1:0"), "each time");
	is_quiet("but that is logged once");
	unlink(at("/stopped"));
	tell("can't bind conn 1:0 to session 1, retcode -22 (22)\n");
	says("<7>can't bind conn 1:0 to session 1, retcode -22 (22)", "for another reason");
	ok(access(at("/stopped"), F_OK), "nothing is stopped");
	tell(AGAIN "\n");
	snprintf(logged, sizeof(logged), "%s", next_record(30000));
	ok(!strncmp(logged, "<5>" K RESTORED(1), sizeof("<5>" K RESTORED(1)) - 1), "it is restored");
	says("<7>" AGAIN, "as iscsid logged");
}

/* A lost connection that is no takeover. */
static void is_lost(unsigned sid, unsigned error)
{
	char line[96];

	connection_error(sid, error);
	snprintf(line, sizeof(line), "<4>" K "session %u: connection lost (iSCSI error %u), being restored",
		 sid, error);
	says(line, "a lost one");
	snprintf(line, sizeof(line), "error=%u\n", error);
	has_status(line);
}

/* iscsid takes over the sessions of iscsistart only when it starts. */
static void test_restart(void)
{
	pid_t was = iscsid();

	set_session(2, "LOGGED_IN\n", "sdb");
	set_creator(2, 1);
	is_int(keeper_control(KEEPER_LOOK, SOON), 0, "a session is added while iscsid runs");
	ok(starts() == 3 && iscsid() == was, "which causes no restart");
	set_session(2, "FAILED\n", "sdb");
	is_lost(2, 1002);
	ok(starts() == 4 && iscsid() != was && kill(was, 0), "its connection is lost: iscsid is restarted, and knows it");
	connection_error(2, 1003);
	ok(has_status("error=1003\n"), "another error of it");
	is_int(starts(), 4, "causes no restart");
	is_int(keeper_control(KEEPER_LOOK, SOON), 0, "it is still down");
	is_int(starts(), 4, "which causes none either");
	end_session(2, "sdb");
}

/* Return: a connection to the keeper, which is stopped until it gets SIGCONT. */
static int connect_first(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "/proc/%d/root" KEEPER_CONTROL, (int)pid);
	kill(pid, SIGSTOP);
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)))
		printf("# not connected: error %d\n", errno);
	return fd;
}

static void test_requests(void)
{
	pid_t was = iscsid();
	char byte = '-', adj[48];
	int fd;

	/* a file in place of the kernel's, which only a privileged process may write to */
	put(at("/adj"), "-17");
	snprintf(adj, sizeof(adj), "/proc/%d/oom_score_adj", (int)was);
	mount(at("/adj"), at(adj), NULL, MS_BIND, NULL);
	is_int(keeper_control(KEEPER_ADOPT, sys_now() + 200000), -ETIMEDOUT, "adopt: it is not ready");
	pass(200);
	fd = connect_first();
	tell("ready\n");
	pass(200);
	kill(pid, SIGCONT);
	pass(200);
	ok(recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN,
	   "it is ready: whoever has not asked yet gets no answer");
	ok(send(fd, "a", 1, MSG_NOSIGNAL) == 1 && recv(fd, &byte, 1, 0) == 1 && byte == '0',
	   "but when he does");
	close(fd);
	is_str(content(at("/adj")), "-1000", "iscsid is exempt from the OOM killer again");
	umount2(at(adj), MNT_DETACH);
	is_int(keeper_control(KEEPER_ADOPT, SOON), 0, "and at once from then on");
	put(at("/auto"), "");
	is_int(keeper_control(KEEPER_RESTART, SOON), 0, "restart: answered when the new one is");
	ok(iscsid() > 0 && iscsid() != was && kill(was, 0), "it is another one");
	was = iscsid();
	is_int(keeper_control(KEEPER_GUARD, SOON), 0, "guard: no session has an address here");
	ok(has_status("guarded=0\nrestored=0\n"), "so no NIC is protected");
	is_int(keeper_control(KEEPER_LEAVE, SOON), 0, "leave");
	ok(!strstr(content(at("/status")), "guarded="), "nothing is to be protected");
	is_int(keeper_control(KEEPER_STOP, SOON), 0, "stop");
	is_int(end(), CODE_DONE, "it ends");
	ok(kill(was, 0), "and iscsid with it");
	is_quiet("nothing is logged");
}

/* A request of a client that does not wait for the answer. */
static void ask_and_go(void)
{
	int fd = connect_first();

	if (send(fd, "l", 1, 0) != 1)
		printf("# not asked: error %d\n", errno);
	close(fd);
	kill(pid, SIGCONT);
}

static void test_alone(void)
{
	is_int(begin(listen_not, false), '-', "without the kernel's iSCSI it does not begin");
	is_int(end(), CODE_SYSTEM, "it ends");
	says("<3>" K "failed to start: Operation not permitted", "and logs why");
	is_int(keeper_control(KEEPER_LOOK, SOON), -ESRCH, "it is not running");

	set_session(1, "FAILED\n", "sda");
	unlink(at("/auto"));
	begin(listen_here, true);
	says("<6>" K "started, but its parent has ended", "its parent has ended");
	ok(has_status("starts=1\n"), "a session that is down already: iscsid is started");
	ask_and_go();
	says("<6>" K "request not answered: the client has disconnected", "the client has disconnected");
	kill(pid, SIGTERM);
	kill(pid, SIGHUP);
	kill(pid, SIGINT);
	is_int(keeper_control(KEEPER_LOOK, SOON), 0, "no signal ends it");
	is_int(keeper_control(KEEPER_STOP, SOON), 0, "stop");
	is_int(end(), CODE_DONE, "it ends");
}

/* An iscsid that has only just been forked ends like any other. */
static void test_at_once(void)
{
	unsigned i, good = 0;

	for (i = 0; i < 50; i++) {
		begin(listen_here, false);
		good += has_status("starts=1\n") && !keeper_control(KEEPER_STOP, SOON);
		end();
		unlink(at("/status"));
	}
	is_int(good, i, "stopped as soon as it has started iscsid");
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[0], "@iscsid"))
		return be_iscsid(argv);
	alarm(300);	/* if one of them hangs */
	snprintf(dir, sizeof(dir), "/tmp/iscsiroot-keeper.%u", (unsigned)getpid());
	mkdir(dir, 0755);
	umask(022);
	if (!ok(make_root(), "a root of its own (as root)"))
		return done_testing();
	snprintf(file, sizeof(file), "%s/pid", dir);
	keeper_control_file = file;
	test_look();
	test_lost();
	test_takeover();
	test_restart();
	test_refused();
	test_requests();
	test_alone();
	test_at_once();
	umount2(dir, MNT_DETACH);
	rmdir(dir);
	return done_testing();
}
