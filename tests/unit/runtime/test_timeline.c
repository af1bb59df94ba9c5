// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "kernel/kmsg.h"
#include "runtime/timeline.h"
#include "tap.h"

static char root[64], path[128], text[8192];

/* Run fn with `fd` going to a file; what it wrote ends in text. */
static void captured(int fd, int (*fn)(void), int *code)
{
	char out[160];
	int keep = dup(fd), f;

	snprintf(out, sizeof(out), "%s/out", root);
	fflush(stdout);
	f = open(out, O_RDWR | O_CREAT | O_TRUNC, 0600);
	dup2(f, fd);
	*code = fn();
	fflush(stdout);
	dup2(keep, fd);
	close(keep);
	close(f);
	sys_read(AT_FDCWD, out, text, sizeof(text));
	unlink(out);
}

static int note_some(void)
{
	timeline_note(STEP_NET, EV_BEGIN, "eth0", 0, "", false);
	timeline_note(STEP_NET, EV_RETRY, "eth0", CODE_UNAVAILABLE, "no carrier\a\n\"", true);
	timeline_note(STEP_NET, EV_RETRY, "eth0", CODE_UNAVAILABLE, "no carrier\a\n\"", true);
	timeline_note(STEP_NET, EV_OK, "eth0", 0, "192.0.2.5/24", false);
	return 0;
}

static int print_it(void)
{
	return timeline_print(root);
}

static void replace_with(const char *content)
{
	sys_write_atomic(path, 0644, content, strlen(content));
}

static void test_write(void)
{
	char log[80];
	struct stat st;
	int code;

	snprintf(log, sizeof(log), "%s/kmsg", root);
	sys_write_atomic(log, 0600, "", 0);
	kmsg_file = log;
	snprintf(path, sizeof(path), "%s/run/iscsiroot", root);
	is_int(timeline_open(path), 0, "the timeline opens");
	captured(STDERR_FILENO, note_some, &code);
	is_str(text, "iscsiroot: net: eth0: no carrier\\x07\\x0a\", retrying\n"
	       "iscsiroot: net: eth0: no carrier\\x07\\x0a\", retrying\n",
	       "one console line each, with control bytes escaped");
	sys_read(AT_FDCWD, log, text, sizeof(text));
	is_str(text, "<7>iscsiroot: net: eth0: no carrier\\x07\\x0a\"\n",
	       "one line in the kernel's log, below the console's level");
	unlink(log);
	snprintf(path, sizeof(path), "%s/run/iscsiroot/timeline", root);
	ok(!stat(path, &st) && (st.st_mode & 07777) == 0644, "the file's mode is 0644");
	sys_read(AT_FDCWD, path, text, sizeof(text));
	ok(!strncmp(text, "t=", 2) && strstr(text, " step=net event=retry object=\"eth0\" code=69 "
						     "text=\"no carrier\\x07\\n\\\"\"\n"),
	   "an event is one line of the documented form");
}

static void test_print(void)
{
	int code;

	replace_with("t=2.000000 step=net event=begin object=\"eth0\" code=0 text=\"\"\n"
		     "t=2.250000 step=net event=retry object=\"eth0\" code=69 text=\"no carrier\"\n"
		     "t=2.500000 step=net event=ok object=\"eth0\" code=0 text=\"192.0.2.5/24\"\n"
		     "t=2.600000 step=login event=begin object=\"\" code=0 text=\"\"\n"
		     "t=2.900000 step=login event=ok object=\"iqn\" code=0 text=\"logged in\"\n"
		     "nonsense\n"
		     "t=3.000001 step=settle event=fail object=\"vg system\" code=75 text=\"late\"\n");
	captured(STDOUT_FILENO, print_it, &code);
	is_int(code, 0, "the timeline prints");
	is_str(text, "      began (s)       took (s)  retries\n"
		     "       2.250000              -  1  net: retry: eth0: no carrier\n"
		     "       2.000000       0.500000  1  net: eth0: 192.0.2.5/24\n"
		     "       2.600000       0.300000  0  login: iqn: logged in\n"
		     "(a line that cannot be read)\n"
		     "       3.000001       0.000000  0  settle: FAILED: vg system: late\n",
	       "when each step began, how long it took, its retries");
	unlink(path);
	captured(STDERR_FILENO, print_it, &code);
	is_int(code, CODE_NO_DEVICE, "no timeline is exit code 66");
	ok(strstr(text, "iscsiroot: timeline: ") && strstr(text, "did not go through iscsiroot?"),
	   "with a message");
}

int main(void)
{
	char sub[80];

	snprintf(root, sizeof(root), "/tmp/test_timeline.%u", (unsigned)getpid());
	snprintf(sub, sizeof(sub), "%s/run", root);
	ok(!mkdir(root, 0700) && !mkdir(sub, 0755), "a root of our own");
	test_write();
	test_print();
	snprintf(path, sizeof(path), "%s/run/iscsiroot", root);
	rmdir(path);
	rmdir(sub);
	rmdir(root);
	return done_testing();
}
