// SPDX-License-Identifier: GPL-2.0-or-later
/* The change of root, each time in a child with a machine of its own: a tmpfs as /. Wants root. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "exitrd/root.h"
#include "tap.h"

static char dir[64];

/* Mount a file system on @at, with the file @name in it. */
static bool put_mount(const char *type, const char *at, const char *name)
{
	char path[64];
	int fd;

	mkdir(at, 0755);
	if (mount("test", at, type, 0, NULL))
		return false;
	snprintf(path, sizeof(path), "%s/%s", at, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	return fd >= 0 && !close(fd);
}

/* With the mounts that an init has, /run/initramfs apart; those of /proc, /sys and /dev are our own. */
static bool become_machine(void)
{
	return !compat_unshare_mounts() && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
		put_mount("tmpfs", dir, "old") && !chdir(dir) && !chroot(".") && !chdir("/") &&
		put_mount("tmpfs", "/proc", "in-proc") && put_mount("tmpfs", "/sys", "in-sys") &&
		put_mount("tmpfs", "/dev", "in-dev") && put_mount("tmpfs", "/run", "in-run");
}

static bool exists(const char *path)
{
	return !access(path, F_OK);
}

/* In the child: say what is not so. */
static bool check(bool so, const char *what)
{
	if (!so)
		printf("# not so: %s\n", what);
	fflush(stdout);
	return so;
}

static bool is_err(int got, int want)
{
	if (got != want)
		printf("# got: %d, want: %d\n", got, want);
	return check(got == want, "the return value");
}

/* A process in the old root; it ends with 0 if it is in the new one by then. */
static pid_t start_bystander(int go[2])
{
	char c;
	pid_t pid;

	if (pipe(go))
		return -1;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(go[1]);
		_exit(read(go[0], &c, 1) || !exists("/new") || !exists("new"));
	}
	close(go[0]);
	return pid;
}

static bool ends_well(pid_t pid, int go[2])
{
	int status = -1;

	close(go[1]);
	return waitpid(pid, &status, 0) == pid && !status;
}

static bool try_switch(void)
{
	int go[2];
	pid_t pid;

	if (!check(put_mount("ramfs", "/run/initramfs", "new"), "a mount at /run/initramfs"))
		return false;
	pid = start_bystander(go);
	return is_err(root_switch(), 0) &&
		check(exists("/new"), "/ is /run/initramfs") &&
		check(exists("new"), "the working directory is /") &&
		check(exists("/oldroot/old") && !exists("/old"), "the old root is at /oldroot") &&
		check(exists("/proc/in-proc"), "/proc was moved") &&
		check(exists("/sys/in-sys"), "/sys was moved") &&
		check(exists("/dev/in-dev"), "/dev was moved") &&
		check(exists("/run/in-run"), "/run was moved") &&
		check(!exists("/oldroot/proc/in-proc") && !exists("/oldroot/sys/in-sys") &&
		      !exists("/oldroot/dev/in-dev") && !exists("/oldroot/run/in-run"), "not copied") &&
		check(ends_well(pid, go), "other processes have the new root, too");
}

/* What the image has there already, and what the old root lacks. */
static bool try_odd(void)
{
	if (!check(put_mount("ramfs", "/run/initramfs", "new") && !mkdir("/run/initramfs/oldroot", 0700) &&
		   !mkdir("/run/initramfs/proc", 0700) && !umount2("/sys", 0) && !umount2("/dev", 0) &&
		   !rmdir("/dev"), "an old root without /sys and /dev"))
		return false;
	return is_err(root_switch(), 0) && check(exists("/oldroot/old"), "the old root is at /oldroot") &&
		check(exists("/proc/in-proc") && exists("/run/in-run"), "what there is was moved") &&
		check(exists("/sys") && exists("/dev"), "there is a place for the others");
}

static bool try_none(void)
{
	return is_err(root_switch(), -ENOENT) && check(exists("/old") && !exists("/oldroot"), "/ is as it was") &&
		check(exists("/proc/in-proc") && exists("/run/in-run"), "so are the mounts");
}

/* A directory of /run: pivot_root(2) wants a mount. */
static bool try_no_mount(void)
{
	return check(!mkdir("/run/initramfs", 0755), "a directory") && is_err(root_switch(), -EINVAL) &&
		check(exists("/old"), "/ is as it was") &&
		check(exists("/proc/in-proc") && exists("/run/in-run"), "so are the mounts");
}

static bool try_file(void)
{
	return check(put_mount("ramfs", "/run/initramfs", "oldroot"), "a file oldroot") &&
		is_err(root_switch(), -ENOTDIR) && check(exists("/old"), "/ is as it was");
}

static void in_machine(bool (*try)(void), const char *name)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(!(check(become_machine(), "a machine (as root)") && try()));
	waitpid(pid, &status, 0);
	ok(!status, "%s", name);
}

int main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/iscsiroot-root.%u", (unsigned)getpid());
	mkdir(dir, 0755);
	in_machine(try_switch, "/run/initramfs becomes the root, with the kernel's mounts");
	in_machine(try_odd, "what is missing in the old root is left out");
	in_machine(try_none, "no /run/initramfs: nothing is changed");
	in_machine(try_no_mount, "/run/initramfs is no mount: nothing is moved");
	in_machine(try_file, "no place for the old root: nothing is moved");
	rmdir(dir);
	return done_testing();
}
