// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/disks.h"
#include "exitrd/log.h"
#include "kernel/scsi.h"
#include "kernel/sysfs.h"

#define COMMAND_MS 30000	/* the time that a disk may take; its session pings more often */
#define RETRY_US 200000
#define RETRIES "5"		/* the kernel's default, SD_MAX_RETRIES */
#define TIMEOUT_S "60"		/* six times that is 360 s, more than RECOVERY_US */

static int flush(void *arg)
{
	int err;

	while ((err = scsi_flush(arg, COMMAND_MS)) == -EAGAIN)
		bounded_pause(RETRY_US);
	return err;
}

static int remove_disk(void *arg)
{
	return sysfs_write("1", "block/%s/device/delete", (const char *)arg);
}

static bool limit_retries(void *arg, const char *address)
{
	sysfs_write(RETRIES, "block/%s/device/scsi_disk/%s/max_retries", (const char *)arg, address);
	return true;
}

static bool limit_disk(void *arg, const char *disk)
{
	char name[64];

	(void)arg;
	if (!span_copy(span_of(disk), name, sizeof(name)))
		return true;
	sysfs_write(TIMEOUT_S, "block/%s/device/timeout", name);
	sysfs_list(limit_retries, name, "block/%s/device/scsi_disk", name);
	return true;
}

/*
 * In the running system 68-iscsiroot.rules has a command retried without end, also one that the disk
 * answers with an error. Here retries must end; and as the kernel does not retry a command that is
 * older than (retries + 1) * timeout, that time has to be longer than a target is waited for.
 */
void disks_limit_retries(const struct session *s)
{
	session_disks(s, limit_disk, NULL);
}

/* One call for each disk of a session. */
struct each {
	struct bounded *b;
	int (*fn)(void *arg);
	const char *doing, *failed;
};

static bool each_disk(void *arg, const char *disk)
{
	const struct each *e = arg;
	char name[64];
	int err;

	if (!span_copy(span_of(disk), name, sizeof(name)))
		return true;
	err = bounded_call(e->b, name, e->doing, e->fn, name);
	if (err && err != -ETIMEDOUT)
		log_line(name, "%s: %s", e->failed, sys_error(err));
	return true;
}

void disks_flush(struct bounded *b, const struct session *s)
{
	struct each e = { b, flush, "flushing the write cache", "write cache not flushed" };

	session_disks(s, each_disk, &e);
}

void disks_remove(struct bounded *b, const struct session *s)
{
	struct each e = { b, remove_disk, "removing the disk", "disk not removed" };

	session_disks(s, each_disk, &e);
}

static bool count(void *arg, const char *disk)
{
	(void)disk;
	++*(unsigned *)arg;
	return true;
}

unsigned disks_count(const struct session *s)
{
	unsigned n = 0;

	session_disks(s, count, &n);
	return n;
}

/* O_EXCL: the kernel refuses it where a mount, swap or stacked device has the disk. */
static bool find_busy(void *arg, const char *disk)
{
	bool *busy = arg;
	char dev[64];
	int fd;

	if (!out_text(dev, sizeof(dev), "/dev/%s", disk))
		return true;
	fd = open(dev, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	else if (errno == EBUSY)
		*busy = true;
	return !*busy;
}

bool disks_busy(const struct session *s)
{
	bool busy = false;

	session_disks(s, find_busy, &busy);
	return busy;
}
