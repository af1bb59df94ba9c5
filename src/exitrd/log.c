// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/log.h"
#include "kernel/kmsg.h"

#define CONSOLE "/dev/console"
#define LINE_MAX 600		/* below the 640 bytes of a kmsg_log() record */
#define OBJECT_MAX 303		/* a target's name has at most 223 bytes; a mount point may be longer */
#define FDS_MAX 1024		/* the soft limit that systemd-shutdown hands down */

void log_open(void)
{
	int fd, i;

	for (i = 0; i < FDS_MAX; i++)
		close(i);
	/* not blocking: a stopped serial console must not stop the shutdown */
	fd = open(CONSOLE, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	for (i = fd + 1; fd >= 0 && i < 3; i++)
		dup2(fd, i);
}

void log_line(const char *object, const char *fmt, ...)
{
	char line[LINE_MAX];
	struct out o;
	va_list ap;

	out_init(&o, line, sizeof(line) - 1);
	out_str(&o, "iscsiroot: shutdown: ");
	/* a mount point may contain any byte */
	out_escaped(&o, span_of(object), OBJECT_MAX);
	out_str(&o, ": ");
	va_start(ap, fmt);
	out_vfmt(&o, fmt, ap);
	va_end(ap);
	line[o.len] = '\n';
	sys_write_all(STDOUT_FILENO, line, o.len + 1);
	line[o.len] = '\0';
	/* at level debug: the console has already shown it */
	kmsg_log("<7>", "%s", line);
}
