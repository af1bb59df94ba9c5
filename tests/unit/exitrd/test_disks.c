// SPDX-License-Identifier: GPL-2.0-or-later
#include "exitrd/disks.h"
#include "tree.h"

#define DISK "nonexistent-iscsiroot"
#define DEVICE "devices/host3/session7/target3:0:0/3:0:0:1/"

static const struct session session = { .sid = 7 }, other = { .sid = 8 };

static void test_disks(void)
{
	struct bounded b = { .start = sys_now() };

	tree_put("sys/" DEVICE "block/" DISK "/device/delete", "");
	tree_put("sys/" DEVICE "block/" DISK "/device/timeout", "30\n");
	tree_put("sys/" DEVICE "block/" DISK "/device/scsi_disk/3:0:0:1/max_retries", "-1\n");
	tree_link("sys/block/" DISK, "../" DEVICE "block/" DISK);
	is_int(disks_count(&session), 1, "a session's disk");
	is_int(disks_count(&other), 0, "which is not another one's");
	ok(!disks_busy(&session), "a disk without a device node is not busy");

	disks_limit_retries(&other);
	ok(!strncmp(tree_content("sys/" DEVICE "block/" DISK "/device/timeout"), "30", 2),
	   "another session's retries are limited: this one's are not");
	disks_limit_retries(&session);
	ok(!strncmp(tree_content("sys/" DEVICE "block/" DISK "/device/timeout"), "60", 2) &&
	   !strncmp(tree_content("sys/" DEVICE "block/" DISK "/device/scsi_disk/3:0:0:1/max_retries"), "5", 1),
	   "its own are: 5 retries of 60 s");

	log_begin();
	disks_flush(&b, &session);
	log_end();
	is_str(logged, "iscsiroot: shutdown: " DISK ": write cache not flushed: No such file or directory\n",
	       "a disk that cannot be opened");
	log_begin();
	disks_remove(&b, &session);
	log_end();
	is_str(logged, "", "removing it");
	is_str(tree_content("sys/" DEVICE "block/" DISK "/device/delete"), "1", "is asked of the kernel");
}

int main(void)
{
	tree_begin("disks");
	test_disks();
	tree_end();
	return done_testing();
}
