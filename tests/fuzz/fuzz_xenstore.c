// SPDX-License-Identifier: GPL-2.0-or-later
/* A reply of the store, and a line of the timeline that the host is told of. */
#include <stdlib.h>
#include <string.h>

#include "formats/xenstore.h"
#include "xenstore/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool within(struct span part, struct span whole)
{
	return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

static void check_reply(struct span reply)
{
	struct span payload = { 0 }, error = { 0 };
	char entry[8192];
	size_t n;

	must(reply.n < XENSTORE_HEAD ||
	     xenstore_reply_size(reply.p) <= XENSTORE_HEAD + XENSTORE_PAYLOAD);
	if (reply.n < XENSTORE_HEAD || xenstore_reply_size(reply.p) != reply.n) {
		/* what is shorter or longer than it says is none */
		must(!xenstore_reply(reply, XENSTORE_READ, 7, &payload, &error));
		return;
	}
	if (!xenstore_reply(reply, XENSTORE_READ, 7, &payload, &error)) {
		must(!error.p || within(error, reply));
		return;
	}
	must(within(payload, reply) && payload.n <= XENSTORE_PAYLOAD);
	n = xenstore_entry(span_of("key"), payload, entry, sizeof(entry));
	must(n == payload.n + 6 && !memcmp(entry + 6, payload.p, payload.n));
	must(!xenstore_entry(span_of("key"), payload, entry, n - 1));
}

static void check_request(struct span text)
{
	char path[300], value[300], buf[XENSTORE_HEAD + XENSTORE_PAYLOAD];
	struct span head, payload = { 0 }, error = { 0 };
	size_t n;

	span_cut(&text, '\n', &head);
	if (!span_copy(head, path, sizeof(path)) || !span_copy(text, value, sizeof(value)))
		return;
	n = xenstore_request(XENSTORE_WRITE, 7, path, value, buf, sizeof(buf));
	must(n == XENSTORE_HEAD + strlen(path) + 1 + strlen(value));
	must(!xenstore_request(XENSTORE_WRITE, 7, path, value, buf, n - 1));
	/* its form is a reply's */
	must(xenstore_reply_size(buf) == n &&
	     xenstore_reply((struct span){ buf, n }, XENSTORE_WRITE, 7, &payload, &error));
	must(!strcmp(payload.p, path) && !memcmp(payload.p + strlen(path) + 1, value, strlen(value)));
}

static void check_view(struct span text)
{
	struct host_view v = { "", "" }, again;
	struct span line;

	while (text.n) {
		span_cut(&text, '\n', &line);
		again = v;
		must(view_update(line, &v) == (strcmp(again.stage, v.stage) || strcmp(again.error, v.error)));
		must(strlen(v.stage) < sizeof(v.stage) && strlen(v.error) < sizeof(v.error));
		must(!span_has_control(span_of(v.error)) && !span_has_control(span_of(v.stage)));
		if (!strcmp(v.stage, "done"))
			must(!*v.error);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct span text = { copy, len };

	if (len)
		memcpy(copy, data, len);
	check_reply(text);
	check_request(text);
	check_view(text);
	free(copy);
	return 0;
}
