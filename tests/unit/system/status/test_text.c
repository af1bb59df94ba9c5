// SPDX-License-Identifier: GPL-2.0-or-later
#include "system/status/text.h"
#include "tap.h"

static void test_login(void)
{
	static const char timeline[] =
		"t=3.000000 step=login event=begin object=\"192.0.2.1:3260 iqn.x\"\n"
		"t=4.000000 step=login event=retry object=\"192.0.2.1:3260 iqn.x\" code=69 text=x\n"
		"t=5.500000 step=login event=ok object=\"192.0.2.1:3260 iqn.x\" code=0 text=\"logged in\"\n"
		"t=6.000000 step=login event=ok object=\"192.0.2.1:32600 iqn.x\"\n"
		"t=7.000000 step=net event=ok object=\"192.0.2.1:3260\"\n"
		"t=8.000000 step=login event=ok object=\"192.0.2.1:3260\" \"\n"
		"step=login event=ok object=\"192.0.2.2:3260\"\n"
		"t=9 step=login event=ok object=192.0.2.3:3260";
	int64_t when = -1;

	ok(status_text_login(span_of(timeline), "192.0.2.1:3260", &when), "a login");
	is_int(when, 5500000, "when it was");
	ok(status_text_login(span_of(timeline), "192.0.2.3:3260", &when), "the last line, not ended");
	is_int(when, 9000000, "when that was");
	ok(!status_text_login(span_of(timeline), "192.0.2.2:3260", &when), "without a time");
	ok(!status_text_login(span_of(timeline), "192.0.2.4:3260", &when), "another portal");
	ok(!status_text_login(span_of(""), "192.0.2.1:3260", &when) && when == 9000000, "no timeline");
}

static void test_booted(void)
{
	uint64_t when = 7;

	ok(status_text_booted(span_of("cpu  1 2 3\nintr 99 btime 1\nctxt 5\nbtime 1795596066\nx"), &when),
	   "when this boot began");
	is_int((long long)when, 1795596066, "by its own line");
	ok(!status_text_booted(span_of("cpu 1\nbtime x\n"), &when) && when == 1795596066, "no number");
	ok(!status_text_booted(span_of("cpu 1\n"), &when), "no such line");
}

static void test_shown(void)
{
	static const struct { uint64_t n; bool size; const char *want; } rows[] = {
		{ 0, false, "0 s" }, { 59, false, "59 s" }, { 60, false, "1 min" }, { 3599, false, "59 min" },
		{ 3600, false, "1 h 0 min" }, { 86399, false, "23 h 59 min" }, { 86400, false, "1 d 0 h" },
		{ UINT64_MAX, false, "213503982334601 d 7 h" },
		{ 0, true, "0 bytes" }, { 1023, true, "1023 bytes" }, { 1024, true, "1 KiB" },
		{ 8589934592, true, "8 GiB" }, { 1649267441664, true, "1.5 TiB" },
		{ 1099511627775, true, "1023.9 GiB" }, { UINT64_MAX, true, "15.9 EiB" },
	};
	char text[64];
	struct out o;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		out_init(&o, text, sizeof(text));
		if (rows[i].size)
			status_text_size(&o, rows[i].n);
		else
			status_text_age(&o, rows[i].n);
		is_str(text, rows[i].want, rows[i].want);
	}
	is_str(status_text_error(1022), "no answer to a NOP-Out", "an error's name");
	ok(!status_text_error(0) && !status_text_error(1099), "errors that have none");
}

int main(void)
{
	test_login();
	test_booted();
	test_shown();
	return done_testing();
}
