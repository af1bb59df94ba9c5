// SPDX-License-Identifier: GPL-2.0-or-later
/* The clock source, in a sysfs of files. */
#include "kernel/clock.h"
#include "kernel/sysfs.h"
#include "tap.h"
#include "disk_tree.h"

#define CLOCK "devices/system/clocksource/clocksource0/current_clocksource"

int main(void)
{
	char now[CLOCKSOURCE_MAX + 2], text[8];

	tree_begin("clock");
	sysfs_root = tree_dir;
	tree_file(CLOCK, "xen\n");
	ok(!clock_set("", now) && !strcmp(now, "xen"), "nothing is set where nothing is asked for");
	is_str(sysfs_read(text, sizeof(text), CLOCK).p, "xen", "the kernel's own stays");
	/* a file is written over its beginning, as no kernel does: what is read back counts */
	ok(!clock_set("ts", now) && !strcmp(now, "tsn"), "what is read back is not what was asked for");
	ok(clock_set("tsc", now) && !strcmp(now, "tsc"), "what is read back is");
	unlink(tree_path(CLOCK));
	ok(!clock_set("tsc", now) && !*now, "a kernel that has none to show");
	tree_end();
	return done_testing();
}
