// SPDX-License-Identifier: GPL-2.0-or-later
/* A read that does not return: a FIFO without a writer stands for a disk that does not answer. */
#include "boot/root/choose.h"
#include "boot/root/machine.h"
#include "boot/root/probing.h"

static void fifo(const char *rel)
{
	tree_parents(rel);
	unlink(tree_path(rel));
	if (mkfifo(tree_path(rel), 0600))
		perror(rel);
	tree_note(tree_path(rel));
}

static void step(void)
{
	wait_begin(&w, 0);
	settle_step(&s, &w);
}

static int index_of(const char *name)
{
	unsigned i;

	for (i = 0; i < s.blocks.n; i++)
		if (!strcmp(s.blocks.b[i].name, name))
			return (int)i;
	return -1;
}

/* One path hangs: the root is taken on the other. */
static void test_other_path(void)
{
	int fd;

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	add_session(2, IQN, true);
	disk("sda", 0, 1, 1, NULL);
	disk("sdb", 1, 2, 1, NULL);
	settle_down();
	fifo("dev/hangs");
	settle_probe(&s, index_of("sda"), "/dev/hangs");
	tree_udev(DISK, 0, EXT4);
	tree_udev(DISK, 1, EXT4);
	s.look = true;
	step();
	ok(s.probe.pid && !s.root[0], "the answer is waited for");
	s.probed.until = 0;
	step();
	ok(s.hung[0].probe.pid, "but not for ever");
	is_int(settle_down(), READY, "the loop goes on");
	is_str(s.root, "/dev/sdb", "on the other path");
	end();

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, NULL);
	settle_down();
	fifo("dev/hangs");
	settle_probe(&s, 0, "/dev/hangs");
	tree_udev(DISK, 0, EXT4);
	s.probed.until = 0;
	is_int(settle_down(), GOES_ON, "there is no other path");
	is_cause(CODE_UNAVAILABLE, "sda", "present, but a read of it does not return (see the target's log)");
	fd = open(tree_path("dev/hangs"), O_WRONLY | O_CLOEXEC);
	close(fd);
	fd = 0;
	while (s.hung[0].probe.pid && fd++ < 100) {
		wait_begin(&w, sys_now() + 100000);
		settle_hung_step(&s, &w);
		wait_run(&w);
	}
	is_int(settle_down(), READY, "the disk answers at last");
	end();
}

/* udev found nothing on two disks; the first hangs. */
static void test_unknown(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "");
	disk("sdb", 1, 1, 2, "");
	fifo("dev/sda");
	fifo("dev/sdb");
	s.look = true;
	step();
	ok(s.probe.pid && s.unknown >= 0, "one is read");
	s.probed.until = 0;
	step();
	step();
	ok(s.hung[0].probe.pid && s.probe.pid, "then the other");
	s.probed.until = 0;
	step();
	step();
	is_int(s.cause.id, CAUSE_READ_HANGS, "both do not answer");
	end();
}

int main(void)
{
	test_other_path();
	test_unknown();
	return done_testing();
}
