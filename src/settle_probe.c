// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "settle_parts.h"

/* In the child: open and read as mount will. */
static int read_first_block(int root, const char *path)
{
	static char block[4096];
	int fd = openat(root, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	if (read(fd, block, sizeof(block)) < 0)
		return errno;
	return 0;
}

int settle_probe_start(struct probe *p, int root, const char *path)
{
	int out[2], err;

	while (*path == '/')
		path++;
	if (pipe2(out, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	p->pid = fork();
	if (!p->pid) {
		err = read_first_block(root, path);
		_exit(write(out[1], &err, sizeof(err)) != sizeof(err));
	}
	err = p->pid < 0 ? -errno : 0;
	close(out[1]);
	p->fd = out[0];
	if (err) {
		p->pid = 0;
		close(p->fd);
	}
	return err;
}

bool settle_probe_done(struct probe *p, struct wait *w, int *err)
{
	ssize_t n;

	do
		n = read(p->fd, err, sizeof(*err));
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN) {
		wait_fd(w, p->fd, POLLIN);
		return false;
	}
	if (n != sizeof(*err))
		*err = EIO;
	settle_probe_end(p);
	return true;
}

void settle_probe_end(struct probe *p)
{
	if (!p->pid)
		return;
	kill(p->pid, SIGKILL);
	/* one that hangs in the kernel cannot be waited for; init reaps it */
	waitpid(p->pid, NULL, WNOHANG);
	close(p->fd);
	p->pid = 0;
}
