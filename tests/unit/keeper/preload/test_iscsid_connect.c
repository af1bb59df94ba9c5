// SPDX-License-Identifier: GPL-2.0-or-later
/* What iscsid gets for poll() and connect(): one call of the one is changed, and too many calls of
 * the other; all else is the kernel's. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

static int64_t ms = 1000000;

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
	now->tv_sec = clock == CLOCK_MONOTONIC ? ms / 1000 : 0;
	now->tv_nsec = ms % 1000 * 1000000;
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
#define CONNECTIONS tree
static char tree[64];
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

/* How many of @n connections to a port reach the kernel. */
static int reach(int n, int family, unsigned port)
{
	struct sockaddr_storage address = { .ss_family = family };
	int i, reached = 0;

	if (family == AF_INET) {
		((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(0xc0000201);
		((struct sockaddr_in *)&address)->sin_port = htons(port);
	} else if (family == AF_INET6) {
		((struct sockaddr_in6 *)&address)->sin6_addr.s6_addr[15] = 1;
		((struct sockaddr_in6 *)&address)->sin6_port = htons(port);
	}
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

static void test_pace(void)
{
	int n, last = 0, most = 0, least = 100;
	unsigned i;

	/* where each is closed at once: iscsid tries again at once, and 3 s after one that failed */
	for (i = 0; i < 60; i++, ms += 3000) {
		n = reach(100, AF_INET, 3260);
		most = i && n + last > most ? n + last : most;
		least = n < least ? n : least;
		last = n;
	}
	is_int(most, 3, "in 6 s three connections at most");
	is_int(least, 1, "and one every 3 s at least");
	is_int(reach(1, AF_INET, 3261), 1, "another port");
	is_int(reach(1, AF_INET6, 3260), 1, "another address");
	is_int(reach(100, AF_UNIX, 0), 100, "others than TCP's are not counted");
	ms -= 2000;
	is_int(reach(1, AF_INET, 3260), 0, "a second after the last: none");
	ms += 9000;
	is_int(reach(100, AF_INET, 3260), 2, "after a pause: two again");
	for (i = n = 0; i < 200; i++)
		n += reach(1, AF_INET6, 4000 + i);
	is_int(n, 200, "more portals than are remembered");
}

static void put(const char *connection, const char *name, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", tree, connection);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", tree, connection, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (write(fd, value, strlen(value)) < 0)
		printf("# %s not written\n", path);
	close(fd);
}

/* Sessions with one portal: each has its own pace, so that a takeover is not slowed down. */
static void test_shared(void)
{
	static const char *const names[] = { "connection1:0", "connection2:0", "connection3:0" };
	char path[128];
	unsigned i;

	mkdir(tree, 0755);
	for (i = 0; i < 3; i++) {
		put(names[i], "persistent_address", i < 2 ? "192.0.2.1\n" : "192.0.2.2\n");
		put(names[i], "persistent_port", "3260\n");
	}
	ms += 100000;
	is_int(reach(100, AF_INET, 3260), 4, "two sessions: two connections each at once");
	ms += 3000;
	is_int(reach(100, AF_INET, 3260), 2, "and one each every 3 s");
	is_int(reach(100, AF_INET, 3262), 2, "another port is not theirs");
	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s/persistent_address", tree, names[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s/%s/persistent_port", tree, names[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s/%s", tree, names[i]);
		rmdir(path);
	}
	rmdir(tree);
}

int main(void)
{
	snprintf(tree, sizeof(tree), "/tmp/iscsiroot-connect.%u", (unsigned)getpid());
	is_int(asked(POLLOUT, 1, 1), 500, "1 ms for one connection: longer");
	is_int(asked(POLLOUT, 1, 0), 0, "no time");
	is_int(asked(POLLOUT, 1, 2), 2, "other times");
	is_int(asked(POLLOUT, 1, 61999), 61999, "more than a second");
	is_int(asked(POLLOUT, 1, -1), -1, "for ever");
	is_int(asked(POLLIN, 1, 1), 1, "other events");
	is_int(asked(POLLIN | POLLOUT, 1, 1), 1, "more events");
	is_int(asked(POLLOUT, 2, 1), 1, "more descriptors");

	test_pace();
	test_shared();
	return done_testing();
}
