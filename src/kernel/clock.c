// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "kernel/clock.h"
#include "kernel/sysfs.h"

#define CLOCK "devices/system/clocksource/clocksource0/current_clocksource"

bool clock_set(const char *want, char now[CLOCKSOURCE_MAX + 2])
{
	sysfs_write(want, CLOCK);
	sysfs_read(now, CLOCKSOURCE_MAX + 2, CLOCK);
	return !strcmp(now, want);
}
