// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/xenstore.h"

/* struct xsd_sockmsg: all four in the machine's own byte order. */
enum { HEAD_TYPE, HEAD_ID, HEAD_TRANSACTION, HEAD_LENGTH, HEAD_WORDS };

size_t xenstore_request(enum xenstore_type type, uint32_t id, const char *path, const char *value,
			char *buf, size_t size)
{
	/* only a value has no NUL at its end */
	size_t path_len = strlen(path) + 1, value_len = type == XENSTORE_WRITE ? strlen(value) :
			  type == XENSTORE_WATCH ? strlen(value) + 1 : 0;
	uint32_t head[HEAD_WORDS] = { type, id, 0, path_len + value_len };

	if (path_len + value_len > XENSTORE_PAYLOAD || sizeof(head) + head[HEAD_LENGTH] > size)
		return 0;
	memcpy(buf, head, sizeof(head));
	memcpy(buf + sizeof(head), path, path_len);
	if (value_len)
		memcpy(buf + sizeof(head) + path_len, value, value_len);
	return sizeof(head) + head[HEAD_LENGTH];
}

bool xenstore_is_event(const char head[XENSTORE_HEAD])
{
	uint32_t words[HEAD_WORDS];

	memcpy(words, head, sizeof(words));
	return words[HEAD_TYPE] == XENSTORE_WATCH_EVENT;
}

size_t xenstore_reply_size(const char head[XENSTORE_HEAD])
{
	uint32_t words[HEAD_WORDS];

	memcpy(words, head, sizeof(words));
	return words[HEAD_LENGTH] > XENSTORE_PAYLOAD ? 0 : sizeof(words) + words[HEAD_LENGTH];
}

bool xenstore_reply(struct span reply, enum xenstore_type type, uint32_t id, struct span *payload,
		    struct span *error)
{
	uint32_t words[HEAD_WORDS];
	struct span rest;

	if (reply.n < sizeof(words))
		return false;
	memcpy(words, reply.p, sizeof(words));
	rest = (struct span){ reply.p + sizeof(words), reply.n - sizeof(words) };
	if (words[HEAD_ID] != id || words[HEAD_LENGTH] != rest.n)
		return false;
	if (words[HEAD_TYPE] == XENSTORE_ERROR) {
		span_cut(&rest, '\0', error);
		return false;
	}
	if (words[HEAD_TYPE] != type)
		return false;
	*payload = rest;
	return true;
}

size_t xenstore_entry(struct span key, struct span value, char *buf, size_t size)
{
	size_t n = key.n + 1 + 2 + value.n;

	if (n > size || value.n > 0xffff || memchr(key.p, '\0', key.n))
		return 0;
	memcpy(buf, key.p, key.n);
	buf += key.n;
	*buf++ = '\0';
	*buf++ = value.n;
	*buf++ = value.n >> 8;
	if (value.n)
		memcpy(buf, value.p, value.n);
	return n;
}
