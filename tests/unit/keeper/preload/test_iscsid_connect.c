// SPDX-License-Identifier: GPL-2.0-or-later
/* What iscsid gets for poll() and connect(): one call of the one is changed, and too many calls of
 * the other; all else is the kernel's. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "tap.h"

static struct {
	struct pollfd *fds;
	nfds_t n;
	struct timespec timeout;
	bool forever;
	const struct sockaddr *address;
	int fd;
	socklen_t len;
} got;

static time_t seconds = 1000;

static int fake_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
		      const void *mask)
{
	got.fds = mask ? NULL : fds;
	got.n = n;
	got.forever = !timeout;
	if (timeout)
		got.timeout = *timeout;
	return 7;
}

static int fake_clock_gettime(clockid_t clock, struct timespec *now)
{
	now->tv_sec = clock == CLOCK_MONOTONIC ? seconds : 0;
	now->tv_nsec = 0;
	return 0;
}

static long fake_syscall(long number, ...)
{
	va_list ap;

	va_start(ap, number);
	got.fd = number == SYS_connect ? va_arg(ap, int) : -1;
	got.address = va_arg(ap, const struct sockaddr *);
	got.len = va_arg(ap, socklen_t);
	va_end(ap);
	errno = EINPROGRESS;
	return -1;
}

int iscsid_poll(struct pollfd *fds, nfds_t n, int timeout);
int iscsid_connect(int fd, const struct sockaddr *address, socklen_t len);

#define poll iscsid_poll
#define connect iscsid_connect
#define ppoll fake_ppoll
#define clock_gettime fake_clock_gettime
#define syscall fake_syscall
#include "keeper/preload/iscsid_connect.c"

static struct pollfd fds[2];

/* The milliseconds that the kernel is asked for; -1: for ever. */
static long asked(short events, nfds_t n, int timeout)
{
	fds[0].events = events;
	got.fds = NULL;
	is_int(iscsid_poll(fds, n, timeout), 7, "the kernel's answer");
	ok(got.fds == fds && got.n == n, "with what was asked");
	return got.forever ? -1 : got.timeout.tv_sec * 1000L + got.timeout.tv_nsec / 1000000;
}

/* How many of @n connections reach the kernel. */
static int reach(int n, int family)
{
	struct sockaddr_storage address = { .ss_family = family };
	int i, reached = 0;

	for (i = 0; i < n; i++) {
		got.fd = -1;
		errno = 0;
		if (iscsid_connect(5, (struct sockaddr *)&address, sizeof(address)) != -1)
			return -1;
		if (errno == EINPROGRESS && got.fd == 5 && got.len == sizeof(address) &&
		    got.address == (struct sockaddr *)&address)
			reached++;
		else if (errno != EAGAIN || got.fd != -1)
			return -2;
	}
	return reached;
}

int main(void)
{
	is_int(asked(POLLOUT, 1, 1), 500, "1 ms for one connection: longer");
	is_int(asked(POLLOUT, 1, 0), 0, "no time");
	is_int(asked(POLLOUT, 1, 2), 2, "other times");
	is_int(asked(POLLOUT, 1, 61999), 61999, "more than a second");
	is_int(asked(POLLOUT, 1, -1), -1, "for ever");
	is_int(asked(POLLIN, 1, 1), 1, "other events");
	is_int(asked(POLLIN | POLLOUT, 1, 1), 1, "more events");
	is_int(asked(POLLOUT, 2, 1), 1, "more descriptors");

	is_int(reach(100, AF_INET), 16, "connections at once: 16, the others are told to come later");
	seconds += 1;
	is_int(reach(1, AF_INET6), 0, "a second later: still none");
	is_int(reach(100, AF_UNIX), 100, "others than TCP's are not counted");
	seconds += 1;
	is_int(reach(100, AF_INET6), 16, "after two: 16 more");
	seconds += 3;	/* what iscsid waits after one that failed */
	is_int(reach(1, AF_INET), 1, "it goes on");
	return done_testing();
}
