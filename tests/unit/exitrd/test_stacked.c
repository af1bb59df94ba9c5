// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "exitrd/stacked.h"
#include "tree.h"
#include "kernel/dm.h"

static struct bounded bounded;

static int no_dm(unsigned long what, struct dm_ioctl *arg)
{
	(void)what;
	(void)arg;
	return -EACCES;
}

static bool remove_dm(bool report)
{
	bool changed;

	bounded = (struct bounded){ .start = sys_now() };
	log_begin();
	changed = stacked_remove_dm(&bounded, report);
	log_end();
	return changed;
}

static void test_dm(void)
{
	ok(!remove_dm(true) && !*logged, "no devices: nothing is logged");
	tree_put("sys/block/dm-0/dev", "254:0\n");
	tree_put("sys/block/dm-1/dev", "254:1\n");
	dm_ioctl = no_dm;
	ok(!remove_dm(false) && !*logged, "not the last pass: nothing is logged");
	ok(!remove_dm(true), "the last pass: none was removed");
	is_str(logged, "iscsiroot: shutdown: device-mapper: 2 devices not removed: Permission denied\n",
	       "which is logged");
}

static void test_loops(void)
{
	bool changed;

	/* loop0 has no file; loop99999 has one, and no device node on this machine */
	tree_put("sys/block/loop0/dev", "7:0\n");
	tree_put("sys/block/loop99999/loop/backing_file", "/image\n");
	bounded = (struct bounded){ .start = sys_now() };
	log_begin();
	changed = stacked_detach_loops(&bounded);
	log_end();
	ok(!changed && !*logged, "a loop device that cannot be detached is no change");
}

int main(void)
{
	tree_begin("stacked");
	test_dm();
	test_loops();
	tree_end();
	return done_testing();
}
