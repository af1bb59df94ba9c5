// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "timeline_text.h"
#include "xenstore_text.h"

/* struct xsd_sockmsg: all four in the machine's own byte order. */
enum { HEAD_TYPE, HEAD_ID, HEAD_TRANSACTION, HEAD_LENGTH, HEAD_WORDS };

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

static void set_error(struct host_view *v, const struct timeline_entry *e)
{
	struct out o;
	char *p;

	out_init(&o, v->error, sizeof(v->error));
	out_fmt(&o, "%s: %s%s%s", timeline_steps[e->step], e->object, *e->object ? ": " : "", e->text);
	for (p = v->error; *p; p++)
		if (((unsigned char)*p) < 0x20 || *p == 0x7f)
			*p = '?';
}

bool xenstore_view(struct span line, struct host_view *v)
{
	struct host_view before = *v;
	struct timeline_entry e;
	const char *step;

	timeline_entry(line, &e);
	if (e.step < 0 || e.step == STEP_SHUTDOWN)
		return false;
	step = timeline_steps[e.step];
	out_text(v->stage, sizeof(v->stage), "%s", step);
	if (e.code)
		set_error(v, &e);
	else if (e.event == EV_OK && span_take(&(struct span){ v->error, strlen(v->error) }, step))
		v->error[0] = '\0';
	if (e.step == STEP_HANDOFF && e.event == EV_OK) {
		memcpy(v->stage, "done", sizeof("done"));
		v->error[0] = '\0';
	}
	return strcmp(before.stage, v->stage) || strcmp(before.error, v->error);
}
