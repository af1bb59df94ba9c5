// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "runtime/lease.h"
#include "tap.h"

static const char good[] = "version=1\nstate=good\naddress=192.0.2.100\nserver=192.0.2.1\nseconds=120\n"
	"since=30.000488\nnoted=29.900000\n";

static void test_both_ways(void)
{
	static const char *const states[] = { "asking", "good", "silent", "refused", "other" };
	struct lease_state r = { 0 }, again = { 0 };
	char text[512], want[32];
	struct out o;
	unsigned i;

	ok(lease_parse(span_of(good), &r) && r.state == LEASE_GOOD && r.seconds == 120 &&
	   r.since == 30000488 && r.noted == 29900000 && !r.other.family, "a lease");
	out_init(&o, text, sizeof(text));
	lease_format(&r, &o);
	is_str(text, good, "and back");
	scan_addr(span_of("192.0.2.105"), &r.other);
	r.server.family = 0;
	for (i = 0; i < 5; i++) {
		r.state = i;
		out_init(&o, text, sizeof(text));
		lease_format(&r, &o);
		out_text(want, sizeof(want), "\nstate=%s\n", states[i]);
		ok(strstr(text, want) && lease_parse((struct span){ text, o.len }, &again) &&
		   again.state == i && !again.server.family && addr_eq(&again.other, &r.other),
		   "both ways: %s", states[i]);
	}
}

static void test_bad(void)
{
	static const char *const bad[] = {
		"", "version=1\n", "version=2\naddress=192.0.2.1\n", "address=192.0.2.1\n",
		"version=1\naddress=192.0.2\n", "version=1\naddress=192.0.2.1\nstate=x\n",
		"version=1\naddress=192.0.2.1\nserver=x\n", "version=1\naddress=192.0.2.1\nother=x\n",
		"version=1\naddress=192.0.2.1\nseconds=4294967296\n",
		"version=1\naddress=192.0.2.1\nsince=1.5\n", "version=1\naddress=192.0.2.1\nnoted=x\n",
		"version=1\naddress=192.0.2.1\nstate", "version=1\naddress=192.0.2.1\n\"",
	};
	struct lease_state r = { .seconds = 7 };
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!lease_parse(span_of(bad[i]), &r) && r.seconds == 7, "rejected: number %u", i);
	ok(lease_parse(span_of("version=1\naddress=192.0.2.1\nlater=key\n"), &r),
	   "a key of a later version is no fault");
}

static void test_end(void)
{
	struct lease_state r = { .state = LEASE_GOOD, .seconds = 120, .since = 30900000 };

	ok(!lease_ended(&r, 0) && !lease_ended(&r, 30) && !lease_ended(&r, 150), "not at its end");
	ok(lease_ended(&r, 151), "at its end");
	r.seconds = LEASE_FOREVER;
	ok(!lease_ended(&r, UINT64_MAX), "a lease without end");
	r.seconds = LEASE_FOREVER - 1;
	r.since = INT64_MAX;
	ok(!lease_ended(&r, UINT32_MAX) && lease_ended(&r, UINT64_MAX), "numbers as large as can be");
}

int main(void)
{
	test_both_ways();
	test_bad();
	test_end();
	return done_testing();
}
