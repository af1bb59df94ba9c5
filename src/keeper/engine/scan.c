// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "keeper/engine/scan.h"
#include "kernel/kmsg.h"
#include "kernel/sysfs.h"

#define POLL_US 20000		/* on a kernel without pidfd_open(2) */

void scan_begin(struct connection *c)
{
	pid_t pid = fork();
	int err, fd;

	if (!pid) {
		/* it may be blocked for long: no client shall wait for the end of its connection meanwhile */
		for (fd = 3; fd < SPAWN_FDS_MAX; fd++)
			close(fd);
		err = sysfs_write("- - -", "class/scsi_host/host%u/scan", c->host);
		_exit(err < 0 && err > -256 ? -err : 0);
	}
	if (pid < 0) {
		kmsg_log("<3>", "iscsiroot: keeper: session %u: not scanned for disks: %s", c->sid, sys_error(errno));
		return;
	}
	c->scan = pid;
	c->scan_fd = compat_pidfd_open(pid);
}

void scan_step(struct connection *c, struct wait *w)
{
	int status = 0;

	if (!c->scan)
		return;
	if (waitpid(c->scan, &status, WNOHANG)) {
		if (WIFEXITED(status) && WEXITSTATUS(status))
			kmsg_log("<3>", "iscsiroot: keeper: session %u: not scanned for disks: %s", c->sid,
				 sys_error(WEXITSTATUS(status)));
		c->scan = 0;
		scan_end(c);
		c->changed = true;
	} else if (c->scan_fd >= 0) {
		wait_fd(w, c->scan_fd, POLLIN);
	} else {
		wait_until(w, sys_now() + POLL_US);
	}
}

void scan_end(struct connection *c)
{
	if (c->scan) {
		kill(c->scan, SIGKILL);
		waitpid(c->scan, NULL, WNOHANG);
	}
	c->scan = 0;
	if (c->scan_fd >= 0)
		close(c->scan_fd);
	c->scan_fd = -1;
}
