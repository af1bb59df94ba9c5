// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/sys.h"
#include "kernel/probe.h"

static int connect_to(int fd, const struct addr *address, uint16_t port)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	int ret;

	memcpy(&in.sin_addr, address->b, sizeof(in.sin_addr));
	memcpy(&in6.sin6_addr, address->b, sizeof(in6.sin6_addr));
	if (address->family == 6)
		ret = connect(fd, (struct sockaddr *)&in6, sizeof(in6));
	else
		ret = connect(fd, (struct sockaddr *)&in, sizeof(in));
	return !ret || errno == EINPROGRESS ? 0 : -errno;
}

int probe_start(const struct addr *address, uint16_t port, const char *device)
{
	int fd, err = 0;

	fd = socket(address->family == 6 ? AF_INET6 : AF_INET,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (*device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1))
		err = -errno;
	if (!err)
		err = connect_to(fd, address, port);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int probe_result(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int err = 0;

	if (poll(&pfd, 1, 0) <= 0)
		return -EINPROGRESS;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len))
		return -errno;
	return -err;
}

void probe_cause(int err, struct cause *c)
{
	static const struct {
		int err;
		enum cause_id id;
	} rows[] = {
		{ ECONNREFUSED, CAUSE_CONNECTION_REFUSED },
		{ EHOSTUNREACH, CAUSE_HOST_UNREACHABLE },
		{ ENETUNREACH, CAUSE_NETWORK_UNREACHABLE },
		{ ETIMEDOUT, CAUSE_NO_ANSWER },
		{ EADDRNOTAVAIL, CAUSE_NO_LOCAL_ADDRESS },
		{ ENODEV, CAUSE_BIND_NO_DEVICE },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].err == -err) {
			cause_set_plain(c, c->object, rows[i].id);
			return;
		}
	cause_set(c, c->object, CAUSE(CONNECT_ERROR), sys_error(-err));
}
