/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spawn: runs programs from an argument vector, never through a shell, captures their output, and
 * makes their end an event to wait for.
 */
#ifndef ISCSIROOT_BASE_SPAWN_H
#define ISCSIROOT_BASE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/scan.h"
#include "base/sys.h"

struct spawn {
	const char *input;		/* the file that is its standard input; NULL: /dev/null */
	char *whole;			/* the caller's, SPAWN_OUTPUT_MAX + 1 bytes: all of the output;
					 * NULL: only the last lines, in @tail */
	pid_t pid;			/* 0: none is running */
	int fd;				/* its stdout and stderr, -1 after the end */
	int pidfd;			/* readable once it has ended, -1 after that */
	int status;			/* of waitpid(2), once it has ended */
	size_t len;
	size_t dropped;			/* bytes before @output that did not fit */
	char *output;			/* the last bytes, NUL-terminated, NULs replaced; @whole or @tail */
	char tail[SPAWN_TAIL_MAX + 1];
};

/**
 * spawn_start() - run @argv[0] (a path, or a name searched for in /usr/sbin, /usr/bin, /sbin, /bin)
 * in a process group of its own: standard input from @s->input, only PATH in the environment,
 * default signal dispositions, no other descriptor open.
 * Return: 0 or -errno (-ENOENT: no such program).
 */
int spawn_start(struct spawn *s, const char *const argv[]);

/**
 * spawn_step() - read its output so far, without blocking.
 * Return: true once it has ended (status is set, pid is 0). While false, @w waits for it.
 */
bool spawn_step(struct spawn *s, struct wait *w);

/** spawn_await() - wait for its end, at most until @until (sys_now()). Return: has it ended? */
bool spawn_await(struct spawn *s, int64_t until);

/**
 * spawn_output() - its output so far, in whole lines: if bytes were dropped, the line that was cut
 * is left out, as it could be mistaken for another one.
 */
struct span spawn_output(const struct spawn *s);

/** spawn_ok() - it has ended by itself with status 0. */
bool spawn_ok(const struct spawn *s);

/** spawn_kill() - send SIGKILL to its process group and reap it; nothing if it is not running. */
void spawn_kill(struct spawn *s);

/** spawn_find() - search for a program as spawn_start() does; @path: where it is. */
bool spawn_find(const char *name, char *path, size_t size);

#endif
