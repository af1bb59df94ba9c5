// SPDX-License-Identifier: GPL-2.0-or-later
/* A record of the kernel's log is one write with its level in front and a newline at its end. */
#include <fcntl.h>
#include <unistd.h>

#include "base/sys.h"
#include "kernel/kmsg.h"
#include "tap.h"

int main(void)
{
	static char large[1000], text[1024];
	char path[64];
	size_t n;

	snprintf(path, sizeof(path), "/tmp/iscsiroot-kmsg.%u", (unsigned)getpid());
	kmsg_file = path;
	kmsg_log("<4>", "nobody");
	ok(access(path, F_OK), "the file is not created");
	sys_write_atomic(path, 0600, "", 0);
	kmsg_log("<4>", "iscsiroot: %s: %u", "keeper", 7u);
	sys_read(AT_FDCWD, path, text, sizeof(text));
	is_str(text, "<4>iscsiroot: keeper: 7\n", "a record");
	memset(large, 'x', sizeof(large) - 1);
	kmsg_log("<5>", "%s", large);
	n = sys_read(AT_FDCWD, path, text, sizeof(text));
	ok(n < 700 && text[n - 1] == '\n' && !strncmp(text, "<5>xxx", 6), "a long one still ends in a newline");
	unlink(path);
	return done_testing();
}
