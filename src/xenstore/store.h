/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xenstore: the domain's own part of Xen's store, over the kernel's device.
 */
#ifndef ISCSIROOT_XENSTORE_STORE_H
#define ISCSIROOT_XENSTORE_STORE_H

#include "base/scan.h"
#include "formats/xenstore.h"

struct xenstore {
	int fd;
	uint32_t id;				/* of the last request */
	bool fired;				/* out: a watch has; store_await() and the caller reset it */
	char buf[XENSTORE_HEAD + XENSTORE_PAYLOAD];
};

/** store_open() - @device is /dev/xen/xenbus. 0 or -errno. */
int store_open(struct xenstore *x, const char *device);

/**
 * store_request() - one request, and its reply within ten seconds.
 * @value: of XENSTORE_WRITE
 * @payload: within @x, until the next request
 * Return: 0 or -errno: -ENOENT no such path, -EACCES not ours to read or write, -ETIMEDOUT, -EPROTO
 * (what came is no reply), -EIO (any other word of the store).
 */
int store_request(struct xenstore *x, enum xenstore_type type, const char *path, const char *value,
		 struct span *payload);

/** store_await() - wait, for as long as it takes, until a watch fires. 0 or -errno. */
int store_await(struct xenstore *x);

/**
 * store_gather() - every key of the directory @path and its value, in the form of struct
 * plan_input.
 * Return: bytes in @buf, 0 where there is no such directory, or -errno (-E2BIG).
 */
int store_gather(struct xenstore *x, const char *path, char *buf, size_t size);

#endif
