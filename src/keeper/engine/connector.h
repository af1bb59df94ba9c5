/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * connector: connects to a portal that may be silent. TCP itself sends a SYN again after 1, 3 and 7 s, so that
 * a target that is back is noticed late. Here a fresh attempt begins every 400 ms, and whichever is answered
 * first is taken. At most two are in flight: the latest, and one that has waited for up to 3 s, for a
 * portal that is far away.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_CONNECTOR_H
#define ISCSIROOT_KEEPER_ENGINE_CONNECTOR_H

#include "base/sys.h"
#include "base/scan.h"

struct connector {
	bool open;			/* begun, not ended; what is zero is closed */
	int fd[2];			/* -1: none */
	int64_t began[2];		/* sys_now() */
	int64_t fresh_at;		/* when the next attempt begins */
};

/**
 * connector_step() - begin, or go on.
 * @device: network device to bind to; "": any
 * @random: state of the jitter
 * Return: a connected socket with TCP_NODELAY, which the caller owns from then on; -EINPROGRESS, and @w waits
 * for it; or -errno: every attempt has failed, the last with this. After both but -EINPROGRESS it is closed.
 */
int connector_step(struct connector *c, const struct addr *address, uint16_t port, const char *device,
		   uint32_t *random, struct wait *w);

/** connector_close() - abandon what is in flight. */
void connector_close(struct connector *c);

#define CONNECTOR_SILENT_US 300000

/**
 * connector_is_silent() - is what was sent on a connection not even acknowledged by TCP, though it was sent again
 * so many @times? Then a new connection gets through sooner than this one: TCP waits twice as long each time. To
 * be looked at every CONNECTOR_SILENT_US. @fd: -1: false.
 */
bool connector_is_silent(int fd, unsigned times);

/** jitter() - @us, a quarter more or less: guests that lost the same target shall not retry at the same moment. */
int64_t jitter(uint32_t *random, int64_t us);

#endif
