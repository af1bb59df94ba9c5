// SPDX-License-Identifier: GPL-2.0-or-later
/* The client against a store at the other end of a socket. */
#include <errno.h>

#include "base/limits.h"
#include "fake_store.h"

static void test_ask(void)
{
	static const struct answer answers[] = {
		{ 0, "value", 5 }, { XENSTORE_ERROR, "ENOENT", 7 }, { XENSTORE_ERROR, "EACCES", 7 },
		{ XENSTORE_ERROR, "EQUOTA", 7 }, { XENSTORE_WRITE, "OK", 3 },
	};
	static const int want[] = { 0, -ENOENT, -EACCES, -EIO, -EPROTO };
	static const char *const names[] = { "an answer", "no such path", "not ours", "any other word",
					     "an answer to something else" };
	struct span payload = { 0 };
	unsigned i;

	begin(answers, 5);
	for (i = 0; i < 5; i++) {
		is_int(store_request(&x, XENSTORE_READ, "vm-data/x", NULL, &payload), want[i], names[i]);
		if (!i)
			ok(span_eq(payload, "value"), "its payload");
	}
	is_str(end(), "2 vm-data/x\n2 vm-data/x\n2 vm-data/x\n2 vm-data/x\n2 vm-data/x\n", "the requests");
}

static void test_hostile(void)
{
	static const struct answer huge[] = { { 0, "", 0 } };
	struct span payload;
	uint32_t head[4] = { XENSTORE_READ, 1, 0, 0xfffffff0 };
	int fd[2];

	begin(huge, 1);
	end();
	socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
	x = (struct xenstore){ .fd = fd[0] };
	send(fd[1], head, sizeof(head), 0);
	is_int(store_request(&x, XENSTORE_READ, "a", NULL, &payload), -EPROTO, "a length beyond all bounds");
	close(fd[1]);
	ok(store_request(&x, XENSTORE_READ, "a", NULL, &payload) < 0, "a store that has gone");
	close(fd[0]);
	is_int(store_open(&x, "/nonexistent"), -ENOENT, "no such device");
}

static void test_gather(void)
{
	static const struct answer good[] = {
		{ 0, "target_ip\0target_name\0gone\0", 27 }, { 0, "192.0.2.1", 9 }, { 0, "iqn\0\n", 5 },
		{ XENSTORE_ERROR, "ENOENT", 7 },
	}, none[] = { { XENSTORE_ERROR, "ENOENT", 7 } }, forbidden[] = {
		{ 0, "password\0", 9 }, { XENSTORE_ERROR, "EACCES", 7 },
	};
	char keys[64];
	static const char want[] = "target_ip\0\x09\0" "192.0.2.1target_name\0\x05\0iqn\0\n";

	begin(good, 4);
	is_int(store_gather(&x, "vm-data/iscsiroot", keys, sizeof(keys)), sizeof(want) - 1,
	       "every key, without one that is taken back meanwhile");
	ok(!memcmp(keys, want, sizeof(want) - 1), "and its value as it is");
	is_str(end(), "1 vm-data/iscsiroot\n2 vm-data/iscsiroot/target_ip\n"
	       "2 vm-data/iscsiroot/target_name\n2 vm-data/iscsiroot/gone\n", "asked for by path");
	begin(good, 4);
	is_int(store_gather(&x, "vm-data/iscsiroot", keys, 20), -E2BIG, "more than fits");
	end();
	begin(none, 1);
	is_int(store_gather(&x, "vm-data/iscsiroot", keys, sizeof(keys)), 0, "nothing there");
	end();
	begin(forbidden, 2);
	is_int(store_gather(&x, "vm-data/iscsiroot", keys, sizeof(keys)), -EACCES,
	       "one that is not ours to read: none at all");
	end();
}

int main(void)
{
	store_begin();
	test_ask();
	test_hostile();
	test_gather();
	store_end();
	return done_testing();
}
