// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "boot/root/disk_probe.h"
#include "kernel/sysfs.h"

/* struct btrfs_super_block of linux/btrfs_tree.h, little-endian. */
#define BTRFS_SUPER 65536
#define BTRFS_MAGIC 0x40
#define BTRFS_NUM_DEVICES 0x88

struct answer {
	int err;
	uint64_t members;
};

static uint64_t btrfs_members(const unsigned char *super)
{
	uint64_t n = 0;
	int i;

	if (memcmp(super + BTRFS_MAGIC, "_BHRfS_M", 8))
		return 0;
	for (i = 7; i >= 0; i--)
		n = n << 8 | super[BTRFS_NUM_DEVICES + i];
	return n;
}

/* In the child: open and read as mount(8) will. */
static struct answer read_device(int root, const char *path)
{
	static unsigned char block[4096];
	int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	struct answer a = { fd < 0 || read(fd, block, sizeof(block)) < 0 ? errno : 0, 0 };

	if (!a.err && pread(fd, block, sizeof(block), BTRFS_SUPER) == sizeof(block))
		a.members = btrfs_members(block);
	close(fd);		/* before the answer: the device must not be busy after it */
	return a;
}

/* Returns 0 in the child, with @out to write to; the child, or -errno, in the parent. */
static int start_child(struct disk_probe *p, int *out)
{
	int fd[2], err;

	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	p->pid = fork();
	*out = fd[1];
	if (!p->pid)
		return 0;
	err = p->pid < 0 ? -errno : p->pid;
	close(fd[1]);
	p->fd = fd[0];
	if (err < 0) {
		p->pid = 0;
		close(p->fd);
	}
	return err;
}

static void __attribute__((noreturn)) answer(int out, struct answer a)
{
	_exit(write(out, &a, sizeof(a)) != sizeof(a));
}

int disk_probe_start(struct disk_probe *p, int root, const char *path)
{
	int out, err = start_child(p, &out);

	while (*path == '/')
		path++;
	if (!err)
		answer(out, read_device(root, path));
	return err < 0 ? err : 0;
}

void disk_scan_start(struct disk_probe *p, const struct session *list, unsigned n)
{
	unsigned i;
	int out;

	if (start_child(p, &out))
		return;
	for (i = 0; i < n; i++)
		sysfs_write("- - -", "class/scsi_host/host%u/scan", list[i].host);
	answer(out, (struct answer){ 0 });
}

bool disk_probe_done(struct disk_probe *p, struct wait *w, int *err)
{
	struct answer a;
	ssize_t n;

	do
		n = read(p->fd, &a, sizeof(a));
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN) {
		wait_fd(w, p->fd, POLLIN);
		return false;
	}
	*err = n == sizeof(a) ? a.err : EIO;
	p->members = n == sizeof(a) ? a.members : 0;
	disk_probe_end(p, 0);	/* it is about to exit */
	return true;
}

void disk_probe_end(struct disk_probe *p, int options)
{
	if (!p->pid)
		return;
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, options);
	close(p->fd);
	p->pid = 0;
}
