// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "exitrd/stacked.h"
#include "tree.h"
#include "kernel/dm.h"
#include "kernel/md.h"

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

/* The calls are made in a child, so they are printed: they stand between what is logged. */
static int print_dm(unsigned long what, struct dm_ioctl *arg)
{
	char line[128];
	const char *message = (char *)arg + arg->data_start + 8;

	out_text(line, sizeof(line), "%s %s\n", arg->name,
		 what == DM_TARGET_MSG ? message : what == DM_DEV_SUSPEND ? "resume" : "?");
	sys_write_all(STDOUT_FILENO, line, strlen(line));
	return strcmp(arg->name, "stuck") ? 0 : -EINVAL;
}

static void dm_device(const char *device, const char *name, const char *uuid, const char *suspended)
{
	char path[96];

	snprintf(path, sizeof(path), "sys/block/%s/dm/name", device);
	tree_put(path, name);
	snprintf(path, sizeof(path), "sys/block/%s/dm/uuid", device);
	tree_put(path, uuid);
	snprintf(path, sizeof(path), "sys/block/%s/dm/suspended", device);
	tree_put(path, suspended);
}

static const char *unblock(void)
{
	log_begin();
	stacked_unblock();
	log_end();
	return logged;
}

static void test_unblock(void)
{
	dm_ioctl = print_dm;
	dm_device("dm-0", "system-root", "LVM-x", "0\n");
	is_str(unblock(), "", "a volume that works");
	dm_device("dm-0", "system-root", "LVM-x", "1\n");
	is_str(unblock(), "system-root resume\n"
	       "iscsiroot: shutdown: system-root: device-mapper device was suspended: resumed\n",
	       "a suspended one is resumed");
	dm_device("dm-0", "stuck", "LVM-x", "1\n");
	is_str(unblock(), "stuck resume\n"
	       "iscsiroot: shutdown: stuck: device-mapper device is suspended, not resumed: Invalid argument\n",
	       "one that cannot be resumed");
	dm_device("dm-0", "mpatha", "mpath-3600", "0\n");
	tree_put("sys/block/dm-0/slaves/sda", "");
	tree_put("sys/block/sda/dev", "8:0\n");
	tree_put("sys/block/sda/device/state", "running\n");
	is_str(unblock(), "mpatha reinstate_path 8:0\n", "a map uses the path that it has");
	tree_put("sys/block/sda/device/state", "transport-offline\n");
	is_str(unblock(), "mpatha fail_if_no_path\n"
	       "iscsiroot: shutdown: mpatha: no path is left: its I/O fails from now on\n",
	       "an offline path is none: its I/O does not wait");
	tree_unlink("sys/block/sda/dev");
	dm_device("dm-0", "mpatha", "mpath-3600", "1\n");
	is_str(unblock(), "mpatha resume\n"
	       "iscsiroot: shutdown: mpatha: device-mapper device was suspended: resumed\n"
	       "mpatha fail_if_no_path\n"
	       "iscsiroot: shutdown: mpatha: no path is left: its I/O fails from now on\n",
	       "nor is one whose session has gone; a suspended map is resumed before");
}

/* md0 lies on md1, which can be stopped after it. */
static int fake_md(const char *name, unsigned long what)
{
	(void)what;
	if (!strcmp(name, "md9") || (!strcmp(name, "md1") && strcmp(tree_content("sys/block/md0/md/array_state"), "clear")))
		return -EBUSY;
	tree_put(strcmp(name, "md0") ? "sys/block/md1/md/array_state" : "sys/block/md0/md/array_state", "clear");
	return 0;
}

static bool stop_md(bool report)
{
	bool changed;

	bounded = (struct bounded){ .start = sys_now() };
	log_begin();
	changed = stacked_stop_md(&bounded, report);
	log_end();
	return changed;
}

static void test_md(void)
{
	unsigned i;

	ok(!stop_md(true) && !*logged, "no arrays: nothing is logged");
	md_ioctl = fake_md;
	tree_put("sys/block/md0/md/array_state", "clean\n");
	tree_put("sys/block/md1/md/array_state", "active\n");
	tree_put("sys/block/md9/md/array_state", "clean\n");
	for (i = 0; i < 9 && stop_md(false); i++)
		;
	is_str(tree_content("sys/block/md1/md/array_state"), "clear", "in passes, all that are not in use are stopped");
	ok(i && i < 9 && !*logged, "until nothing changes; nothing is logged");
	ok(!stop_md(true), "the last pass: none was stopped");
	is_str(logged, "iscsiroot: shutdown: md9: md array not stopped: Device or resource busy\n",
	       "the one that remains is logged");
}

int main(void)
{
	tree_begin("stacked");
	test_dm();
	test_loops();
	test_unblock();
	test_md();
	tree_end();
	return done_testing();
}
