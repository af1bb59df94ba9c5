// SPDX-License-Identifier: GPL-2.0-or-later
/* The client against a store of our own at the other end of a socket, and the program's own part. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/limits.h"
#include "base/sys.h"
#include "kernel/sysfs.h"
#include "runtime/timeline.h"
#include "disk_tree.h"
#include "tap.h"

#define CLOCK "devices/system/clocksource/clocksource0/current_clocksource"
#include "xenstore/report.h"

static char dir[64], path[128], text[8192];
static struct xenstore x;
static pid_t store_pid;

/* What the store answers to each request in turn: "TYPE:PAYLOAD", "R": as it was asked. */
struct answer {
	uint32_t type;			/* 0: the request's own */
	const char *payload;
	size_t len;
};

/* In the child: answer, and write each request's payload down in @path. */
static void be_store(int fd, const struct answer *answers, unsigned n)
{
	char request[16 + 4096];
	FILE *log = fopen(path, "w");
	unsigned i;

	for (i = 0; i < n; i++) {
		uint32_t head[4];
		ssize_t got = read(fd, request, sizeof(request));

		if (got < 16)
			break;
		memcpy(head, request, sizeof(head));
		request[got < (ssize_t)sizeof(request) ? got : (ssize_t)sizeof(request) - 1] = '\0';
		fprintf(log, "%u %s", (unsigned)head[0], request + 16);
		if (head[0] == XENSTORE_WRITE)
			fprintf(log, "=%s", request + 16 + strlen(request + 16) + 1);
		fprintf(log, "\n");
		head[0] = answers[i].type ? answers[i].type : head[0];
		head[3] = answers[i].len;
		/* in pieces: a reply need not come in one */
		send(fd, head, 7, MSG_NOSIGNAL);
		send(fd, (char *)head + 7, 9, MSG_NOSIGNAL);
		send(fd, answers[i].payload, answers[i].len, MSG_NOSIGNAL);
	}
	fclose(log);
	_exit(0);
}

static void begin(const struct answer *answers, unsigned n)
{
	int fd[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
	fflush(stdout);
	store_pid = fork();
	if (!store_pid) {
		close(fd[0]);
		be_store(fd[1], answers, n);
	}
	close(fd[1]);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	x = (struct xenstore){ .fd = fd[0] };
}

static const char *end(void)
{
	close(x.fd);
	waitpid(store_pid, NULL, 0);
	if (sys_read(AT_FDCWD, path, text, sizeof(text)) < 0)
		text[0] = '\0';
	return text;
}

static void test_ask(void)
{
	static const struct answer answers[] = {
		{ 0, "value", 5 }, { XENSTORE_ERROR, "ENOENT", 7 }, { XENSTORE_ERROR, "EACCES", 7 },
		{ XENSTORE_ERROR, "EQUOTA", 7 }, { XENSTORE_WRITE, "OK", 3 },
	};
	static const int want[] = { 0, -ENOENT, -EACCES, -EIO, -EPROTO };
	static const char *const names[] = { "an answer", "no such path", "not ours", "any other word",
					     "an answer to something else" };
	struct span payload = { 0 };
	unsigned i;

	begin(answers, 5);
	for (i = 0; i < 5; i++) {
		is_int(store_request(&x, XENSTORE_READ, "vm-data/x", NULL, &payload), want[i], names[i]);
		if (!i)
			ok(span_eq(payload, "value"), "its payload");
	}
	is_str(end(), "2 vm-data/x\n2 vm-data/x\n2 vm-data/x\n2 vm-data/x\n2 vm-data/x\n", "the requests");
}

static void test_hostile(void)
{
	static const struct answer huge[] = { { 0, "", 0 } };
	struct span payload;
	uint32_t head[4] = { XENSTORE_READ, 1, 0, 0xfffffff0 };
	int fd[2];

	begin(huge, 1);
	end();
	socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
	x = (struct xenstore){ .fd = fd[0] };
	send(fd[1], head, sizeof(head), 0);
	is_int(store_request(&x, XENSTORE_READ, "a", NULL, &payload), -EPROTO, "a length beyond all bounds");
	close(fd[1]);
	ok(store_request(&x, XENSTORE_READ, "a", NULL, &payload) < 0, "a store that has gone");
	close(fd[0]);
	is_int(store_open(&x, "/nonexistent"), -ENOENT, "no such device");
}

static void test_gather(void)
{
	static const struct answer good[] = {
		{ 0, "target_ip\0target_name\0gone\0", 27 }, { 0, "192.0.2.1", 9 }, { 0, "iqn\0\n", 5 },
		{ XENSTORE_ERROR, "ENOENT", 7 },
	}, none[] = { { XENSTORE_ERROR, "ENOENT", 7 } }, forbidden[] = {
		{ 0, "password\0", 9 }, { XENSTORE_ERROR, "EACCES", 7 },
	};
	char keys[64];
	static const char want[] = "target_ip\0\x09\0" "192.0.2.1target_name\0\x05\0iqn\0\n";

	begin(good, 4);
	is_int(store_gather(&x, "vm-data/iscsiroot", keys, sizeof(keys)), sizeof(want) - 1,
	       "every key, without one that is taken back meanwhile");
	ok(!memcmp(keys, want, sizeof(want) - 1), "and its value as it is");
	is_str(end(), "1 vm-data/iscsiroot\n2 vm-data/iscsiroot/target_ip\n"
	       "2 vm-data/iscsiroot/target_name\n2 vm-data/iscsiroot/gone\n", "asked for by path");
	begin(good, 4);
	is_int(store_gather(&x, "vm-data/iscsiroot", keys, 20), -E2BIG, "more than fits");
	end();
	begin(none, 1);
	is_int(store_gather(&x, "vm-data/iscsiroot", keys, sizeof(keys)), 0, "nothing there");
	end();
	begin(forbidden, 2);
	is_int(store_gather(&x, "vm-data/iscsiroot", keys, sizeof(keys)), -EACCES,
	       "one that is not ours to read: none at all");
	end();
}

/* Run report_serve() on @lines; what it said on standard error is left in `said`. */
static char said[2048];

static int serve(const struct answer *answers, unsigned n, const char *const *lines)
{
	char err_path[128];
	int in[2], code, keep = dup(2), fd;

	snprintf(err_path, sizeof(err_path), "%s/err", dir);
	begin(answers, n);
	socketpair(AF_UNIX, SOCK_SEQPACKET, 0, in);
	for (; *lines; lines++)
		send(in[1], *lines, strlen(*lines), 0);
	close(in[1]);
	fd = open(err_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	dup2(fd, 2);
	code = report_serve(&x, in[0]);
	dup2(keep, 2);
	close(fd);
	close(keep);
	close(in[0]);
	sys_read(AT_FDCWD, err_path, said, sizeof(said));
	unlink(err_path);
	return code;
}

static void test_serve(void)
{
	static const char *const lines[] = {
		"t=1.000000 step=net event=begin object=\"eth0\" code=0 text=\"\"\n",
		"t=2.000000 step=login event=retry object=\"p\" code=69 text=\"refused\"\n",
		"t=3.000000 step=login event=retry object=\"p\" code=69 text=\"refused\"\n",
		"t=4.000000 step=handoff event=ok object=\"/dev/dm-0\" code=0 text=\"ready\"\n", NULL,
	};
	static const struct answer fine[] = {
		{ 0, "OK", 3 }, { 0, "OK", 3 }, { 0, "OK", 3 }, { 0, "OK", 3 }, { 0, "OK", 3 }, { 0, "OK", 3 },
	}, refused[] = { { XENSTORE_ERROR, "EACCES", 7 } }, full[] = { { XENSTORE_ERROR, "EQUOTA", 7 } },
	wrong[] = { { XENSTORE_READ, "OK", 3 } };

	tree_begin("store");
	sysfs_root = tree_dir;
	tree_file(CLOCK, "xen\n");
	is_int(serve(fine, 6, lines), CODE_DONE, "a boot is told to its end");
	is_str(said, "", "and nothing is said of a good clock source");
	is_str(end(), "11 data/iscsiroot/stage=net\n11 data/iscsiroot/error=\n"
	       "11 data/iscsiroot/stage=login\n11 data/iscsiroot/error=login: p: refused\n"
	       "11 data/iscsiroot/stage=done\n11 data/iscsiroot/error=\n", "each change once");
	tree_file(CLOCK, "tsc\n");
	serve(fine, 6, lines);
	end();
	is_str(said, "iscsiroot: handoff: clock source: tsc is in use and can jump when the guest "
	       "migrates (set ISCSI_CLOCKSOURCE=xen)\n", "one that jumps is told");
	is_int(serve(refused, 1, lines), CODE_SYSTEM, "a store that refuses");
	end();
	is_str(said, "iscsiroot: xenstore: data/iscsiroot/stage: Permission denied\n", "is told once");
	serve(full, 1, lines);
	end();
	is_str(said, "iscsiroot: xenstore: data/iscsiroot/stage: refused by the store\n", "another word");
	serve(wrong, 1, lines);
	end();
	is_str(said, "iscsiroot: xenstore: data/iscsiroot/stage: no reply that can be read\n",
	       "what is no reply");
	tree_end();
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	snprintf(dir, sizeof(dir), "/tmp/test_xenstore.%d", (int)getpid());
	mkdir(dir, 0700);
	snprintf(path, sizeof(path), "%s/log", dir);
	test_ask();
	test_hostile();
	test_gather();
	test_serve();
	unlink(path);
	is_int(rmdir(dir), 0, "nothing is left");
	return done_testing();
}
