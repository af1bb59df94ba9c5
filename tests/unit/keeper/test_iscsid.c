// SPDX-License-Identifier: GPL-2.0-or-later
/* The process of iscsid, in an empty root where there is no such program; wants root. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "keeper/iscsid.h"
#include "tap.h"

static struct iscsid iscsid = { .pidfd = -1, .log = -1 };
static int to_log;

static void open_log(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		printf("# no pipe\n");
	iscsid.log = fds[0];
	to_log = fds[1];
}

static void write_log(const char *text)
{
	sys_write_all(to_log, text, strlen(text));
}

/* The next line, "(none)" where there is none. */
static const char *line(bool rest)
{
	static char text[600];
	struct span s;

	if (!iscsid_line(&iscsid, &s, rest))
		return "(none)";
	span_copy(s, text, sizeof(text));
	return text;
}

static void test_line(void)
{
	char longer[700];

	open_log();
	is_str(line(false), "(none)", "nothing is logged");
	write_log("first\n\nsecond\nthi");
	is_str(line(false), "first", "a line");
	is_str(line(false), "", "an empty one");
	is_str(line(false), "second", "another one");
	is_str(line(false), "(none)", "a part of a line is no line");
	write_log("rd\nlast");
	is_str(line(false), "third", "until the rest has come");
	is_str(line(true), "last", "at its end a part is one");
	is_str(line(true), "(none)", "once");

	memset(longer, 'x', sizeof(longer) - 1);
	longer[600] = '\n';
	longer[sizeof(longer) - 1] = '\0';
	write_log(longer);
	is_int(strlen(line(false)), 512, "a long line comes in pieces");
	is_int(strlen(line(false)), 600 - 512, "up to its end");
	is_int(strlen(line(true)), sizeof(longer) - 602, "and nothing is lost");
	close(to_log);
	close(iscsid.log);
}

static void await_end(void)
{
	int64_t until = sys_now() + 30000000;
	struct wait w;

	while (!iscsid_has_ended(&iscsid) && sys_now() < until) {
		wait_begin(&w, sys_now() + 5000);
		wait_run(&w);
	}
}

static void test_pauses(void)
{
	static const int64_t pauses[] = { 100000, 200000, 400000, 800000, 1600000, 3200000, 5000000, 5000000 };
	int64_t before;
	unsigned i;
	int status;

	for (i = 0; i < sizeof(pauses) / sizeof(*pauses); i++) {
		if (!ok(!iscsid_start(&iscsid) && iscsid.pid > 0 && iscsid.starts == i + 1, "start %u", i + 1))
			return;
		await_end();
		before = sys_now();
		status = iscsid_reap(&iscsid);
		ok(WIFEXITED(status) && WEXITSTATUS(status) == 127 && !iscsid.pid, "there is no such program");
		ok(iscsid.start_at >= before + pauses[i] && iscsid.start_at <= sys_now() + pauses[i],
		   "it ended at once: a pause of %u ms", (unsigned)(pauses[i] / 1000));
	}
	iscsid_start(&iscsid);
	await_end();
	iscsid.started = sys_now() - 10000000;
	before = sys_now();
	iscsid_reap(&iscsid);
	ok(iscsid.start_at >= before && iscsid.start_at <= sys_now(), "after 10 s its end is no failed start: no pause");
}

static void test_kill(void)
{
	iscsid_start(&iscsid);
	iscsid_kill(&iscsid);
	ok(!iscsid.pid && !iscsid.start_at && waitpid(-1, NULL, WNOHANG) < 0, "killed, and no child remains");
	iscsid_kill(&iscsid);
	ok(!iscsid.pid, "killing none does nothing");
}

int main(void)
{
	int old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char dir[64];

	test_line();
	snprintf(dir, sizeof(dir), "/tmp/iscsiroot-iscsid.%u", (unsigned)getpid());
	mkdir(dir, 0755);
	if (ok(!chroot(dir) && !chdir("/"), "an empty root (as root)")) {
		mkdir("/dev", 0755);
		mknod("/dev/null", S_IFCHR | 0666, 1 << 8 | 3);
		test_pauses();
		test_kill();
		unlink("/dev/null");
		rmdir("/dev");
		/* what checks for leaks at the end reads /proc */
		ok(!fchdir(old) && !chroot("."), "back in the real root");
	}
	rmdir(dir);
	return done_testing();
}
