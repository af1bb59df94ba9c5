// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "kernel/kmsg.h"

const char *kmsg_file = "/dev/kmsg";

void kmsg_log(const char *level, const char *fmt, ...)
{
	char line[640];
	struct out o;
	va_list ap;
	int fd = open(kmsg_file, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return;
	out_init(&o, line, sizeof(line) - 1);
	out_str(&o, level);
	va_start(ap, fmt);
	out_vfmt(&o, fmt, ap);
	va_end(ap);
	/* without it the kernel waits for more of the line, and shows it with the next record only */
	line[o.len++] = '\n';
	sys_write_all(fd, line, o.len);
	close(fd);
}
