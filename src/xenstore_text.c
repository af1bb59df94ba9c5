// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "state.h"
#include "xenstore_text.h"

/* struct xsd_sockmsg: all four in the machine's own byte order. */
enum { HEAD_TYPE, HEAD_ID, HEAD_TRANSACTION, HEAD_LENGTH, HEAD_WORDS };

/* Those of a boot. */
#define STEPS " plan net login settle handoff "

size_t xenstore_request(enum xenstore_type type, uint32_t id, const char *path, const char *value,
			char *buf, size_t size)
{
	size_t path_len = strlen(path) + 1, value_len = type == XENSTORE_WRITE ? strlen(value) : 0;
	uint32_t head[HEAD_WORDS] = { type, id, 0, path_len + value_len };

	if (path_len + value_len > XENSTORE_PAYLOAD || sizeof(head) + head[HEAD_LENGTH] > size)
		return 0;
	memcpy(buf, head, sizeof(head));
	memcpy(buf + sizeof(head), path, path_len);
	if (value_len)
		memcpy(buf + sizeof(head) + path_len, value, value_len);
	return sizeof(head) + head[HEAD_LENGTH];
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

static void set_error(struct host_view *v, const char *step, const char *object, const char *text)
{
	struct out o;
	char *p;

	out_init(&o, v->error, sizeof(v->error));
	out_fmt(&o, "%s: %s%s%s", step, object, *object ? ": " : "", text);
	for (p = v->error; *p; p++)
		if (((unsigned char)*p) < 0x20 || *p == 0x7f)
			*p = '?';
}

bool xenstore_view(struct span line, struct host_view *v)
{
	char value[512], step[16] = "", event[16] = "", object[96] = "", text[256] = "";
	struct host_view before = *v;
	struct span key;
	bool cause = false;

	while (state_next(&line, &key, value, sizeof(value))) {
		if (span_eq(key, "step"))
			out_text(step, sizeof(step), "%s", value);
		else if (span_eq(key, "event"))
			out_text(event, sizeof(event), "%s", value);
		else if (span_eq(key, "object"))
			out_text(object, sizeof(object), "%s", value);
		else if (span_eq(key, "text"))
			out_text(text, sizeof(text), "%s", value);
		else if (span_eq(key, "code"))
			cause = strcmp(value, "0");
	}
	if (!span_listed(span_of(step), STEPS))
		return false;
	memcpy(v->stage, step, sizeof(step));
	if (cause)
		set_error(v, step, object, text);
	else if (!strcmp(event, "ok") && span_take(&(struct span){ v->error, strlen(v->error) }, step))
		v->error[0] = '\0';
	if (!strcmp(step, "handoff") && !strcmp(event, "ok")) {
		memcpy(v->stage, "done", sizeof("done"));
		v->error[0] = '\0';
	}
	return strcmp(before.stage, v->stage) || strcmp(before.error, v->error);
}
