// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "base/sys.h"
#include "keeper/adopt.h"
#include "keeper/keeper.h"
#include "keeper/sandbox.h"
#include "runtime/keeper_control.h"
#include "runtime/keeper_status.h"

#ifndef VERSION
#define VERSION "unknown"
#endif
#define FILES "/usr/lib/iscsiroot/keeper.files"
#define FILES_MAX 8192			/* iscsid has about 20 libraries */
#define SELF "/usr/lib/iscsiroot/iscsiroot-keeper"
#define EXITRD "/usr/lib/iscsiroot/iscsiroot-shutdown"
#define READY 3				/* descriptor on which the keeper reports its start */
#define ASK_US 10000000

static const char help[] =
	"usage: iscsiroot-keeper COMMAND\n\n"
	"Keeps the sessions of an iSCSI root logged in: runs iscsid from RAM. See\n"
	"iscsiroot-keeper(8).\n\n"
	"  start          start the keeper, in the initramfs; if it runs: look for new sessions\n"
	"  stop           stop the keeper and its iscsid (then start another iscsid at once)\n"
	"  adopt          update its copies of iscsid and the configuration, and run iscsid\n"
	"  iscsid-files   print the files to copy for iscsid\n\n"
	"  --help, --version\n";

static char files[FILES_MAX];

static int fail(const char *what, int err)
{
	char line[256];

	out_text(line, sizeof(line), "%s: %s", what, sys_error(-err));
	sys_say("keeper", line);
	return CODE_SYSTEM;
}

/* In the child that becomes the keeper. Errors still go to the caller's standard error. */
static int become_keeper(size_t len, int ready)
{
	static char name[] = KEEPER_NAME, command[] = "keep";
	char *argv[] = { name, command, NULL }, *env[] = { NULL }, what[192];
	int err, fd;

	setsid();
	err = sandbox_build((struct span){ files, len }, what, sizeof(what));
	if (!err) {
		out_text(what, sizeof(what), SELF);
		err = sandbox_copy(SELF, SANDBOX_DIR, SELF, NULL);
	}
	if (!err) {
		out_text(what, sizeof(what), "entering the sandbox");
		err = sandbox_enter();
	}
	if (err)
		return fail(what, err);
	if (dup2(ready, READY) < 0)
		return fail("dup2", -errno);
	for (fd = READY + 1; fd < SPAWN_FDS_MAX; fd++)
		close(fd);
	fd = open("/dev/null", O_RDWR);
	for (; fd >= 0 && fd < SPAWN_FDS_MAX; fd = SPAWN_FDS_MAX) {
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		if (fd > READY)
			close(fd);
	}
	execve(SELF, argv, env);
	return CODE_SYSTEM;	/* the parent sees the end of the pipe */
}

static int await_keeper(pid_t pid, int fd)
{
	char line[32];
	struct out o;
	int err;

	do
		err = read(fd, line, 1);
	while (err < 0 && errno == EINTR);
	if (err != 1) {
		sys_say("keeper", "failed to start (see dmesg)");
		return CODE_SYSTEM;
	}
	out_init(&o, line, sizeof(line));
	keeper_status_format_pid((unsigned)pid, &o);
	err = sys_write_atomic(KEEPER_FILE, 0644, o.buf, o.len);
	return err ? fail(KEEPER_FILE, err) : CODE_DONE;
}

static int start(void)
{
	ssize_t len;
	int fds[2], err;
	pid_t pid;

	err = keeper_control(KEEPER_LOOK, sys_now() + ASK_US);
	if (err != -ESRCH)
		return err ? fail("running keeper", err) : CODE_DONE;
	len = sys_read(AT_FDCWD, FILES, files, sizeof(files));
	if (len < 0)
		return fail(FILES, len);
	if (mkdir("/run/iscsiroot", 0755) && errno != EEXIST)
		return fail("/run/iscsiroot", -errno);
	err = sandbox_exitrd(EXITRD);
	if (err)
		fail(EXITRD_DIR, err);	/* without an exitrd the shutdown is the distribution's own */
	if (pipe2(fds, O_CLOEXEC))
		return fail("pipe", -errno);
	pid = fork();
	if (pid < 0)
		return fail("fork", -errno);
	if (!pid)
		_exit(become_keeper(len, fds[1]));
	close(fds[1]);
	return await_keeper(pid, fds[0]);
}

static int stop(void)
{
	int err = keeper_control(KEEPER_STOP, sys_now() + ASK_US);

	if (err == -ESRCH)
		return CODE_DONE;
	if (err)
		return fail("stop", err);
	unlink(KEEPER_FILE);
	return CODE_DONE;
}

static int print(const char *text)
{
	return sys_print(text, strlen(text)) ? CODE_SYSTEM : CODE_DONE;
}

NO_STACK_PROTECTOR int main(int argc, char **argv)
{
	const char *command = argc == 2 ? argv[1] : "";

	compat_guard_stack();
	sys_open_std();
	if (!strcmp(command, "keep") && argv[0][0] == '@')
		return keeper_keep(READY);
	if (!strcmp(command, "start"))
		return start();
	if (!strcmp(command, "stop"))
		return stop();
	if (!strcmp(command, "adopt"))
		return adopt();
	if (!strcmp(command, "iscsid-files"))
		return adopt_files();
	if (!strcmp(command, "--version") || !strcmp(command, "-V"))
		return print("iscsiroot-keeper " VERSION "\n");
	if (!strcmp(command, "--help") || !strcmp(command, "-h"))
		return print(help);
	sys_say("keeper", "expected one command (see iscsiroot-keeper --help)");
	return CODE_USAGE;
}
