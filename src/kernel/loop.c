// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel/loop.h"
#include "kernel/sysfs.h"

bool loop_attached(const char *name)
{
	return !strncmp(name, "loop", 4) && sysfs_exists("block/%s/loop/backing_file", name);
}

int loop_detach(const char *name)
{
	char dev[64];
	int fd, err;

	if (!out_text(dev, sizeof(dev), "/dev/%s", name))
		return -ENAMETOOLONG;
	fd = open(dev, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	err = ioctl(fd, LOOP_CLR_FD, 0) ? -errno : 0;
	close(fd);
	return err;
}
