// SPDX-License-Identifier: GPL-2.0-or-later
/* Which arrays are assembled. That the kernel stops one is shown by the boots that shut down. */
#include <errno.h>

#include "kernel/md.h"
#include "tree.h"

static char asked[64];

static int fake(const char *name, unsigned long what)
{
	snprintf(asked, sizeof(asked), "%s %lx", name, what);
	return -EBUSY;
}

int main(void)
{
	tree_begin("md");
	tree_put("sys/block/md0/md/array_state", "clean\n");
	tree_put("sys/block/md1/md/array_state", "inactive\n");
	tree_put("sys/block/md2/md/array_state", "clear\n");
	tree_put("sys/block/sda/md/array_state", "clean\n");
	ok(md_assembled("md0"), "one that runs");
	ok(md_assembled("md1"), "one that holds members and does not run");
	ok(!md_assembled("md2") && !md_assembled("md3"), "one that was stopped, and none");
	ok(!md_assembled("sda"), "another device");
	is_int(md_stop("iscsiroot-none"), -ENOENT, "no such device");
	md_ioctl = fake;
	is_int(md_stop("md0"), -EBUSY, "one that is in use");
	is_str(asked, "md0 932", "STOP_ARRAY");
	tree_end();
	return done_testing();
}
