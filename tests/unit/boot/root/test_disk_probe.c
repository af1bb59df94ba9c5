// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/wait.h>

#include "boot/root/machine.h"

/* A zombie for each would fill the process table in hours if there is no deadline. */
static void test_children(void)
{
	int i, err, good = 0;

	begin(ROOT_LUN, "iscsi:192.0.2.1::::" IQN, "");
	disk("sda", 0, 1, 1, EXT4);
	for (i = 0; i < 100; i++) {
		if (i & 1)
			disk_scan_start(&s.probe, fake, n_fake);
		else if (disk_probe_start(&s.probe, s.rootfd, "/dev/sda"))
			break;
		for (;;) {
			wait_begin(&w, sys_now() + 2000000);
			if (disk_probe_done(&s.probe, &w, &err) || sys_now() >= w.until)
				break;
			wait_run(&w);
		}
		good += !s.probe.pid && !err;
	}
	is_int(good, 100, "each probe and each rescan has its answer");
	errno = 0;
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "no child is left");
	end();
}

/* How many devices a btrfs has is read with the first block. */
static void test_btrfs(void)
{
	static const unsigned char members[8] = { 3 };
	int fd, err, i;

	begin(ROOT_LUN, "dhcp", "");
	tree_file("dev/file", "");
	fd = open(tree_path("dev/file"), O_WRONLY | O_CLOEXEC);
	for (i = 0; i < 2; i++) {
		if (pwrite(fd, "_BHRfS_M", i ? 8 : 7, 65536 + 0x40) < 0 ||
		    pwrite(fd, members, sizeof(members), 65536 + 0x88) < 0 || pwrite(fd, "", 1, 65536 + 4095) < 0)
			printf("# pwrite failed\n");
		disk_probe_start(&s.probe, s.rootfd, "/dev/file");
		do {
			wait_begin(&w, sys_now() + 2000000);
			if (disk_probe_done(&s.probe, &w, &err))
				break;
			wait_run(&w);
		} while (sys_now() < w.until);
		is_int((int)s.probe.members, i ? 3 : 0, i ? "a btrfs of three" : "no btrfs");
	}
	close(fd);
	end();
}

int main(void)
{
	test_btrfs();
	test_children();
	return done_testing();
}
