// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/scan.h"
#include "exitrd/parts.h"

#define EXITRD_DIR "/run/initramfs"

static void move_here(const char *name)
{
	char from[32];

	out_text(from, sizeof(from), "/oldroot%s", name);
	mkdir(name, 0755);
	/* one that is not there is missed, and told, by the step that needs it */
	mount(from, name, NULL, MS_MOVE, NULL);
}

int down_enter(void)
{
	if (chdir(EXITRD_DIR) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	if (mkdir("oldroot", 0755) && errno != EEXIST)
		return -errno;
	if (compat_pivot_root(".", "oldroot") || chdir("/"))
		return -errno;
	move_here("/proc");
	move_here("/sys");
	move_here("/dev");
	move_here("/run");
	return 0;
}
