// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/log.h"
#include "exitrd/stacked.h"
#include "kernel/dm.h"
#include "kernel/loop.h"
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
