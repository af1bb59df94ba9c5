// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iscsid-poll.so: preloaded into the keeper's iscsid. After connect() iscsid polls its socket for
 * 1 ms, and looks again a whole second later (open-iscsi usr/initiator.c, session_conn_poll): with
 * a portal more than 1 ms away the root stands for that second at every new login, also when iscsid
 * takes over a session that was never lost. Here it waits a little longer for the connection.
 */
#include <poll.h>
#include <time.h>

#define CONNECT_MS 150	/* how long iscsid may be kept from its other sessions */

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	struct timespec left;

	if (n == 1 && fds->events == POLLOUT && timeout == 1)
		timeout = CONNECT_MS;
	left.tv_sec = timeout / 1000;
	left.tv_nsec = timeout % 1000 * 1000000L;
	return ppoll(fds, n, timeout < 0 ? NULL : &left, NULL);
}
