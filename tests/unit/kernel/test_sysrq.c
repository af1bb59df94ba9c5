// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "kernel/sysrq.h"
#include "tree.h"

/* A pipe with a name is the kernel's log: what is in it can be read, and then nothing until more is written. */
int main(void)
{
	char log[96], trigger[96];
	int fd;

	tree_begin("sysrq");
	snprintf(log, sizeof(log), "%s/kmsg", tree);
	snprintf(trigger, sizeof(trigger), "%s/trigger", tree);
	sysrq_file = trigger;
	is_int(sysrq_press('b'), -ENOENT, "a kernel without sysrq");
	tree_put("trigger", "");
	is_int(sysrq_press('b'), 0, "a key");
	is_str(tree_content("trigger"), "b", "which the kernel gets");
	kmsg_file = "/nonexistent/iscsiroot/kmsg";
	is_int(sysrq_remount(sys_now()), -ENOENT, "no log: the end could not be seen");
	kmsg_file = log;
	fd = mkfifo(log, 0600) ? -1 : open(log, O_RDWR);
	sys_write_all(fd, "4,1,2,-;another message\n", 24);
	is_int(sysrq_remount(sys_now() + 100000), -ETIMEDOUT, "the kernel does not tell of the end");
	is_str(tree_content("trigger"), "u", "it was asked to remount");
	sys_write_all(fd, "4,9,9,-;Emergency Remount complete\n", 35);
	is_int(sysrq_remount(sys_now() + 20000000), 0, "it tells of the end");
	close(fd);
	tree_end();
	return done_testing();
}
