/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spawn: children from an argument vector, never through a shell; their
 * output is kept, their end is an event.
 */
#ifndef ISCSIROOT_BASE_SPAWN_H
#define ISCSIROOT_BASE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/scan.h"
#include "base/sys.h"

struct spawn {
	const char *input;		/* the file that is its standard input; NULL: /dev/null */
	char *whole;			/* the caller's, SPAWN_OUTPUT_MAX + 1 bytes, where all of the output
					 * counts; NULL: the last lines are enough */
	pid_t pid;			/* 0: none is running */
	int fd;				/* its stdout and stderr, -1 after the end */
	int pidfd;			/* readable once it has ended, -1 after that */
	int status;			/* of waitpid(2), once it has ended */
	size_t len;
	size_t dropped;			/* bytes in front of @output that there was no room for */
	char *output;			/* the last bytes, NUL-terminated, NULs replaced; @whole or @tail */
	char tail[SPAWN_TAIL_MAX + 1];
};

/**
 * spawn_start() - run @argv[0] (a path; or a name, looked for in the usual four directories) in a
 * process group of its own, standard input from @s->input, PATH and nothing else in its
 * environment, signals at their defaults, no other descriptor open.
 * Return: 0 or -errno (-ENOENT: no such program).
 */
int spawn_start(struct spawn *s, const char *const argv[]);

/**
 * spawn_step() - take in what it said; without blocking.
 * Return: true once it has ended (status is set, pid is 0). While false, @w waits for it.
 */
bool spawn_step(struct spawn *s, struct wait *w);

/** spawn_await() - until it has ended, or @until (sys_now()'s clock) has come. Has it ended? */
bool spawn_await(struct spawn *s, int64_t until);

/**
 * spawn_output() - what there is of its output, in whole lines: where bytes were dropped the line that
 * was cut is left out, as a cut line can read like another one.
 */
struct span spawn_output(const struct spawn *s);

/** spawn_ok() - it has ended by itself with status 0. */
bool spawn_ok(const struct spawn *s);

/** spawn_kill() - SIGKILL to its process group, and reap it. Nothing where none is running. */
void spawn_kill(struct spawn *s);

/** spawn_find() - is there such a program? As spawn_start() looks for it. */
bool spawn_find(const char *name, char *path, size_t size);

#endif
