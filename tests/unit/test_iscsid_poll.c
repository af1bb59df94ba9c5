// SPDX-License-Identifier: GPL-2.0-or-later
/* The poll() that iscsid gets: one call of it is changed, all others are the kernel's. */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include "tap.h"

static struct {
	struct pollfd *fds;
	nfds_t n;
	struct timespec timeout;
	bool forever;
} got;

static int fake_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const void *mask)
{
	got.fds = mask ? NULL : fds;
	got.n = n;
	got.forever = !timeout;
	if (timeout)
		got.timeout = *timeout;
	return 7;
}

int iscsid_poll(struct pollfd *fds, nfds_t n, int timeout);

#define poll iscsid_poll
#define ppoll fake_ppoll
#include "preload/iscsid_poll.c"

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

int main(void)
{
	is_int(asked(POLLOUT, 1, 1), CONNECT_MS, "1 ms for one connection: longer");
	is_int(asked(POLLOUT, 1, 0), 0, "no time");
	is_int(asked(POLLOUT, 1, 2), 2, "other times");
	is_int(asked(POLLOUT, 1, 61999), 61999, "more than a second");
	is_int(asked(POLLOUT, 1, -1), -1, "for ever");
	is_int(asked(POLLIN, 1, 1), 1, "other events");
	is_int(asked(POLLIN | POLLOUT, 1, 1), 1, "more events");
	is_int(asked(POLLOUT, 2, 1), 1, "more descriptors");
	return done_testing();
}
