/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sys: capped reads, atomic writes, the clock, and the one place that waits.
 */
#ifndef ISCSIROOT_BASE_SYS_H
#define ISCSIROOT_BASE_SYS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/limits.h"

#define SYS_FOREVER INT64_MAX

/** sys_now() - CLOCK_MONOTONIC in microseconds: deadlines and waits. */
int64_t sys_now(void);

/** sys_boottime() - CLOCK_BOOTTIME in microseconds: what the timeline shows. */
int64_t sys_boottime(void);

/**
 * sys_read() - read a whole small file.
 * @dirfd, @path: as openat(2); opened O_CLOEXEC|O_NOCTTY|O_NONBLOCK
 * @buf, @size: filled and NUL-terminated
 * Return: its length, -E2BIG where it has @size bytes or more, or -errno.
 */
ssize_t sys_read(int dirfd, const char *path, char *buf, size_t size);

/**
 * sys_write_atomic() - replace a file by rename(2); never follows a link at @path.
 * Return: 0 or -errno; the old file stands where it failed.
 */
int sys_write_atomic(const char *path, mode_t mode, const char *data, size_t len);

/**
 * sys_list() - hand @fn each name in a directory that does not begin with a dot, until it says
 * false. Without the heap, and in no order.
 * Return: 0, or -errno where the directory cannot be opened or read.
 */
int sys_list(int dirfd, const char *path, bool (*fn)(void *arg, const char *name), void *arg);

/** sys_write_all() - write to a descriptor, whatever EINTR and short writes do. 0 or -errno. */
int sys_write_all(int fd, const char *data, size_t len);

/** sys_open_std() - open /dev/null where descriptor 0, 1 or 2 is closed. Called at the start of each program, so
 * that no file or socket gets one of these numbers. */
void sys_open_std(void);

/**
 * sys_print() - sys_write_all() to standard output; the first failure but EPIPE is reported on standard
 * error. 0 or -errno.
 */
int sys_print(const char *data, size_t len);

/** sys_say() - `iscsiroot: WHAT: TEXT` on standard error, in one write. 0 or -errno. */
int sys_say(const char *what, const char *text);

/**
 * sys_error() - what an errno means (either sign), in the words of glibc's strerror(3); "error N" where
 * there is no such errno.
 * Return: static text, valid until the next call.
 */
const char *sys_error(int err);

/** sys_wipe() - overwrite a secret; the compiler may not leave it out. */
void sys_wipe(void *p, size_t n);

/** sys_wipe_stack() - overwrite what functions that have returned left below the caller's frame. */
void sys_wipe_stack(void);

/*
 * What the next wait is for. Each machine (net, login, settle) does what it can without
 * blocking, adds the descriptors and the time that could let it do more, and returns.
 */
struct wait {
	struct pollfd fds[WAIT_FDS_MAX];
	unsigned n;
	int64_t until;		/* microseconds of sys_now(); SYS_FOREVER: no limit */
};

void wait_begin(struct wait *w, int64_t until);
void wait_fd(struct wait *w, int fd, short events);
void wait_until(struct wait *w, int64_t when);
/**
 * sys_catch_stop() - SIGINT, SIGTERM and SIGHUP end a wait and are remembered, and arrive
 * nowhere else; SIGPIPE is ignored. A child must undo both (spawn does).
 */
void sys_catch_stop(void);
/** sys_stopped() - the signal that came, or 0. */
int sys_stopped(void);

/** wait_run() - ppoll(2). Return: > 0 something is ready, 0 the time has come, -errno (not EINTR). */
int wait_run(struct wait *w);

#endif
