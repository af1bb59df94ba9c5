/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of xenstore/: a store at the other end of a socket, which writes down the requests. */
#ifndef ISCSIROOT_FAKE_STORE_H
#define ISCSIROOT_FAKE_STORE_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "tap.h"
#include "xenstore/store.h"

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
		uint32_t head[4] = { 0 };
		ssize_t got;

		/* an event comes by itself */
		if (answers[i].type == XENSTORE_WATCH_EVENT) {
			head[0] = answers[i].type;
			head[3] = answers[i].len;
			send(fd, head, sizeof(head), MSG_NOSIGNAL);
			send(fd, answers[i].payload, answers[i].len, MSG_NOSIGNAL);
			continue;
		}
		got = read(fd, request, sizeof(request));

		if (got < 16)
			break;
		memcpy(head, request, sizeof(head));
		request[got < (ssize_t)sizeof(request) ? got : (ssize_t)sizeof(request) - 1] = '\0';
		fprintf(log, "%u %s", (unsigned)head[0], request + 16);
		if (head[0] == XENSTORE_WRITE || head[0] == XENSTORE_WATCH)
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

static void store_begin(void)
{
	signal(SIGPIPE, SIG_IGN);
	snprintf(dir, sizeof(dir), "/tmp/test_xenstore.%d", (int)getpid());
	mkdir(dir, 0700);
	snprintf(path, sizeof(path), "%s/log", dir);
}

static void store_end(void)
{
	unlink(path);
	is_int(rmdir(dir), 0, "nothing is left");
}

#endif
