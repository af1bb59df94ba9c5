// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "keeper/process.h"
#include "tap.h"

static int connect_to(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), err;

	out_text(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	err = connect(fd, (struct sockaddr *)&sun, sizeof(sun)) ? -errno : 0;
	close(fd);
	return err;
}

/* In a child, which SIGTERM would end. */
static int hardened(void)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (process_harden())
			_exit(2);
		kill(getpid(), SIGTERM);
		kill(getpid(), SIGHUP);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	char path[64];
	int fd, again;

	out_text(path, sizeof(path), "/tmp/iscsiroot-process-%u", (unsigned)getpid() % 1000000);
	fd = process_listen(path, SOCK_SEQPACKET);
	ok(fd >= 0 && !connect_to(path), "a socket for connections");
	again = process_listen(path, SOCK_SEQPACKET);
	ok(again >= 0 && !connect_to(path), "in place of an old one");
	close(fd);
	close(again);
	fd = process_listen(path, SOCK_DGRAM);
	ok(fd >= 0, "one for messages");
	close(fd);
	unlink(path);
	ok(process_listen("/no/such/directory/socket", SOCK_DGRAM) == -ENOENT, "none");
	is_int(hardened(), 0, "signals do not end the keeper");
	return done_testing();
}
