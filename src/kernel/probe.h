/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe: does anything listen at a TCP port? A connection that is only begun and then closed.
 */
#ifndef ISCSIROOT_KERNEL_PROBE_H
#define ISCSIROOT_KERNEL_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cause.h"
#include "base/scan.h"

/**
 * probe_start() - begin to connect, without blocking.
 * @device: network device to bind to (SO_BINDTODEVICE); "": any
 * Return: the socket, which the caller closes, or -errno.
 */
int probe_start(const struct addr *address, uint16_t port, const char *device);

/** probe_result() - 0: connected; -EINPROGRESS; -errno. Does not close @fd. */
int probe_result(int fd);

/**
 * probe_cause() - why a probe failed, and what to do.
 * @err: -errno of probe_start() or probe_result()
 * @c: its object stays
 */
void probe_cause(int err, struct cause *c);

#endif
