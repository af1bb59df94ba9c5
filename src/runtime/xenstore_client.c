// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/xenstore_client.h"

const char *xenstore_device = "/dev/xen/xenbus";
const char *xenstore_program = "/usr/lib/iscsiroot/iscsiroot-xenstore";

/* Start the program with a socket as its stdin and stdout. Return: our end of it; -ENOENT: this is not a Xen
 * guest; or -errno. */
static int start(const char *verb, pid_t *pid)
{
	const char *argv[] = { xenstore_program, verb, NULL };
	int fd[2];

	if (access(xenstore_device, F_OK))
		return -ENOENT;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return -errno;
	*pid = fork();
	if (!*pid) {
		dup2(fd[1], 0);
		dup2(fd[1], 1);
		execve(*argv, (char **)argv, NULL);
		_exit(127);
	}
	close(fd[1]);
	if (*pid > 0)
		return fd[0];
	close(fd[0]);
	return -EAGAIN;		/* the one reason why fork(2) fails, besides memory */
}

ssize_t xenstore_client_fetch(char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;
	pid_t pid;
	int fd = start("fetch", &pid), status = -1;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	while ((n = read(fd, buf + len, size - len)) > 0)
		len += n;
	close(fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? (ssize_t)len : -EIO;
}

int xenstore_client_report(void)
{
	pid_t pid;

	int fd = start("report", &pid);

	return fd < 0 ? -1 : fd;
}
