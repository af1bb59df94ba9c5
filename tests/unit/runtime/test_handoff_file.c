// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "runtime/handoff_file.h"
#include "tap.h"

static char dir[64], path[128];
static struct handoff h, again;

static void test_both_ways(void)
{
	struct diag why;
	struct stat st;

	strcpy(h.root, "/dev/mapper/system-root");
	h.n_sessions = 1;
	h.sessions[0].sid = 7;
	is_int(handoff_save(dir, &h), 0, "written");
	ok(!stat(path, &st) && (st.st_mode & 07777) == 0600, "readable by root alone");
	is_int(handoff_read(dir, &again, &why), 0, "read");
	ok(!memcmp(&h, &again, sizeof(h)), "as it was written");
}

static void test_failures(void)
{
	static char large[HANDOFF_TEXT_MAX + 2];
	static const char bad[] = "version=2\n";
	char line[256], deep[600];
	struct diag why;

	sys_write_atomic(path, 0600, bad, sizeof(bad) - 1);
	is_int(handoff_read(dir, &again, &why), -EBADMSG, "another version");
	diag_format(&why, line, sizeof(line));
	is_str(line, HANDOFF_FILE ":1: version: another version: 2 "
	       "(reboot to write a new one)", "its message");
	ok(!again.n_sessions && !*again.root, "nothing is filled in");
	memset(large, '\n', sizeof(large));
	sys_write_atomic(path, 0600, large, sizeof(large));
	is_int(handoff_read(dir, &again, &why), -E2BIG, "larger than any that is written");
	unlink(path);
	is_int(handoff_read(dir, &again, &why), -ENOENT, "none");
	diag_format(&why, line, sizeof(line));
	is_str(line, HANDOFF_FILE ": No such file or directory", "its message");
	memset(deep, 'x', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = 0;
	is_int(handoff_read(deep, &again, &why), -ENAMETOOLONG, "a path that is too long to read");
	is_int(handoff_save(deep, &h), -ENAMETOOLONG, "and to write");
}

int main(void)
{
	char sub[2][96];

	snprintf(dir, sizeof(dir), "/tmp/test_handoff_file.%u", (unsigned)getpid());
	snprintf(sub[0], sizeof(sub[0]), "%s/run", dir);
	snprintf(sub[1], sizeof(sub[1]), "%s/run/iscsiroot", dir);
	snprintf(path, sizeof(path), "%s" HANDOFF_FILE, dir);
	ok(!mkdir(dir, 0700) && !mkdir(sub[0], 0700) && !mkdir(sub[1], 0700), "a root directory");
	test_both_ways();
	test_failures();
	rmdir(sub[1]);
	rmdir(sub[0]);
	rmdir(dir);
	return done_testing();
}
