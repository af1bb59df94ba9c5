// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/log.h"
#include "exitrd/stacked.h"
#include "kernel/dm.h"
#include "kernel/session.h"

static bool is_attached(const char *name)
{
	char sys[96];

	return !strncmp(name, "loop", 4) &&
	       out_text(sys, sizeof(sys), "block/%s/loop/backing_file", name) &&
	       session_sysfs_has(sys);
}

static int detach(void *arg)
{
	char dev[64];
	int fd, err;

	if (!out_text(dev, sizeof(dev), "/dev/%s", (const char *)arg))
		return -ENAMETOOLONG;
	fd = open(dev, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	err = ioctl(fd, LOOP_CLR_FD, 0) ? -errno : 0;
	close(fd);
	return err;
}

struct loops {
	struct bounded *b;
	bool changed;
};

static bool detach_loop(void *arg, const char *name)
{
	struct loops *l = arg;
	char copy[64];

	if (!is_attached(name) || !span_copy(span_of(name), copy, sizeof(copy)))
		return true;
	/* LOOP_CLR_FD also succeeds on a device in use, which is then detached at its last close */
	if (!bounded_call(l->b, copy, "detaching", detach, copy) && !is_attached(name))
		l->changed = true;
	return true;
}

static void list_block(bool (*fn)(void *arg, const char *name), void *arg)
{
	char dir[128];

	out_text(dir, sizeof(dir), "%s/block", session_sysfs);
	sys_list(AT_FDCWD, dir, fn, arg);
}

bool stacked_detach_loops(struct bounded *b)
{
	struct loops l = { b, false };

	list_block(detach_loop, &l);
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

	list_block(count_dm, &n);
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
