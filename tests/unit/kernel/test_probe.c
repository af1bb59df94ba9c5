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
		  "connection refused (is the target's service running on this port?)" },
		{ -EHOSTUNREACH, CODE_UNAVAILABLE,
		  "no route to host (is the portal's machine up and on this network?)" },
		{ -ENETUNREACH, CODE_UNAVAILABLE,
		  "network is unreachable (check gateway and netmask)" },
		{ -ETIMEDOUT, CODE_UNAVAILABLE,
		  "the portal does not answer (check address, cabling, firewall)" },
		{ -EADDRNOTAVAIL, CODE_UNAVAILABLE, "no address of ours to connect from yet" },
		{ -ENODEV, CODE_NO_DEVICE,
		  "the network device to bind to does not exist (check the device in netroot=)" },
	};
	char text[256];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		is_int(probe_reason(rows[i].err, text, sizeof(text)), rows[i].code, rows[i].text);
		is_str(text, rows[i].text, "and its text");
	}
	is_int(probe_reason(-ENOBUFS, text, sizeof(text)), CODE_UNAVAILABLE, "other errors");
	ok(!strncmp(text, "cannot connect: ", 16), "are named");
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
