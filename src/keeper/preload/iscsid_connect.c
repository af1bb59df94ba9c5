// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iscsid-connect.so: preloaded into the keeper's iscsid, to change two things about new
 * connections (open-iscsi usr/initiator.c, 2.1.8 and later):
 *
 * iscsid polls the socket for 1 ms after connect(), and again a whole second later (session_conn_poll).
 * If the portal is more than 1 ms away, I/O to the root is blocked for that second at every new login,
 * also when iscsid takes over a session that was not lost. Here that poll lasts longer.
 *
 * iscsid retries a login that is rejected or disconnected at once and without end (iscsi_login_eh):
 * hundreds of logins a second if the target is half configured, or behind a proxy, and each of them may
 * be closed by the target just when the kernel must not see it (the keeper's stop_connection()). After a
 * connect() that fails iscsid waits 3 s, so here connect() fails when there are too many: each session may
 * connect twice, then once every 3 s.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_MS 500		/* iscsid does not serve its other sessions meanwhile */
#define PACE_MS 2900		/* less than those 3 s: a timer that is early must not cost 3 s more */
#define PORTALS 64		/* SESSIONS_MAX; with more of them the oldest is forgotten */
#ifndef CONNECTIONS		/* a test has its own */
#define CONNECTIONS "/sys/class/iscsi_connection"
#endif

struct portal {
	char address[INET6_ADDRSTRLEN];
	unsigned port;
	int64_t due;		/* when it may be connected to again at the pace; earlier up to the burst */
};

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	struct timespec left;

	if (n == 1 && fds->events == POLLOUT && timeout == 1)
		timeout = CONNECT_MS;
	left.tv_sec = timeout / 1000;
	left.tv_nsec = timeout % 1000 * 1000000L;
	return ppoll(fds, n, timeout < 0 ? NULL : &left, NULL);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void read_attr(const char *connection, const char *name, char *buf, size_t size)
{
	char path[320];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/%s/%s", CONNECTIONS, connection, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, buf, size - 1);
		close(fd);
	}
	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

/* How many sessions have this portal; 1 if that is not known (a redirection, a host name). */
static unsigned count_sessions(const struct portal *p)
{
	char address[64], port[16], want[16];
	struct dirent *d;
	unsigned n = 0;
	DIR *dir;

	snprintf(want, sizeof(want), "%u", p->port);
	dir = opendir(CONNECTIONS);
	while (dir && (d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		read_attr(d->d_name, "persistent_address", address, sizeof(address));
		read_attr(d->d_name, "persistent_port", port, sizeof(port));
		n += !strcmp(address, p->address) && !strcmp(port, want);
	}
	if (dir)
		closedir(dir);
	return n ? n : 1;
}

static struct portal *find_portal(const struct sockaddr *address)
{
	const struct sockaddr_in6 *in6 = (const void *)address;
	const struct sockaddr_in *in = (const void *)address;
	static struct portal portals[PORTALS];
	struct portal key = { .due = 0 }, *p, *oldest = portals;

	if (address->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, key.address, sizeof(key.address));
		key.port = ntohs(in6->sin6_port);
	} else {
		inet_ntop(AF_INET, &in->sin_addr, key.address, sizeof(key.address));
		key.port = ntohs(in->sin_port);
	}
	for (p = portals; p < portals + PORTALS; p++) {
		if (p->port == key.port && !strcmp(p->address, key.address))
			return p;
		if (p->due < oldest->due)
			oldest = p;
	}
	*oldest = key;
	return oldest;
}

/* For each of the portal's sessions a connection every PACE_MS, and one more at once. */
static int may_connect(struct portal *p)
{
	unsigned n = count_sessions(p);
	int64_t now = now_ms(), early = p->due - now, pace = PACE_MS / n;

	if (early > pace * (2 * n - 1))
		return 0;
	p->due = (early > 0 ? p->due : now) + pace;
	return 1;
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
	if ((address->sa_family == AF_INET || address->sa_family == AF_INET6) &&
	    !may_connect(find_portal(address))) {
		errno = EAGAIN;
		return -1;
	}
	return syscall(SYS_connect, fd, address, len);
}
