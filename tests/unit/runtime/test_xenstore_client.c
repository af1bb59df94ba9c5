// SPDX-License-Identifier: GPL-2.0-or-later
/* A script in the place of iscsiroot-xenstore. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "runtime/xenstore_client.h"
#include "tap.h"

static char dir[64], path[128], text[256];

static void make_program(const char *script)
{
	snprintf(path, sizeof(path), "%s/program", dir);
	sys_write_atomic(path, 0755, script, strlen(script));
	xenstore_program = path;
}

static void test_programs(void)
{
	char buf[256], out[192];
	ssize_t n;
	int fd;

	xenstore_device = "/nonexistent";
	is_int(xenstore_client_fetch(buf, sizeof(buf)), 0, "no Xen guest: nothing is asked");
	is_int(xenstore_client_report(), -1, "nor told");
	xenstore_device = "/dev/null";
	xenstore_program = "/nonexistent";
	is_int(xenstore_client_fetch(buf, sizeof(buf)), -EIO, "without the program nothing can be read");
	make_program("#!/bin/sh\nprintf 'half'; exit 71\n");
	is_int(xenstore_client_fetch(buf, sizeof(buf)), -EIO, "a store that cannot be read is not an empty one");
	make_program("#!/bin/sh\nexit 0\n");
	is_int(xenstore_client_fetch(buf, sizeof(buf)), 0, "an empty one");
	make_program("#!/bin/sh\n[ \"$1\" = fetch ] && printf 'a\\000\\001\\000x'\n");
	n = xenstore_client_fetch(buf, sizeof(buf));
	ok(n == 5 && !memcmp(buf, "a\0\1\0x", 5), "what it says");
	is_int(xenstore_client_fetch(buf, 3), 3, "and no byte beyond the buffer");
	snprintf(out, sizeof(out), "#!/bin/sh\n[ \"$1\" = report ] && exec cat >%s/told\n", dir);
	make_program(out);
	fd = xenstore_client_report();
	ok(fd >= 0 && send(fd, "one\n", 4, 0) == 4 && send(fd, "two\n", 4, 0) == 4, "it is told");
	close(fd);
	while (waitpid(-1, NULL, 0) > 0)
		;
	snprintf(out, sizeof(out), "%s/told", dir);
	sys_read(AT_FDCWD, out, text, sizeof(text));
	is_str(text, "one\ntwo\n", "line by line");
	unlink(out);
	unlink(path);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	snprintf(dir, sizeof(dir), "/tmp/test_xenstore_client.%d", (int)getpid());
	mkdir(dir, 0700);
	test_programs();
	is_int(rmdir(dir), 0, "no file remains");
	return done_testing();
}
