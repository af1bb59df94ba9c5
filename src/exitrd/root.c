// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/scan.h"
#include "exitrd/root.h"

#define EXITRD_DIR "/run/initramfs"

static void move_mount_here(const char *name)
{
	char from[32];

	out_text(from, sizeof(from), "/oldroot%s", name);
	mkdir(name, 0755);
	/* no check: the step that needs a missing one reports it */
	mount(from, name, NULL, MS_MOVE, NULL);
}

int root_switch(void)
{
	if (chdir(EXITRD_DIR) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	if (mkdir("oldroot", 0755) && errno != EEXIST)
		return -errno;
	if (compat_pivot_root(".", "oldroot") || chdir("/"))
		return -errno;
	move_mount_here("/proc");
	move_mount_here("/sys");
	move_mount_here("/dev");
	move_mount_here("/run");
	return 0;
}
