// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "keeper/watchers.h"
#include "runtime/keeper_event.h"

void watchers_init(struct watchers *w)
{
	unsigned i;

	for (i = 0; i < WATCHERS_MAX; i++)
		w->fd[i] = -1;
}

bool watchers_add(struct watchers *w, int fd)
{
	unsigned i, k;

	for (i = 0; i < WATCHERS_MAX && w->fd[i] >= 0; i++)
		;
	if (i == WATCHERS_MAX)
		return false;
	w->fd[i] = fd;
	for (k = 0; k < LOGINS_MAX; k++)
		w->due[i][k] = true;
	return true;
}

bool watchers_any(const struct watchers *w)
{
	unsigned i;

	for (i = 0; i < WATCHERS_MAX; i++)
		if (w->fd[i] >= 0)
			return true;
	return false;
}

static enum keeper_event_state state_of(const struct connection *c)
{
	if (c->step == CONN_OFF || c->step > CONN_LOGOUT)
		return KEEPER_ENDED;
	if (c->step == CONN_UP)
		return c->scan ? KEEPER_SCANNING : KEEPER_UP;
	if (c->step == CONN_CONNECT)
		return KEEPER_CONNECTING;
	return c->step == CONN_PAUSE || c->step == CONN_STOP ? KEEPER_WAITING : KEEPER_LOGGING_IN;
}

static int send_state(int fd, const struct connection *c)
{
	struct keeper_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.portal = c->index;
	ev.state = state_of(c);
	ev.sid = c->has_session ? c->sid : 0;
	ev.attempts = c->attempts;
	ev.cause = c->cause;
	return send(fd, &ev, sizeof(ev), MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(ev) ? 0 : -errno;
}

static void drop(struct watchers *w, unsigned i)
{
	close(w->fd[i]);
	w->fd[i] = -1;
}

static void serve(struct watchers *w, unsigned i, const struct engine *e, struct wait *wait)
{
	char byte;
	ssize_t n = recv(w->fd[i], &byte, 1, MSG_DONTWAIT);
	unsigned k;
	int err;

	if (!n || (n < 0 && errno != EAGAIN)) {
		drop(w, i);
		return;
	}
	for (k = 0; k < e->n; k++) {
		if (!w->due[i][k])
			continue;
		err = send_state(w->fd[i], &e->connections[k]);
		if (err == -EAGAIN) {
			wait_fd(wait, w->fd[i], POLLOUT);
			return;
		}
		if (err) {
			drop(w, i);
			return;
		}
		w->due[i][k] = false;
	}
	wait_fd(wait, w->fd[i], POLLIN);
}

bool watchers_step(struct watchers *w, struct engine *e, struct wait *wait)
{
	bool changed = false;
	unsigned i, k;

	for (k = 0; k < e->n; k++) {
		for (i = 0; e->connections[k].changed && i < WATCHERS_MAX; i++)
			w->due[i][k] = true;
		changed |= e->connections[k].changed;
		e->connections[k].changed = false;
	}
	for (i = 0; i < WATCHERS_MAX; i++)
		if (w->fd[i] >= 0)
			serve(w, i, e, wait);
	return changed;
}
