// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/child.h"
#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/parts.h"
#include "kernel/dm.h"
#include "kernel/scsi.h"

#define COMMAND_MS 30000	/* as long as a disk may take; its session's own pings are faster */
#define PROBE_MS 3000
#define AGAIN_US 200000
#define RETRIES "5"		/* the kernel's own, SD_MAX_RETRIES */
#define TIMEOUT_S "60"		/* six times that: 360 s, PATIENCE_US is 300 s */

static bool is_loop(const char *name)
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
	struct down *d;
	bool changed;
};

static bool loop_off(void *arg, const char *name)
{
	struct loops *l = arg;
	char copy[64];

	if (!is_loop(name) || !span_copy(span_of(name), copy, sizeof(copy)))
		return true;
	/* one that is in use says yes, and goes with its last user */
	if (!down_call(l->d, copy, "detaching", detach, copy) && !is_loop(name))
		l->changed = true;
	return true;
}

static void list_block(bool (*fn)(void *arg, const char *name), void *arg)
{
	char dir[128];

	out_text(dir, sizeof(dir), "%s/block", session_sysfs);
	sys_list(AT_FDCWD, dir, fn, arg);
}

bool disks_loops_off(struct down *d)
{
	struct loops l = { d, false };

	list_block(loop_off, &l);
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

static void say_left(const char *name, int err)
{
	down_say(name, "device-mapper device not removed: %s", sys_error(err));
}

static int remove_dm(void *arg)
{
	int n = dm_remove_all(arg ? say_left : NULL);

	return n < 0 ? n : 0;
}

bool disks_dm_off(struct down *d, bool last)
{
	unsigned before = dm_devices();
	int err;

	if (!before)
		return false;
	err = down_call(d, "device-mapper", "removing the devices", remove_dm,
			last && !d->init_stays ? d : NULL);
	if (err && last && !d->init_stays)
		down_say("device-mapper", "%u devices not removed: %s", before, sys_error(err));
	return dm_devices() < before;
}

static int flush(void *arg)
{
	int err;

	while ((err = scsi_flush(arg, COMMAND_MS)) == -EAGAIN)
		down_pause(AGAIN_US);
	return err;
}

/* An attribute of a disk's SCSI device. 0 or -errno. */
static int put_attr(const char *disk, const char *name, const char *value)
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

static int delete(void *arg)
{
	return put_attr(arg, "delete", "1");
}

static bool limit_retries(void *arg, const char *address)
{
	char attr[96];

	if (out_text(attr, sizeof(attr), "scsi_disk/%s/max_retries", address))
		put_attr(arg, attr, RETRIES);
	return true;
}

static bool limit_disk(void *arg, const char *disk)
{
	char name[64], dir[192];

	(void)arg;
	if (!span_copy(span_of(disk), name, sizeof(name)) ||
	    !out_text(dir, sizeof(dir), "%s/block/%s/device/scsi_disk", session_sysfs, name))
		return true;
	put_attr(name, "timeout", TIMEOUT_S);
	sys_list(AT_FDCWD, dir, limit_retries, name);
	return true;
}

/*
 * In the running system a command is tried for ever (68-iscsiroot.rules), also one that the disk
 * answers with an error. Here that ends; as one that is older than (retries + 1) * timeout is not
 * tried again, that is made more than a target is waited for.
 */
void disks_limit(const struct session *s)
{
	session_disks(s, limit_disk, NULL);
}

/* One call for each disk of a session. */
struct each {
	struct down *d;
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
	err = down_call(e->d, name, e->doing, e->fn, name);
	if (err && err != -ETIMEDOUT)
		down_say(name, "%s: %s", e->failed, sys_error(err));
	return true;
}

void disks_flush(struct down *d, const struct session *s)
{
	struct each e = { d, flush, "flushing its cache", "cache not flushed" };

	session_disks(s, each_disk, &e);
}

void disks_delete(struct down *d, const struct session *s)
{
	struct each e = { d, delete, "taking it out", "not taken out" };

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

/* The kernel gives a disk for exclusive use where no mount, swap or device upon it has it. */
static bool is_free(void *arg, const char *disk)
{
	char dev[64];
	int fd;

	if (!out_text(dev, sizeof(dev), "/dev/%s", disk))
		return true;
	fd = open(dev, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	*(bool *)arg |= fd < 0 && errno == EBUSY;
	return !*(bool *)arg;
}

bool disks_held(const struct session *s)
{
	bool held = false;

	session_disks(s, is_free, &held);
	return held;
}

int (*disks_ask)(const char *disk, unsigned timeout_ms) = scsi_alive;

/* A child for each disk of a session, side by side: one that hangs holds up no other. */
struct probes {
	const struct session *s;
	int64_t until;
	char name[64];		/* of the one that is begun */
	unsigned n;
	struct child c[DISKS_MAX];
};

/* Now; @s is as it was at the beginning. */
static bool is_logged_in(const struct session *s)
{
	struct session list[SESSIONS_MAX];
	int i, n = session_list(list, SESSIONS_MAX);

	for (i = 0; i < n; i++)
		if (list[i].sid == s->sid)
			return list[i].logged_in;
	return false;
}

/* A disk that cannot be opened is asked again only while its session may still come back. */
static int probe(void *arg)
{
	const struct probes *p = arg;
	int err;

	while ((err = disks_ask(p->name, PROBE_MS)) && err != -ENOENT &&
	       (err == -EAGAIN || !is_logged_in(p->s)) && sys_now() + AGAIN_US < p->until)
		down_pause(AGAIN_US);
	return err;
}

static bool begin_probe(void *arg, const char *disk)
{
	struct probes *p = arg;

	if (span_copy(span_of(disk), p->name, sizeof(p->name)))
		child_start(&p->c[p->n++], probe, p);
	return p->n < DISKS_MAX;
}

static bool one_answered(const struct probes *p)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (!p->c[i].pid && !p->c[i].err)
			return true;
	return false;
}

int disks_alive(const struct session *s, int64_t until)
{
	struct probes p = { .s = s, .until = until };
	bool answered, silent = false;
	unsigned i;

	session_disks(s, begin_probe, &p);
	while (child_wait(p.c, p.n, sys_now() + AGAIN_US) && !one_answered(&p) && sys_now() < until)
		;
	answered = one_answered(&p);
	for (i = 0; i < p.n; i++) {
		child_leave(&p.c[i]);
		silent |= p.c[i].err == -ETIMEDOUT || p.c[i].err == -EAGAIN;
	}
	/*
	 * A disk that is offline or has no node was never asked, which says nothing of the target:
	 * where all are so the kernel's word counts.
	 */
	return answered || (!silent && is_logged_in(s)) ? 0 : -ETIMEDOUT;
}
