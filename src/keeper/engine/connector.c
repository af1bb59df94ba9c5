// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "keeper/engine/connector.h"
#include "kernel/probe.h"

#define FRESH_US 400000
#define OLD_US 3000000		/* ARP gives up after that time, too */

int64_t jitter(uint32_t *random, int64_t us)
{
	/* xorshift32, G. Marsaglia; never zero */
	uint32_t r = *random ? *random : 1;

	r ^= r << 13;
	r ^= r >> 17;
	r ^= r << 5;
	*random = r;
	return us - us / 4 + (int64_t)(r % 1024) * (us / 2) / 1023;
}

static void drop(struct connector *c, unsigned i)
{
	if (c->fd[i] >= 0)
		close(c->fd[i]);
	c->fd[i] = -1;
}

void connector_close(struct connector *c)
{
	if (!c->open)
		return;
	drop(c, 0);
	drop(c, 1);
	c->open = false;
}

/* Return: a socket that is connected, or -1; @err: of one that has failed. */
static int take_answers(struct connector *c, int *err)
{
	unsigned i;
	int result, fd;

	for (i = 0; i < 2; i++) {
		if (c->fd[i] < 0)
			continue;
		result = probe_result(c->fd[i]);
		if (!result) {
			fd = c->fd[i];
			c->fd[i] = -1;
			return fd;
		}
		if (result == -EINPROGRESS)
			continue;
		*err = result;
		drop(c, i);
	}
	return -1;
}

/* [0] is the older one. */
static void make_room(struct connector *c, int64_t now)
{
	if (c->fd[0] >= 0 && now - c->began[0] >= OLD_US)
		drop(c, 0);
	if (c->fd[0] < 0) {
		c->fd[0] = c->fd[1];
		c->began[0] = c->began[1];
		c->fd[1] = -1;
	}
	drop(c, 1);
}

int connector_step(struct connector *c, const struct addr *address, uint16_t port, const char *device,
		   uint32_t *random, struct wait *w)
{
	int64_t now = sys_now();
	int fd, err = 0, on = 1;
	unsigned i;

	if (!c->open)
		*c = (struct connector){ .open = true, .fd = { -1, -1 }, .fresh_at = now };
	fd = take_answers(c, &err);
	if (fd < 0 && now >= c->fresh_at && !err) {
		make_room(c, now);
		i = c->fd[0] < 0 ? 0 : 1;
		c->began[i] = now;
		c->fresh_at = now + jitter(random, FRESH_US * 4 / 5);
		c->fd[i] = probe_start(address, port, device);
		if (c->fd[i] < 0)
			err = c->fd[i];
		else
			fd = take_answers(c, &err);
	}
	if (fd >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		connector_close(c);
		return fd;
	}
	if (c->fd[0] < 0 && c->fd[1] < 0) {
		c->open = false;
		return err;
	}
	for (i = 0; i < 2; i++)
		if (c->fd[i] >= 0)
			wait_fd(w, c->fd[i], POLLOUT);
	wait_until(w, c->fresh_at);
	return -EINPROGRESS;
}

bool connector_is_silent(int fd, unsigned times)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	return fd >= 0 && !getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) &&
	       info.tcpi_unacked && info.tcpi_retransmits >= times;
}
