// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "kernel/kmsg.h"
#include "kernel/sysrq.h"

#define DONE "Emergency Remount complete"	/* do_emergency_remount(), fs/super.c */

const char *sysrq_file = "/proc/sysrq-trigger";

int sysrq_press(char key)
{
	int fd = open(sysrq_file, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = sys_write_all(fd, &key, 1);
	close(fd);
	return err;
}

/* A record with each read; -EPIPE: some were overwritten. */
static int await(int log, int64_t until)
{
	static struct wait w;
	char record[8192];

	for (;;) {
		ssize_t n = read(log, record, sizeof(record));

		if (n > 0 && span_find((struct span){ record, n }, DONE).p)
			return 0;
		if (n > 0 || (n < 0 && (errno == EPIPE || errno == EINTR)))
			continue;
		if (!n || errno != EAGAIN)
			return n ? -errno : -EIO;
		if (sys_now() >= until)
			return -ETIMEDOUT;
		wait_begin(&w, until);
		wait_fd(&w, log, POLLIN);
		wait_run(&w);
	}
}

/* The kernel does it in a thread of its own, and tells of the end only in its log. */
int sysrq_remount(int64_t until)
{
	int log = open(kmsg_file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), err;

	if (log < 0)
		return -errno;
	lseek(log, 0, SEEK_END);
	err = sysrq_press('u');
	if (!err)
		err = await(log, until);
	close(log);
	return err;
}
