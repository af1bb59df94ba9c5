// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/initramfs.h"
#include "boot/job.h"
#include "boot/run.h"
#include "boot/start.h"
#include "plan/build.h"
#include "plan/source.h"
#include "runtime/timeline.h"

static struct job job = { .fd = -1 };

static bool is_initramfs(void)
{
	if (initramfs_running())
		return true;
	sys_say("run", "not in an initramfs, nothing done (for the running system: iscsiroot status)");
	return false;
}

int run(unsigned parts)
{
	return is_initramfs() ? run_job(parts, &job) : CODE_SYSTEM;
}

/* An input that cannot be read counts: the run reports it. */
static bool is_asked(void)
{
	static struct source_buffers buffers;
	static struct plan_input input;
	struct diag why = { 0 };
	bool asked = source_read("/", &buffers, &input, &why) || plan_asked(&input);

	sys_wipe(&buffers, sizeof(buffers));
	sys_wipe(&input, sizeof(input));
	return asked;
}

/* Apart from the script that has started it: no signal of its terminal, nothing to read. */
static void detach(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setsid();
	if (null >= 0)
		dup2(null, STDIN_FILENO);
}

int run_start(void)
{
	pid_t pid;
	int err;

	if (!is_initramfs())
		return CODE_SYSTEM;
	if (!is_asked())
		return run_job(RUN_ALL, &job);	/* it reports why, if there is something to report */
	err = job_open(&job);
	if (err == -EBUSY)
		return CODE_DONE;
	if (err)
		return timeline_report(JOB_DIR, CAUSE(JOB_FAILED), sys_error(-err));
	pid = fork();
	if (!pid) {
		detach();
		_exit(run_job(RUN_ALL, &job));
	}
	if (pid < 0) {
		err = errno;
		job_close(&job, CODE_SYSTEM);
		return timeline_report("run", CAUSE(JOB_NO_PROCESS), sys_error(err));
	}
	return CODE_DONE;
}

int run_finish(void)
{
	int code = job_await(JOB_FINISH, SYS_FOREVER);

	if (code == CODE_DONE || code == CODE_NOT_ASKED)
		return code;
	/* it had given up */
	return run(RUN_NET | RUN_SETTLE | RUN_HANDOFF | RUN_FINISH);
}
