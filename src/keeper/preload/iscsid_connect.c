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
 * hundreds of logins a second if the target is half configured, or behind a proxy. After a connect()
 * that fails it waits 3 s, so here connect() fails when there are too many.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_MS 500		/* iscsid does not serve its other sessions meanwhile */
#define CONNECTS_S 2		/* in this time CONNECTS_MAX at most, for all sessions together */
#define CONNECTS_MAX 16

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	struct timespec left;

	if (n == 1 && fds->events == POLLOUT && timeout == 1)
		timeout = CONNECT_MS;
	left.tv_sec = timeout / 1000;
	left.tv_nsec = timeout % 1000 * 1000000L;
	return ppoll(fds, n, timeout < 0 ? NULL : &left, NULL);
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
	static time_t since;
	static unsigned count;
	struct timespec now;

	if (address->sa_family == AF_INET || address->sa_family == AF_INET6) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (!since || now.tv_sec - since >= CONNECTS_S) {
			since = now.tv_sec;
			count = 0;
		}
		if (++count > CONNECTS_MAX) {
			errno = EAGAIN;
			return -1;
		}
	}
	return syscall(SYS_connect, fd, address, len);
}
