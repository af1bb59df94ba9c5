// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/engine/tuning.h"
#include "kernel/session.h"
#include "tap.h"

static struct keeper_plan plan;
static struct tuning s;
static char seen[512];

static void ignored(struct span name, bool bad)
{
	char one[128];

	out_text(one, sizeof(one), "%pS%s ", &name, bad ? "!" : "");
	strncat(seen, one, sizeof(seen) - strlen(seen) - 1);
}

static void read_params(const char *const params[], bool multipath)
{
	for (plan.n_params = 0; params[plan.n_params]; plan.n_params++)
		out_text(plan.params[plan.n_params], sizeof(plan.params[0]), "%s", params[plan.n_params]);
	seen[0] = '\0';
	tuning_read(&plan, multipath, &s, ignored);
}

static void test_defaults(void)
{
	static const char *const none[] = { NULL };

	read_params(none, false);
	ok(s.recovery == RECOVERY_NEVER && s.noop_interval == 5 && s.noop_timeout == 15, "a single path");
	ok(s.cmds_max == 128 && s.queue_depth == 32 && s.fast_abort && !s.allow_none, "open-iscsi's values");
	read_params(none, true);
	ok(s.recovery == 15 && s.noop_timeout == 5, "several paths");
	plan.replacement_timeout = 60;
	read_params(none, false);
	is_int(s.recovery, 60, "the plan's timeout");
	plan.replacement_timeout = -1;
	read_params(none, true);
	is_int(s.recovery, RECOVERY_NEVER, "never");
	plan.replacement_timeout = 0;
	is_str(seen, "", "nothing is ignored");
}

static void test_params(void)
{
	static const char *const good[] = {
		"node.session.timeo.replacement_timeout=-1", "node.conn[0].timeo.noop_out_interval=0",
		"node.session.cmds_max=256", "node.session.queue_depth=64", "node.session.iscsi.FastAbort=No",
		"node.conn[0].iscsi.HeaderDigest=CRC32C", "node.session.auth.authmethod=CHAP,None",
		"node.startup=automatic", NULL,
	};
	static const char *const bad[] = {
		"node.session.cmds_max=100", "node.session.queue_depth=0", "node.session.iscsi.FastAbort=1",
		"node.session.timeo.replacement_timeout=x", "node.session.auth.authmethod=SRP", "a.b=c",
		"node.conn[0].iscsi.HeaderDigest=SHA", NULL,
	};

	read_params(good, true);
	is_str(seen, "", "parameters that have an effect, or need none");
	ok(s.recovery == RECOVERY_NEVER && !s.noop_interval && s.cmds_max == 256 && s.queue_depth == 64, "numbers");
	ok(!s.fast_abort && s.allow_none && s.offers.header_digest == OFFER_CRC32C, "and others");
	read_params(bad, false);
	is_str(seen, "node.session.cmds_max! node.session.queue_depth! node.session.iscsi.FastAbort! "
	       "node.session.timeo.replacement_timeout! node.session.auth.authmethod! a.b "
	       "node.conn[0].iscsi.HeaderDigest! ", "what is malformed or unknown is reported");
	ok(s.cmds_max == 128 && s.queue_depth == 32 && s.recovery == RECOVERY_NEVER, "and has no effect");
}

int main(void)
{
	test_defaults();
	test_params();
	return done_testing();
}
