// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "runtime/lease_file.h"
#include "tree.h"

static void test_both_ways(void)
{
	struct lease_state r = { .state = LEASE_OTHER, .seconds = 120, .since = 30000488 }, again;
	char dir[96];
	struct stat st;
	int root;

	scan_addr(span_of("192.0.2.100"), &r.address);
	scan_addr(span_of("192.0.2.105"), &r.other);
	is_int(lease_save("ens3", &r), 0, "saved");
	snprintf(dir, sizeof(dir), "%s/lease-ens3", lease_dir);
	ok(!stat(dir, &st) && (st.st_mode & 07777) == 0644, "its mode is 0644");
	ok(lease_read(AT_FDCWD, "ens3", &again) && again.state == LEASE_OTHER && again.seconds == 120 &&
	   again.since == 30000488 && addr_eq(&again.other, &r.other), "read, as it was saved");
	ok(!lease_read(AT_FDCWD, "ens4", &again), "another NIC has none");

	/* below a root directory */
	lease_dir = "/run/iscsiroot";
	root = open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	again.seconds = 0;
	ok(lease_read(root, "ens3", &again) && again.seconds == 120, "read below a root directory");
	close(root);
}

static void test_failures(const char *dir)
{
	static const char *const bad[] = { "", "../ens3", "a/b" };
	static char huge[2000];
	struct lease_state r = { .seconds = 7 };
	unsigned i;

	lease_dir = dir;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(lease_save(bad[i], &r) == -EINVAL && !lease_read(AT_FDCWD, bad[i], &r),
		   "not the name of a NIC: \"%s\"", bad[i]);
	tree_put("run/iscsiroot/lease-ens5", "version=1\nstate=good\n");
	ok(!lease_read(AT_FDCWD, "ens5", &r) && r.seconds == 7, "malformed: nothing is written");
	memset(huge, '\n', sizeof(huge) - 1);
	tree_put("run/iscsiroot/lease-ens5", huge);
	ok(!lease_read(AT_FDCWD, "ens5", &r), "too long");
	lease_remove("../iscsiroot/lease-ens3");
	ok(lease_read(AT_FDCWD, "ens3", &r), "a path is not removed");
	lease_remove("ens3");
	ok(!lease_read(AT_FDCWD, "ens3", &r), "removed");
	lease_dir = "/nonexistent";
	is_int(lease_save("ens3", &r), -ENOENT, "no such directory");
}

int main(void)
{
	char dir[96];

	is_str(lease_dir, "/run/iscsiroot", "the directory");
	tree_begin("lease");
	snprintf(dir, sizeof(dir), "%s/run/iscsiroot", tree);
	lease_dir = dir;
	tree_put("run/iscsiroot/handoff", "");
	test_both_ways();
	test_failures(dir);
	tree_end();
	return done_testing();
}
