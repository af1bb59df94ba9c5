// SPDX-License-Identifier: GPL-2.0-or-later
#include "runtime/keeper_plan.h"
#include "tap.h"

static const char text[] = "version=1\ninitiator=iqn.1993-08.org.debian:01:a\nmultipath=1\nreplacement_timeout=never\n"
	"param=\"node.session.cmds_max=64\"\nlater=x\n\n"
	"target=iqn.2001-04.com.example:t\nnetdev=\"\"\niface=eth0\nusername=u\npassword=\"a \\\"b\\\\\\xc3\\xa4\\x01\"\n"
	"username_in=\"\"\npassword_in=\"\"\nportal=192.0.2.1\nport=3260\ngroup=1\nportal=2001:db8::1\nport=3261\ngroup=2\n\n"
	"target=iqn.2001-04.com.example:u\nportal=192.0.2.1\nport=3260\ngroup=1\n";

static struct keeper_plan plan, again;
static char written[KEEPER_PLAN_TEXT_MAX];

static void test_parse(void)
{
	ok(keeper_plan_parse(span_of(text), &plan), "a plan");
	ok(plan.multipath && plan.replacement_timeout == -1 && plan.n_targets == 2 && plan.n_portals == 3 &&
	   plan.n_params == 1, "its numbers");
	is_str(plan.initiator, "iqn.1993-08.org.debian:01:a", "the initiator");
	is_str(plan.targets[0].password, "a \"b\\\xc3\xa4\x01", "a secret of any bytes");
	is_str(plan.targets[0].iface, "eth0", "an interface");
	ok(plan.portals[1].address.family == 6 && plan.portals[1].port == 3261 && plan.portals[1].group == 2 &&
	   !plan.portals[1].target && plan.portals[2].target == 1, "portals");
	ok(keeper_plan_paths(&plan, 0) == 2 && keeper_plan_paths(&plan, 1) == 1, "paths of each target");
}

static void test_both_ways(void)
{
	struct out o;

	out_init(&o, written, sizeof(written));
	keeper_plan_format(&plan, &o);
	ok(!o.overflow && keeper_plan_parse(span_of(written), &again) && !memcmp(&plan, &again, sizeof(plan)),
	   "what is written is read");
	plan.replacement_timeout = 30;
	out_init(&o, written, sizeof(written));
	keeper_plan_format(&plan, &o);
	ok(keeper_plan_parse(span_of(written), &again) && again.replacement_timeout == 30, "a timeout");
}

static void test_bad(void)
{
	static const char *const bad[] = {
		"", "version=2\ninitiator=a\n", "initiator=a\n", "version=1\n", "version=1\ninitiator=a\nmultipath=yes\n",
		"version=1\ninitiator=a\nreplacement_timeout=-1\n", "version=1\ninitiator=a\ntarget=t\nportal=host\n",
		"version=1\ninitiator=a\ntarget=t\nportal=192.0.2.1\n", "version=1\ninitiator=a\ntarget=t\nportal=192.0.2.1\nport=70000\n",
		"version=1\ninitiator=\"a\n",
	};
	unsigned i, taken = 0;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (keeper_plan_parse(span_of(bad[i]), &again)) {
			printf("# %s\n", bad[i]);
			taken++;
		}
	is_int(taken, 0, "what is malformed is rejected");
}

static void test_longest(void)
{
	unsigned i;
	struct out o;

	memset(&plan, 0, sizeof(plan));
	memset(plan.initiator, '\xff', sizeof(plan.initiator) - 1);
	plan.n_targets = TARGETS_MAX;
	plan.n_portals = LOGINS_MAX;
	plan.n_params = PARAMS_MAX;
	for (i = 0; i < TARGETS_MAX; i++) {
		struct keeper_target *t = &plan.targets[i];

		memset(t->name, '\xff', sizeof(t->name) - 1);
		memset(t->netdev, '\xff', sizeof(t->netdev) - 1);
		memset(t->iface, '\xff', sizeof(t->iface) - 1);
		memset(t->username, '\xff', sizeof(t->username) - 1);
		memset(t->password, '\xff', sizeof(t->password) - 1);
		memset(t->username_in, '\xff', sizeof(t->username_in) - 1);
		memset(t->password_in, '\xff', sizeof(t->password_in) - 1);
	}
	for (i = 0; i < LOGINS_MAX; i++) {
		plan.portals[i] = (struct keeper_portal){ .target = i / 2, .port = 65535, .group = 65535 };
		scan_addr(span_of("2001:db8:1111:1111:1111:1111:1111:1111"), &plan.portals[i].address);
	}
	for (i = 0; i < PARAMS_MAX; i++)
		memset(plan.params[i], '\xff', sizeof(plan.params[i]) - 1);
	out_init(&o, written, sizeof(written));
	keeper_plan_format(&plan, &o);
	ok(!o.overflow && keeper_plan_parse(span_of(written), &again) && !memcmp(&plan, &again, sizeof(plan)),
	   "the longest plan fits");
}

int main(void)
{
	test_parse();
	test_both_ways();
	test_bad();
	test_longest();
	return done_testing();
}
