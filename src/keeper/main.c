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
#include "keeper/native.h"
#include "keeper/sandbox.h"
#include "runtime/keeper_client.h"
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
#define PLAN 4				/* and one with the plan for its engine */
#define ASK_US 10000000

static const char help[] =
	"usage: iscsiroot-keeper COMMAND\n\n"
	"Keeps the sessions of an iSCSI root logged in: runs iscsid from RAM. See\n"
	"iscsiroot-keeper(8).\n\n"
	"  start          start the keeper, in the initramfs; if it runs: look for new sessions\n"
	"  login          start the keeper with an engine of its own, in the initramfs; the plan, with\n"
	"                 its secrets, is the memfd at standard input. If it runs: take this plan\n"
	"  upgrade        replace the running keeper by this version; no connection is touched\n"
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

/* @command: what the keeper does; @plan: the engine's plan, -1: none. */
struct start {
	const char *command;
	int ready, plan;
};

/* Only these stay open: /dev/null, and what the keeper needs. */
static int arrange_fds(const struct start *start)
{
	/* out of the way of READY and PLAN first */
	int ready = fcntl(start->ready, F_DUPFD, PLAN + 1), plan = -1, fd;

	if (start->plan >= 0)
		plan = fcntl(start->plan, F_DUPFD, PLAN + 1);
	if (ready < 0 || dup2(ready, READY) < 0 || (plan >= 0 && dup2(plan, PLAN) < 0))
		return -errno;
	for (fd = plan >= 0 ? PLAN + 1 : PLAN; fd < SPAWN_FDS_MAX; fd++)
		close(fd);
	fd = open("/dev/null", O_RDWR);
	if (fd < 0)
		return 0;
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > PLAN)
		close(fd);
	return 0;
}

/* An upgrade starts it from a service or a login, whose end systemd lets no process of its control group survive. */
static void leave_cgroup(void)
{
	static const char *const procs[] = {
		"/sys/fs/cgroup/init.scope/cgroup.procs", "/sys/fs/cgroup/systemd/init.scope/cgroup.procs",
	};
	unsigned i;
	int fd;

	for (i = 0; i < sizeof(procs) / sizeof(*procs); i++) {
		fd = open(procs[i], O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		sys_write_all(fd, "0", 1);
		close(fd);
	}
}

/* In the child that becomes the keeper. Errors still go to the caller's standard error. */
static int become_keeper(size_t len, const struct start *start)
{
	static char name[] = KEEPER_NAME, command[32];
	char *argv[] = { name, command, NULL }, *env[] = { NULL }, what[192];
	int err;

	out_text(command, sizeof(command), "%s", start->command);
	setsid();
	leave_cgroup();
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
	err = arrange_fds(start);
	if (err)
		return fail("dup2", err);
	execve(SELF, argv, env);
	return CODE_SYSTEM;	/* the parent sees the end of the pipe */
}

static int await_keeper(pid_t pid, bool engine, int fd)
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
	keeper_status_format_pid((unsigned)pid, engine, &o);
	err = sys_write_atomic(KEEPER_FILE, 0644, o.buf, o.len);
	return err ? fail(KEEPER_FILE, err) : CODE_DONE;
}

/* Start the keeper, and write its number to KEEPER_FILE once it is ready. */
static int launch(size_t len, const char *command, int plan)
{
	struct start start = { .command = command, .plan = plan };
	int fds[2];
	pid_t pid;

	if (mkdir("/run/iscsiroot", 0755) && errno != EEXIST)
		return fail("/run/iscsiroot", -errno);
	if (pipe2(fds, O_CLOEXEC))
		return fail("pipe", -errno);
	start.ready = fds[1];
	pid = fork();
	if (pid < 0)
		return fail("fork", -errno);
	if (!pid)
		_exit(become_keeper(len, &start));
	close(fds[1]);
	return await_keeper(pid, plan >= 0, fds[0]);
}

static void install_exitrd(void)
{
	int err;

	mkdir("/run/iscsiroot", 0755);
	err = sandbox_exitrd(EXITRD);
	if (err)
		fail(EXITRD_DIR, err);	/* without an exitrd the shutdown is the distribution's own */
}

static int start(void)
{
	ssize_t len;
	int err;

	err = keeper_control(KEEPER_LOOK, sys_now() + ASK_US);
	if (err != -ESRCH)
		return err ? fail("running keeper", err) : CODE_DONE;
	len = sys_read(AT_FDCWD, FILES, files, sizeof(files));
	if (len < 0)
		return fail(FILES, len);
	install_exitrd();
	return launch(len, "keep", -1);
}

static int login(void)
{
	pid_t pid;
	int fd, err;

	fd = keeper_control_connect(&pid);
	if (fd >= 0) {
		err = keeper_control_give(fd, KEEPER_PLAN, STDIN_FILENO, sys_now() + ASK_US);
		return err ? fail("running keeper", err) : CODE_DONE;
	}
	if (fd != -ESRCH)
		return fail("running keeper", fd);
	install_exitrd();
	return launch(0, "keep-native", STDIN_FILENO);
}

/* Nobody else can keep the sessions of an engine: iscsid leaves them alone. @client: what is known of the keeper. */
static bool has_engine(struct keeper_client *client)
{
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	keeper_client_look(root, client);
	close(root);
	return client->known && client->status.engine;
}

/* The old keeper ends, the new one, which KEEPER_FILE names by now, begins. */
static int hand_over(int old, bool guarding)
{
	int err = keeper_control_ask(old, KEEPER_STOP, sys_now() + ASK_US);

	if (!err)
		err = keeper_control(KEEPER_LOOK, sys_now() + ASK_US);
	if (!err && guarding)
		err = keeper_control(KEEPER_GUARD, sys_now() + ASK_US);
	return err ? fail("upgrade", err) : CODE_DONE;
}

/*
 * The successor is started in standby with the plan of the running keeper, and begins once that one has ended.
 * Meanwhile nobody logs in again to a session that is lost: some milliseconds.
 */
static int upgrade(void)
{
	struct keeper_client client;
	bool engine = has_engine(&client);
	int fd, old, plan, code;
	pid_t pid;

	fd = keeper_control_connect(&pid);
	if (fd < 0)
		return fail("upgrade", fd);
	if (!engine) {
		close(fd);
		return fail("upgrade", -EOPNOTSUPP);
	}
	plan = keeper_control_take(fd, KEEPER_GIVE, sys_now() + ASK_US);
	if (plan < 0)
		return fail("upgrade", plan);
	/* before KEEPER_FILE names the new one */
	old = keeper_control_connect(&pid);
	if (old < 0)
		return fail("upgrade", old);
	code = launch(0, "keep-standby", plan);
	return code ? code : hand_over(old, client.status.guarding);
}

static int stop(void)
{
	struct keeper_client client;
	int err;

	if (has_engine(&client)) {
		sys_say("keeper", "not stopped: nothing else keeps the sessions of its engine (it ends with the "
			"next boot)");
		return CODE_SYSTEM;
	}
	err = keeper_control(KEEPER_STOP, sys_now() + ASK_US);

	if (err == -ESRCH)
		return CODE_DONE;
	if (err)
		return fail("stop", err);
	unlink(KEEPER_FILE);
	return CODE_DONE;
}

static int adopt_sessions(void)
{
	struct keeper_client client;

	return has_engine(&client) ? CODE_DONE : adopt();	/* there is no iscsid that is to be told */
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
	if (!strcmp(command, "keep-native") && argv[0][0] == '@')
		return native_keep(READY, PLAN, false);
	if (!strcmp(command, "keep-standby") && argv[0][0] == '@')
		return native_keep(READY, PLAN, true);
	if (!strcmp(command, "start"))
		return start();
	if (!strcmp(command, "login"))
		return login();
	if (!strcmp(command, "upgrade"))
		return upgrade();
	if (!strcmp(command, "stop"))
		return stop();
	if (!strcmp(command, "adopt"))
		return adopt_sessions();
	if (!strcmp(command, "iscsid-files"))
		return adopt_files();
	if (!strcmp(command, "--version") || !strcmp(command, "-V"))
		return print("iscsiroot-keeper " VERSION "\n");
	if (!strcmp(command, "--help") || !strcmp(command, "-h"))
		return print(help);
	sys_say("keeper", "expected one command (see iscsiroot-keeper --help)");
	return CODE_USAGE;
}
