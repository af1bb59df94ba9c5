// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_status.h"

const char *keeper_control_file = KEEPER_FILE;

void keeper_control_root(pid_t pid, char *buf, size_t size)
{
	out_text(buf, size, "/proc/%d/root", (int)pid);
}

pid_t keeper_control_pid(void)
{
	char text[64], path[64];
	unsigned pid;
	ssize_t n;

	n = sys_read(AT_FDCWD, keeper_control_file, text, sizeof(text));
	if (!keeper_status_pid((struct span){ text, n > 0 ? n : 0 }, &pid))
		return 0;
	/* another process may have got the ID since */
	out_text(path, sizeof(path), "/proc/%d/root" KEEPER_CONTROL, (int)pid);
	return access(path, F_OK) ? 0 : (pid_t)pid;
}

static int await(int fd, int64_t until)
{
	struct wait w;
	char answer = 0;
	ssize_t n;

	do {
		wait_begin(&w, until);
		wait_fd(&w, fd, POLLIN);
		n = wait_run(&w);
		if (n < 0)
			return n;
		n = recv(fd, &answer, 1, MSG_DONTWAIT);
	} while (n < 0 && errno == EAGAIN && sys_now() < until);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return n == 1 && answer == '0' ? 0 : -EIO;
}

int keeper_control(char request, int64_t until)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	pid_t pid = keeper_control_pid();
	int fd, err = 0;

	if (!pid)
		return -ESRCH;
	out_text(sun.sun_path, sizeof(sun.sun_path), "/proc/%d/root" KEEPER_CONTROL, (int)pid);
	/* nonblocking: a keeper that no longer accepts connections must not block us */
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)))
		err = errno == ECONNREFUSED ? -ESRCH : -errno;
	else if (send(fd, &request, 1, MSG_NOSIGNAL) != 1)
		err = -errno;
	else
		err = await(fd, until);
	close(fd);
	return err;
}
