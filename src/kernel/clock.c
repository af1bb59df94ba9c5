// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "kernel/clock.h"

const char *clock_file = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

bool clock_set(const char *want, char now[CLOCKSOURCE_MAX + 2])
{
	int fd = open(clock_file, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd >= 0) {
		sys_write_all(fd, want, strlen(want));
		close(fd);
	}
	n = sys_read(AT_FDCWD, clock_file, now, CLOCKSOURCE_MAX + 2);
	now[n > 0 ? n - 1 : 0] = '\0';		/* the end of the line */
	return !strcmp(now, want);
}
