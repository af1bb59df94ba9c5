// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/sys.h"
#include "keeper/iscsid.h"
#include "keeper/text.h"

#define PAUSE_MIN_US 100000	/* before a restart, where it ends at once */
#define PAUSE_MAX_US 5000000
#define STABLE_US 10000000	/* after that time its end is no failed start */
#define FDS_MAX 32		/* the keeper has fewer descriptors open */

/* In the child: become iscsid. */
static void run_iscsid(int log)
{
	static char name[] = "@iscsid", foreground[] = "-f";
	static char path[] = "PATH=/usr/sbin:/sbin", notify[] = "NOTIFY_SOCKET=" ISCSID_NOTIFY;
	static char preload[] = "LD_PRELOAD=" KEEPER_PRELOAD;
	char *argv[] = { name, foreground, NULL }, *env[] = { path, notify, NULL, NULL };
	int fd, null = open("/dev/null", O_RDONLY);

	for (fd = 1; fd < NSIG; fd++)
		signal(fd, SIG_DFL);
	if (!access(KEEPER_PRELOAD, R_OK))
		env[2] = preload;
	setpgid(0, 0);	/* when it ends it signals its whole process group */
	/*
	 * iscsid refuses to log out while a file system is mounted (iscsid.safe_logout). It reads the mounts
	 * of its own namespace, where there are none; those of the real root are process 1's.
	 */
	mount("/proc/1/mountinfo", "/proc/self/mountinfo", NULL, MS_BIND, NULL);
	if (null >= 0 && dup2(null, 0) >= 0 && dup2(log, 1) >= 0 && dup2(log, 2) >= 0) {
		for (fd = 3; fd < FDS_MAX; fd++)
			close(fd);
		execve("/usr/sbin/iscsid", argv, env);
		execve("/sbin/iscsid", argv, env);
	}
	_exit(127);
}

int iscsid_start(struct iscsid *i)
{
	int fds[2], err;

	i->started = sys_now();
	i->start_at = i->started + PAUSE_MAX_US;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	i->pid = fork();
	if (!i->pid)
		run_iscsid(fds[1]);
	err = i->pid < 0 ? -errno : 0;
	close(fds[1]);
	if (err) {
		close(fds[0]);
		i->pid = 0;
		return err;
	}
	setpgid(i->pid, i->pid);	/* here as well as in the child: whichever runs first */
	i->pidfd = compat_pidfd_open(i->pid);
	i->log = fds[0];
	i->starts++;
	return 0;
}

void iscsid_protect(const struct iscsid *i)
{
	char path[48];
	int fd;

	out_text(path, sizeof(path), "/proc/%d/oom_score_adj", (int)i->pid);
	fd = i->pid ? open(path, O_WRONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	sys_write_all(fd, "-1000", 5);
	close(fd);
}

bool iscsid_line(struct iscsid *i, struct span *line, bool rest)
{
	const char *end;
	ssize_t n;

	for (;;) {
		i->len -= i->taken;
		memmove(i->buf, i->buf + i->taken, i->len);
		i->taken = 0;
		end = memchr(i->buf, '\n', i->len);
		if (end || i->len == sizeof(i->buf))
			break;
		n = read(i->log, i->buf + i->len, sizeof(i->buf) - i->len);
		if (n > 0)
			i->len += n;
		else if (rest && i->len)
			break;
		else
			return false;
	}
	*line = (struct span){ i->buf, end ? (size_t)(end - i->buf) : i->len };
	i->taken = line->n + !!end;
	return true;
}

bool iscsid_has_ended(const struct iscsid *i)
{
	struct pollfd p = { .fd = i->pidfd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

static int await_end(struct iscsid *i)
{
	int status = 0;

	waitpid(i->pid, &status, 0);
	close(i->pidfd);
	close(i->log);
	i->pidfd = i->log = -1;
	i->pid = 0;
	i->len = i->taken = 0;
	return status;
}

int iscsid_reap(struct iscsid *i)
{
	int64_t lived = sys_now() - i->started;
	int status = await_end(i);

	i->pause = lived >= STABLE_US ? 0 : i->pause ? i->pause * 2 : PAUSE_MIN_US;
	if (i->pause > PAUSE_MAX_US)
		i->pause = PAUSE_MAX_US;
	i->start_at = sys_now() + i->pause;
	return status;
}

void iscsid_kill(struct iscsid *i)
{
	if (!i->pid)
		return;
	kill(-i->pid, SIGKILL);	/* nothing is lost: its state of the sessions is the kernel's */
	await_end(i);
	i->start_at = 0;
}
