// SPDX-License-Identifier: GPL-2.0-or-later
/* Either engine is asked, by the plan. */
#include "boot/iscsi/logins.h"
#include "tree.h"

static struct logins l;
static struct plan plan;

static void test_engine(bool native, const char *name)
{
	struct wait w;

	memset(&l, 0, sizeof(l));
	plan.native = native;
	logins_preload(&l, native);
	logins_init(&l, &plan);
	is_int(logins_portals(&l), 1, name);
	is_int(native ? l.of_keeper.n_portals : l.login.n_portals, 1, "it is this engine that has it");
	is_int(native ? l.login.n_portals : l.of_keeper.n_portals, 0, "and not the other");
	ok(!logins_up(&l) && !logins_targets_up(&l) && !logins_scanning(&l) && logins_untried(&l) == 1, "it is not up");
	wait_begin(&w, SYS_FOREVER);
	log_begin();
	logins_report_abandoned(&l);
	log_end();
	spawn_await(native ? &l.of_keeper.modprobe : &l.login.modprobe, sys_now() + 5000000);
	is_int(logins_step(&l, &w), FAILED, "there are no modules");
	is_int(logins_cause(&l)->id, CAUSE_MODULE_MISSING, "which is the cause");
	logins_close(&l);
}

int main(void)
{
	tree_begin("logins");
	plan.n_targets = 1;
	out_text(plan.targets[0].name, sizeof(plan.targets[0].name), "iqn.2001-04.com.example:t");
	plan.targets[0].n_portals = 1;
	plan.targets[0].portals[0] = (struct plan_portal){ .addr = { .family = 4, .b = { 127, 0, 0, 1 } }, .port = 3260 };
	test_engine(false, "iscsistart");
	test_engine(true, "the keeper's engine");
	tree_end();
	return done_testing();
}
