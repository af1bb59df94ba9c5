// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/codes.h"
#include "kernel/probe.h"
#include "tap.h"

static void test_reasons(void)
{
	static const struct {
		int err, code;
		const char *text;
	} rows[] = {
		{ -ECONNREFUSED, CODE_UNAVAILABLE,
		  "connection refused (check that the target listens on this port)" },
		{ -EHOSTUNREACH, CODE_UNAVAILABLE,
		  "no route to host (check that the portal is up and on this network)" },
		{ -ENETUNREACH, CODE_UNAVAILABLE,
		  "network is unreachable (check gateway and netmask)" },
		{ -ETIMEDOUT, CODE_UNAVAILABLE,
		  "no answer from the portal (check address, cabling, firewall)" },
		{ -EADDRNOTAVAIL, CODE_UNAVAILABLE, "no local address to connect from yet (check ip=)" },
		{ -ENODEV, CODE_NO_DEVICE,
		  "the network device to bind to does not exist (check the device in netroot=)" },
	};
	struct cause c = { .object = "a portal" };
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		probe_cause(rows[i].err, &c);
		is_int(c.code, rows[i].code, rows[i].text);
		is_str(c.text, rows[i].text, "and its text");
	}
	probe_cause(-ENOBUFS, &c);
	is_int(c.code, CODE_UNAVAILABLE, "other errors");
	ok(!strncmp(c.text, "cannot connect: ", 16), "are named");
	is_str(c.object, "a portal", "the object stays");
}

static int await(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	poll(&pfd, 1, 10000);
	return probe_result(fd);
}

static void test_loopback(void)
{
	struct addr here = { 4, { 127, 0, 0, 1 } };
	struct sockaddr_in sa = { .sin_family = AF_INET };
	socklen_t len = sizeof(sa);
	int server = socket(AF_INET, SOCK_STREAM, 0), fd;

	memcpy(&sa.sin_addr, here.b, 4);
	bind(server, (struct sockaddr *)&sa, sizeof(sa));
	listen(server, 1);
	getsockname(server, (struct sockaddr *)&sa, &len);
	fd = probe_start(&here, ntohs(sa.sin_port), "");
	ok(fd >= 0, "a probe begins");
	is_int(await(fd), 0, "somebody listens");
	close(fd);
	close(server);
	fd = probe_start(&here, ntohs(sa.sin_port), "");
	is_int(await(fd), -ECONNREFUSED, "nobody listens any more");
	close(fd);
	is_int(probe_start(&here, 1, "no-such-nic0"), -ENODEV, "no such network device");
}

int main(void)
{
	test_reasons();
	test_loopback();
	return done_testing();
}
