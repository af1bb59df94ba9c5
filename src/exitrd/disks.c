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

/* Write an attribute of a disk's SCSI device. 0 or -errno. */
static int write_attr(const char *disk, const char *name, const char *value)
{
	char attr[192];
	int fd, err;

	if (!out_text(attr, sizeof(attr), "%s/block/%s/device/%s", session_sysfs, disk, name))
		return -ENAMETOOLONG;
	fd = open(attr, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = sys_write_all(fd, value, strlen(value));
	close(fd);
	return err;
}

static int remove_disk(void *arg)
{
	return write_attr(arg, "delete", "1");
}

static bool limit_retries(void *arg, const char *address)
{
	char attr[96];

	if (out_text(attr, sizeof(attr), "scsi_disk/%s/max_retries", address))
		write_attr(arg, attr, RETRIES);
	return true;
}

static bool limit_disk(void *arg, const char *disk)
{
	char name[64], dir[192];

	(void)arg;
	if (!span_copy(span_of(disk), name, sizeof(name)) ||
	    !out_text(dir, sizeof(dir), "%s/block/%s/device/scsi_disk", session_sysfs, name))
		return true;
	write_attr(name, "timeout", TIMEOUT_S);
	sys_list(AT_FDCWD, dir, limit_retries, name);
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
