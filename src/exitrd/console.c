// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/parts.h"

#define CONSOLE "/dev/console"
#define LINE_MAX 320
#define FDS_MAX 1024		/* the soft limit that systemd-shutdown hands down */

const char *down_kmsg = "/dev/kmsg";

/* A console that does not take what is written to it is not to stop us. */
void down_console(void)
{
	int fd, i;

	for (i = 0; i < FDS_MAX; i++)
		close(i);
	fd = open(CONSOLE, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	for (i = fd + 1; fd >= 0 && i < 3; i++)
		dup2(fd, i);
}

/* Control bytes of an object (a mount point may have any) are shown as \xNN. */
static void put_safe(struct out *o, const char *s)
{
	for (; *s; s++) {
		unsigned char c = *s;

		if (c < 0x20 || c >= 0x7f)
			out_byte(o, "\\x", c);
		else
			out_ch(o, c);
	}
}

void down_say(const char *object, const char *fmt, ...)
{
	/* the level keeps the kernel from showing a second time what the console has got */
	static const char level[] = "<7>";
	char line[LINE_MAX];
	struct out o;
	va_list ap;
	int fd;

	out_init(&o, line, sizeof(line) - 1);
	out_fmt(&o, "%siscsiroot: shutdown: ", level);
	put_safe(&o, object);
	out_str(&o, ": ");
	va_start(ap, fmt);
	out_vfmt(&o, fmt, ap);
	va_end(ap);
	line[o.len++] = '\n';
	sys_write_all(STDOUT_FILENO, line + sizeof(level) - 1, o.len - (sizeof(level) - 1));
	fd = open(down_kmsg, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	sys_write_all(fd, line, o.len);
	close(fd);
}
