// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "base/scan.h"
#include "base/sys.h"
#include "boot/cmd_plan.h"
#include "boot/job.h"
#include "boot/start.h"
#include "runtime/handoff_file.h"

#ifndef VERSION
#define VERSION "unknown"
#endif
#define WAIT_SECONDS_MAX 86400
#define SYSTEM_PROGRAM "/usr/lib/iscsiroot/iscsiroot-system"

static const char help[] =
	"usage: iscsiroot COMMAND [OPTIONS] (see iscsiroot(8))\n\n"
	"  run       bring up the iSCSI root\n"
	"  start     the same in the background\n"
	"  wait login|root [SECONDS]\n"
	"    wait for the run in progress: until other programs may go on, or until its end\n"
	"  finish    the root is mounted: write the hand-off\n"
	"  net, login, settle, handoff\n"
	"    one step alone\n"
	"  root      print the device node of the root, for scripts\n"
	"  plan [-R DIR] [--json] [--show-secrets] [--syntax]\n"
	"    show what would be done\n\n"
	"in the running system:\n"
	"  check [-R DIR] [--json]\n"
	"    will the next boot work?\n"
	"  status [-R DIR] [--json]\n"
	"    the state of the running root\n"
	"  timeline [-R DIR]\n"
	"    this boot's steps\n\n"
	"  --help, --version\n";

static int print(const char *text)
{
	return sys_print(text, strlen(text)) ? CODE_SYSTEM : CODE_DONE;
}

static int usage(const char *what, const char *why)
{
	char line[256];

	out_text(line, sizeof(line), "%s (see iscsiroot --help)", why);
	sys_say(what, line);
	return CODE_USAGE;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help");
}

/* Images do not have that program: it is of no use in them. */
static int cmd_system(int argc, char **argv)
{
	char line[256];

	(void)argc;
	execve(SYSTEM_PROGRAM, argv - 1, environ);	/* argv[-1] is our own name */
	out_text(line, sizeof(line), SYSTEM_PROGRAM ": %s (only the installed system has it)",
		 sys_error(errno));
	sys_say(argv[0], line);
	return CODE_SYSTEM;
}

/* The scripts of an initramfs generator ask for the root that `run` has found. */
static int cmd_root(int argc, char **argv)
{
	static struct handoff h;
	char line[ROOTSPEC_MAX + 2];
	struct diag why;
	int err;

	if (argc > 1)
		return usage(argv[1], "not an option of this command");
	err = handoff_read("", &h, &why);
	if (err) {
		diag_format(&why, line, sizeof(line));
		sys_say("root", line);
		return err == -ENOENT ? CODE_NO_DEVICE : CODE_SYSTEM;
	}
	out_text(line, sizeof(line), "%s\n", h.root);
	return print(line);
}

static int cmd_wait(int argc, char **argv)
{
	enum job_request request = JOB_ROOT;
	int64_t until = SYS_FOREVER;
	uint64_t seconds;

	if (argc < 2)
		return usage("wait", "say what for: login or root");
	if (!strcmp(argv[1], "login"))
		request = JOB_LOGIN;
	else if (strcmp(argv[1], "root"))
		return usage(argv[1], "must be login or root");
	if (argc > 2 && !scan_uint(span_of(argv[2]), WAIT_SECONDS_MAX, &seconds))
		return usage(argv[2], "must be a number of seconds, at most " LIMIT_TEXT(WAIT_SECONDS_MAX));
	if (argc > 3)
		return usage(argv[3], "one argument too many");
	if (argc > 2)
		until = sys_now() + (int64_t)seconds * 1000000;
	return job_await(request, until);
}

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	int (*act)(void);		/* without options */
	unsigned parts;			/* of run(), where there is no function */
} commands[] = {
	{ "run", .parts = RUN_ALL },
	{ "net", .parts = RUN_NET },
	{ "login", .parts = RUN_LOGIN },
	{ "settle", .parts = RUN_SETTLE },
	{ "handoff", .parts = RUN_NET | RUN_SETTLE | RUN_HANDOFF },
	{ "start", .act = run_start },
	{ "wait", .run = cmd_wait },
	{ "finish", .act = run_finish },
	{ "root", .run = cmd_root },
	{ "plan", .run = cmd_plan },
	{ "timeline", .run = cmd_system },
	{ "check", .run = cmd_system },
	{ "status", .run = cmd_system },
};

static int dispatch(const struct command *c, int argc, char **argv)
{
	if (c->run)
		return c->run(argc, argv);
	if (argc > 1)
		return is_help(argv[1]) ? print(help)
					: usage(argv[1], "not an option of this command");
	return c->act ? c->act() : run(c->parts);
}

NO_STACK_PROTECTOR int main(int argc, char **argv)
{
	size_t i;

	compat_guard_stack();
	sys_open_std();
	if (argc < 2)
		return usage("no command", "say what to do");
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		return print("iscsiroot " VERSION "\n");
	if (is_help(argv[1]))
		return print(help);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i].name, argv[1]))
			return dispatch(&commands[i], argc - 1, argv + 1);
	return usage(argv[1], "no such command");
}
