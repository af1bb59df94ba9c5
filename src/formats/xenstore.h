/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xenstore_text: the bytes that go to xenstore and come from it (Xen's public/io/xs_wire.h). Pure.
 */
#ifndef ISCSIROOT_FORMATS_XENSTORE_H
#define ISCSIROOT_FORMATS_XENSTORE_H

#include "base/scan.h"

#define XENSTORE_HEAD 16		/* bytes of struct xsd_sockmsg */
#define XENSTORE_PAYLOAD 4096		/* XENSTORE_PAYLOAD_MAX */

enum xenstore_type {			/* enum xsd_sockmsg_type */
	XENSTORE_DIRECTORY = 1, XENSTORE_READ = 2, XENSTORE_WATCH = 4, XENSTORE_WRITE = 11,
	XENSTORE_WATCH_EVENT = 15, XENSTORE_ERROR = 16
};

/**
 * xenstore_request() - a request outside a transaction.
 * @path: relative: below the domain's own /local/domain/N
 * @value: of XENSTORE_WRITE; of XENSTORE_WATCH its token
 * Return: its length in @buf, 0 where it does not fit.
 */
size_t xenstore_request(enum xenstore_type type, uint32_t id, const char *path, const char *value,
			char *buf, size_t size);

/** xenstore_is_event() - does a message of these XENSTORE_HEAD bytes tell that a watch has fired? */
bool xenstore_is_event(const char head[XENSTORE_HEAD]);

/**
 * xenstore_reply_size() - how long the reply is that begins with the XENSTORE_HEAD bytes at @head;
 * 0 where it is longer than a reply can be.
 */
size_t xenstore_reply_size(const char head[XENSTORE_HEAD]);

/**
 * xenstore_reply() - read a whole reply.
 * @type, @id: of the request
 * @error: the store's own word ("ENOENT") where it refused, otherwise left alone
 * Return: true with @payload (within @reply); false with @error, or without where it is no reply to
 * this request.
 */
bool xenstore_reply(struct span reply, enum xenstore_type type, uint32_t id, struct span *payload,
		    struct span *error);

/** xenstore_entry() - a key and its value in the form of struct plan_input; 0 where it does not fit. */
size_t xenstore_entry(struct span key, struct span value, char *buf, size_t size);

#endif
