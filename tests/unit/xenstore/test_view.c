// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "tap.h"
#include "xenstore/view.h"

#define AT "t=12.000000 "

static void test_view(void)
{
	struct host_view v = { "", "" };
	char line[700];

	ok(view_update(span_of(AT "step=net event=begin object=\"eth0\" code=0 text=\"\"\n"), &v), "a step");
	ok(!strcmp(v.stage, "net") && !*v.error, "is the stage, with no error");
	ok(!view_update(span_of(AT "step=net event=retry object=\"warning\" code=0 text=\"odd\"\n"), &v),
	   "a warning is none of the host's");
	view_update(span_of(AT "step=login event=retry object=\"192.0.2.1:3260\" code=69 "
			      "text=\"refused\\n\\x1b (start it)\"\n"), &v);
	is_str(v.stage, "login", "the next step");
	is_str(v.error, "login: 192.0.2.1:3260: refused?? (start it)", "what keeps it, fit for a terminal");
	ok(!view_update(span_of(AT "step=login event=retry object=\"192.0.2.1:3260\" code=69 "
				  "text=\"refused\\n\\x1b (start it)\"\n"), &v), "said once");
	view_update(span_of(AT "step=net event=ok object=\"eth1\" code=0 text=\"\"\n"), &v);
	ok(*v.error, "another step's end mends nothing");
	view_update(span_of(AT "step=login event=ok object=\"192.0.2.1:3260\" code=0 text=\"\"\n"), &v);
	is_str(v.error, "", "its own does");
	view_update(span_of(AT "step=plan event=fail object=\"\" code=78 text=\"no initiator name\"\n"), &v);
	is_str(v.error, "plan: no initiator name", "a failure without an object");
	view_update(span_of(AT "step=handoff event=ok object=\"/dev/dm-0\" code=0 text=\"ready\"\n"), &v);
	is_str(v.stage, "done", "the hand-off is the end");
	is_str(v.error, "", "and mends everything");
	ok(!view_update(span_of("no line at all\n"), &v) && !view_update(span_of(""), &v),
	   "what is no line changes nothing");
	memset(line, 'x', sizeof(line));
	memcpy(line, AT "step=login event=fail code=69 text=\"", strlen(AT "step=login event=fail code=69 text=\""));
	memcpy(line + 300, "\"\n", 3);
	view_update(span_of(line), &v);
	ok(strlen(v.error) < sizeof(v.error), "a long one is cut");
}

int main(void)
{
	test_view();
	return done_testing();
}
