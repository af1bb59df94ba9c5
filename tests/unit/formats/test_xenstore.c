// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/xenstore.h"
#include "tap.h"

static char buf[8192];

static struct span reply(uint32_t type, uint32_t id, const char *payload, uint32_t len)
{
	uint32_t head[4] = { type, id, 0, len };

	memcpy(buf, head, sizeof(head));
	memcpy(buf + sizeof(head), payload, len);
	return (struct span){ buf, sizeof(head) + len };
}

static void test_request(void)
{
	static const char want[] = "\x0b\0\0\0\x05\0\0\0\0\0\0\0\x07\0\0\0" "a/b\0xyz";
	static char path[XENSTORE_PAYLOAD + 2];
	size_t n = xenstore_request(XENSTORE_WRITE, 5, "a/b", "xyz", buf, sizeof(buf));

	ok(n == sizeof(want) - 1 && !memcmp(buf, want, n), "a write: head, path, NUL, value");
	n = xenstore_request(XENSTORE_READ, 1, "a", NULL, buf, sizeof(buf));
	ok(n == 18 && buf[0] == 2 && buf[12] == 2 && !buf[17], "a read: the path and its NUL");
	ok(xenstore_request(XENSTORE_READ, 1, "a", NULL, buf, 18) == 18 &&
	   !xenstore_request(XENSTORE_READ, 1, "a", NULL, buf, 17), "no byte beyond the buffer");
	memset(path, 'p', XENSTORE_PAYLOAD);
	ok(!xenstore_request(XENSTORE_READ, 1, path, NULL, buf, sizeof(buf)), "longer than the store takes");
	path[XENSTORE_PAYLOAD - 1] = '\0';
	is_int(xenstore_request(XENSTORE_READ, 1, path, NULL, buf, sizeof(buf)), 16 + XENSTORE_PAYLOAD,
	       "as long as it takes");
}

static bool takes(struct span r)
{
	struct span payload = { 0 }, error = { 0 };

	return xenstore_reply(r, XENSTORE_READ, 7, &payload, &error) && payload.p == r.p + 16 && !error.p;
}

static void test_reply(void)
{
	struct span payload = { 0 }, error = { 0 }, r;

	r = reply(XENSTORE_READ, 7, "a\0b", 3);
	is_int(xenstore_reply_size(r.p), 19, "how long it is");
	ok(takes(r), "a reply, NUL and all");
	ok(!takes((struct span){ r.p, r.n - 1 }), "one that is cut short");
	ok(!takes((struct span){ r.p, r.n + 1 }), "one with something behind it");
	ok(!takes((struct span){ r.p, 15 }), "not even a head");
	ok(takes(reply(XENSTORE_READ, 7, "", 0)), "an empty value");
	ok(!takes(reply(XENSTORE_READ, 8, "a", 1)), "of another request");
	ok(!takes(reply(XENSTORE_WRITE, 7, "a", 1)), "of another type");
	r = reply(XENSTORE_ERROR, 7, "ENOENT", 7);
	ok(!xenstore_reply(r, XENSTORE_READ, 7, &payload, &error) && span_eq(error, "ENOENT"), "refused");
	r = reply(XENSTORE_READ, 7, "", 0);
	buf[12] = 0x01;
	buf[13] = 0x10;
	is_int(xenstore_reply_size(r.p), 0, "longer than a reply can be");
	buf[12] = 0x00;
	is_int(xenstore_reply_size(r.p), 16 + 4096, "as long as it can be");
}

static void test_entry(void)
{
	char value[300];

	memset(value, 'v', sizeof(value));
	is_int(xenstore_entry(span_of("ab"), (struct span){ value, 258 }, buf, sizeof(buf)), 263, "an entry");
	ok(!memcmp(buf, "ab\0\x02\x01vv", 7), "key, NUL, length with the low byte first, value");
	ok(xenstore_entry(span_of("ab"), (struct span){ value, 258 }, buf, 263) == 263 &&
	   !xenstore_entry(span_of("ab"), (struct span){ value, 258 }, buf, 262), "no byte beyond the buffer");
	ok(!xenstore_entry((struct span){ "a\0b", 3 }, span_of("x"), buf, sizeof(buf)), "a key with a NUL");
}

int main(void)
{
	test_request();
	test_reply();
	test_entry();
	return done_testing();
}
