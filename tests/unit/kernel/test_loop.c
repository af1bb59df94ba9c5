// SPDX-License-Identifier: GPL-2.0-or-later
/* Which loop devices have a file. That they lose it is shown by the boots that shut down. */
#include "kernel/loop.h"
#include "kernel/sysfs.h"
#include "tap.h"
#include "disk_tree.h"

int main(void)
{
	tree_begin("loop");
	sysfs_root = tree_dir;
	tree_file("block/loop0/loop/backing_file", "/file\n");
	tree_file("block/loop1/size", "0\n");
	tree_file("block/sda/loop/backing_file", "/file\n");
	ok(loop_attached("loop0"), "one with a file");
	ok(!loop_attached("loop1") && !loop_attached("loop2"), "one without, and none");
	ok(!loop_attached("sda"), "another device");
	is_int(loop_detach("iscsiroot-none"), -ENOENT, "no such device");
	tree_end();
	return done_testing();
}
