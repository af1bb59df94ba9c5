// SPDX-License-Identifier: GPL-2.0-or-later
/* In a root of its own, on a tmpfs and not. */
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "boot/initramfs.h"
#include "tap.h"
#include "disk_tree.h"

/* Bit 0: an initramfs; bit 1: a passphrase is asked for. */
static int look(void)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (chroot(tree_dir) || chdir("/"))
			_exit(99);
		_exit(initramfs_running() | initramfs_asks_passphrase() << 1);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

int main(void)
{
	tree_begin("initramfs");
	tree_file("proc/1/comm", "init\n");
	tree_file("run/systemd/system/x", "");
	is_int(look(), 0, "a running system");
	tree_file("etc/initrd-release", "");
	is_int(look(), 1, "dracut's file");
	unlink(tree_path("etc/initrd-release"));
	tree_file("run/systemd/ask-password/sck.1", "");
	tree_file("proc/22/comm", "askpassword\n");
	tree_file("proc/self/comm", "askpass\n");
	is_int(look() & 2, 0, "no prompt");
	tree_file("run/systemd/ask-password/ask.AbC", "");
	is_int(look() & 2, 2, "systemd's prompt");
	unlink(tree_path("run/systemd/ask-password/ask.AbC"));
	tree_file("proc/23/comm", "askpass\n");
	is_int(look() & 2, 2, "the prompt of cryptsetup-initramfs");
	tree_end();

	/* initramfs-tools leaves no file of that kind */
	tree_begin("initramfs");
	if (compat_unshare_mounts() || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", tree_dir, "tmpfs", 0, NULL)) {
		ok(false, "a tmpfs can be mounted");
		return done_testing();
	}
	is_int(look(), 1, "a root on a tmpfs");
	tree_file("run/systemd/system/x", "");
	is_int(look(), 0, "but not where systemd runs on it");
	umount2(tree_dir, MNT_DETACH);
	tree_end();
	return done_testing();
}
