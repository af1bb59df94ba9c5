// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/scan.h"
#include "base/sys.h"

int64_t sys_now(void)
{
	return compat_clock_ns(CLOCK_MONOTONIC) / 1000;
}

int64_t sys_boottime(void)
{
	return compat_clock_ns(CLOCK_BOOTTIME) / 1000;
}

ssize_t sys_read(int dirfd, const char *path, char *buf, size_t size)
{
	size_t len = 0;
	int fd, err = 0;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = -errno;
		if (n <= 0)
			break;
		len += n;
	}
	close(fd);
	if (err)
		return err;
	if (len == size)
		return -E2BIG;
	buf[len] = '\0';
	return len;
}

int sys_list(int dirfd, const char *path, bool (*fn)(void *arg, const char *name), void *arg)
{
	_Alignas(struct compat_dirent) char buf[2048];
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = -1, at;
	bool more = true;

	while (fd >= 0 && more && (n = compat_getdents(fd, buf, sizeof(buf))) > 0)
		for (at = 0; more && at < n;) {
			const struct compat_dirent *e = (const void *)(buf + at);

			at += e->reclen;
			more = e->name[0] == '.' || fn(arg, e->name);
		}
	at = n < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	return at;
}

int sys_write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= n;
	}
	return 0;
}

int sys_print(const char *data, size_t len)
{
	static bool told;
	int err = sys_write_all(STDOUT_FILENO, data, len);

	/* a reader that has read enough is no failure to tell of */
	if (err && err != -EPIPE && !told) {
		told = true;
		sys_say("standard output", sys_error(err));
	}
	return err;
}

int sys_write_atomic(const char *path, mode_t mode, const char *data, size_t len)
{
	char tmp[256];
	int fd, err;

	if (!out_text(tmp, sizeof(tmp), "%s.%u", path, (unsigned)getpid()))
		return -ENAMETOOLONG;
	unlink(tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0600);
	if (fd < 0)
		return -errno;
	err = sys_write_all(fd, data, len);
	/* the mode that was asked for, whatever the umask; given once the content is whole */
	if (!err && fchmod(fd, mode))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(tmp, path))
		err = -errno;
	if (err)
		unlink(tmp);
	return err;
}

void sys_open_std(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);	/* the lowest number that is free */
	while (fd >= 0 && fd <= 2);
	if (fd >= 0)
		close(fd);
}

int sys_say(const char *what, const char *text)
{
	char line[640];
	struct out o;

	out_init(&o, line, sizeof(line) - 1);
	out_fmt(&o, "iscsiroot: %s: %s", what, text);
	line[o.len] = '\n';
	return sys_write_all(STDERR_FILENO, line, o.len + 1);
}

#define ERRNO_MAX 133	/* EHWPOISON; of others libraries print different texts */

const char *sys_error(int err)
{
	/* where klibc's strerror(3) differs from glibc's */
	static const struct { int err; const char *text; } known[] = {
		{ E2BIG, "Too large" },		/* of a file or an answer; of arguments for both */
		{ EIO, "Input/output error" }, { EBADF, "Bad file descriptor" },
		{ EAGAIN, "Resource temporarily unavailable" }, { ENOMEM, "Cannot allocate memory" },
		{ EXDEV, "Invalid cross-device link" }, { ENFILE, "Too many open files in system" },
		{ ENOTTY, "Inappropriate ioctl for device" }, { ERANGE, "Numerical result out of range" },
		{ EDEADLK, "Resource deadlock avoided" }, { ENOLCK, "No locks available" },
		{ ENOSYS, "Function not implemented" }, { ELOOP, "Too many levels of symbolic links" },
		{ EBADMSG, "Bad message" }, { EOPNOTSUPP, "Operation not supported" },
		{ ENETRESET, "Network dropped connection on reset" }, { EDQUOT, "Disk quota exceeded" },
		{ ECANCELED, "Operation canceled" },
	};
	static char other[24];
	size_t i;

	if (err < 0)
		err = -err;
	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].err == err)
			return known[i].text;
	if (err > 0 && err <= ERRNO_MAX)
		return strerror(err);
	out_text(other, sizeof(other), "error %d", err);
	return other;
}

void sys_wipe(void *p, size_t n)
{
	memset(p, 0, n);
	__asm__ volatile("" : : "r"(p) : "memory");
}

void __attribute__((noinline)) sys_wipe_stack(void)
{
	char below[65536];	/* a plan's deepest call needs a third of it */

	sys_wipe(below, sizeof(below));
}

void wait_begin(struct wait *w, int64_t until)
{
	w->n = 0;
	w->until = until;
}

void wait_fd(struct wait *w, int fd, short events)
{
	if (w->n == WAIT_FDS_MAX) {
		/* cannot happen with the ceilings of limits.h; looking again at once is safe */
		w->until = 0;
		return;
	}
	w->fds[w->n++] = (struct pollfd){ .fd = fd, .events = events };
}

void wait_until(struct wait *w, int64_t when)
{
	if (when < w->until)
		w->until = when;
}

static volatile sig_atomic_t stop_signal;

static void note_stop(int sig)
{
	stop_signal = sig;
}

void sys_catch_stop(void)
{
	struct sigaction sa = { .sa_handler = note_stop };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

int sys_stopped(void)
{
	return stop_signal;
}

int wait_run(struct wait *w)
{
	sigset_t none;
	struct timespec ts = { 0, 0 }, *timeout = NULL;
	int n;

	if (w->until != SYS_FOREVER) {
		int64_t us = w->until - sys_now();

		if (us > 0) {
			ts.tv_sec = us / 1000000;
			ts.tv_nsec = us % 1000000 * 1000;
		}
		timeout = &ts;
	}
	sigemptyset(&none);
	n = ppoll(w->fds, w->n, timeout, &none);
	return n < 0 && errno != EINTR ? -errno : n < 0 ? 1 : n;
}
