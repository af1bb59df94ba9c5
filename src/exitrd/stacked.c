// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/child.h"
#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/bounds.h"
#include "exitrd/log.h"
#include "exitrd/stacked.h"
#include "kernel/dm.h"
#include "kernel/loop.h"
#include "kernel/md.h"
#include "kernel/sysfs.h"

static int detach(void *arg)
{
	return loop_detach(arg);
}

struct loops {
	struct bounded *b;
	bool changed;
};

static bool detach_loop(void *arg, const char *name)
{
	struct loops *l = arg;
	char copy[64];

	if (!loop_attached(name) || !span_copy(span_of(name), copy, sizeof(copy)))
		return true;
	/* LOOP_CLR_FD also succeeds on a device in use, which is then detached at its last close */
	if (!bounded_call(l->b, copy, "detaching", detach, copy) && !loop_attached(name))
		l->changed = true;
	return true;
}

bool stacked_detach_loops(struct bounded *b)
{
	struct loops l = { b, false };

	sysfs_list(detach_loop, &l, "block");
	return l.changed;
}

static bool count_dm(void *arg, const char *name)
{
	*(unsigned *)arg += !strncmp(name, "dm-", 3);
	return true;
}

static unsigned dm_devices(void)
{
	unsigned n = 0;

	sysfs_list(count_dm, &n, "block");
	return n;
}

static void report_left(const char *name, int err)
{
	log_line(name, "device-mapper device not removed: %s", sys_error(err));
}

/* @arg: not NULL where those that remain are reported */
static int remove_dm(void *arg)
{
	int n = dm_remove_all(arg ? report_left : NULL);

	return n < 0 ? n : 0;
}

bool stacked_remove_dm(struct bounded *b, bool report)
{
	unsigned before = dm_devices();
	int err;

	if (!before)
		return false;
	err = bounded_call(b, "device-mapper", "removing devices", remove_dm, report ? b : NULL);
	if (err && report)
		log_line("device-mapper", "%u devices not removed: %s", before, sys_error(err));
	return dm_devices() < before;
}

struct arrays {
	struct bounded *b;
	bool report, changed;
};

static int stop(void *arg)
{
	return md_stop(arg);
}

static bool stop_array(void *arg, const char *name)
{
	struct arrays *a = arg;
	char copy[64];
	int err;

	if (!md_assembled(name) || !span_copy(span_of(name), copy, sizeof(copy)))
		return true;
	err = bounded_call(a->b, copy, "stopping the array", stop, copy);
	if (err && a->report)
		log_line(copy, "md array not stopped: %s", sys_error(err));
	a->changed |= !err;
	return true;
}

bool stacked_stop_md(struct bounded *b, bool report)
{
	struct arrays a = { b, report, false };

	sysfs_list(stop_array, &a, "block");
	return a.changed;
}

/* A multipath map and the paths that are left to it. */
struct map {
	const char *name;
	unsigned paths;
};

/*
 * multipathd, which would tell the kernel that a path is back, has been killed. A path of a destroyed
 * session has gone from sysfs; offline is one whose recovery has taken longer than it may.
 */
static bool use_path(void *arg, const char *slave)
{
	char state[32], dev[16], text[48];
	struct map *m = arg;

	sysfs_read(state, sizeof(state), "block/%s/device/state", slave);
	if (!sysfs_read(dev, sizeof(dev), "block/%s/dev", slave).n || !strcmp(state, "offline") ||
	    !strcmp(state, "transport-offline"))
		return true;
	m->paths++;
	out_text(text, sizeof(text), "reinstate_path %s", dev);
	dm_message(m->name, text);
	return true;
}

static void unblock_map(const char *device, const char *name)
{
	struct map m = { name, 0 };
	int err;

	sysfs_list(use_path, &m, "block/%s/slaves", device);
	if (m.paths)
		return;
	err = dm_message(name, "fail_if_no_path");
	if (err)
		log_line(name, "no path is left, and its I/O keeps waiting: %s", sys_error(err));
	else
		log_line(name, "no path is left: its I/O fails from now on");
}

static bool unblock(void *arg, const char *device)
{
	char name[DM_NAME_MAX + 1], uuid[DM_UUID_LEN];
	int err;

	(void)arg;
	if (!sysfs_read(name, sizeof(name), "block/%s/dm/name", device).n)
		return true;
	/* before any message, which a suspended map does not take */
	if (sysfs_number(1, "block/%s/dm/suspended", device)) {
		err = dm_resume(name);
		if (err)
			log_line(name, "device-mapper device is suspended, not resumed: %s", sys_error(err));
		else
			log_line(name, "device-mapper device was suspended: resumed");
	}
	sysfs_read(uuid, sizeof(uuid), "block/%s/dm/uuid", device);
	if (!strncmp(uuid, "mpath-", 6))
		unblock_map(device, name);
	return true;
}

static int unblock_all(void *arg)
{
	return sysfs_list(unblock, arg, "block");
}

void stacked_unblock(void)
{
	struct child c;

	if (!dm_devices())
		return;
	child_start(&c, unblock_all, NULL);
	child_wait(&c, 1, sys_now() + BRIEF_US);
	child_leave(&c);
}
