// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel/md.h"
#include "kernel/sysfs.h"

#define STOP_ARRAY _IO(9, 0x32)	/* linux/raid/md_u.h, which klibc has not; 9 is MD_MAJOR */

static int call_kernel(const char *name, unsigned long what)
{
	char dev[64];
	int fd, err;

	if (!out_text(dev, sizeof(dev), "/dev/%s", name))
		return -ENAMETOOLONG;
	fd = open(dev, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	err = ioctl(fd, what, 0) ? -errno : 0;
	close(fd);
	return err;
}

int (*md_ioctl)(const char *name, unsigned long what) = call_kernel;

bool md_assembled(const char *name)
{
	char state[32];

	return !strncmp(name, "md", 2) &&
	       sysfs_read(state, sizeof(state), "block/%s/md/array_state", name).n && strcmp(state, "clear");
}

int md_stop(const char *name)
{
	return md_ioctl(name, STOP_ARRAY);
}
