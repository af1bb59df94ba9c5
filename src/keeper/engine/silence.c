// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "base/sys.h"
#include "keeper/engine/silence.h"

#define TIMES 4			/* 0.2 + 0.4 + 0.8 + 1.6 s */

void silence_watch(struct connection *c, struct shared *s, struct wait *w)
{
	const struct keeper_portal *to = c->moved ? &c->to : c->portal;
	int fd;

	if (!connector_is_silent(c->fd, TIMES)) {
		connector_close(&c->connector);
		return;
	}
	fd = connector_step(&c->connector, &to->address, to->port, c->target->netdev, &s->random, w);
	if (fd >= 0) {
		close(fd);
		c->error = 0;
		c->broken = connector_is_silent(c->fd, TIMES);
	}
	wait_until(w, sys_now() + CONNECTOR_SILENT_US);
}
