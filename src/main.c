// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "codes.h"
#include "run.h"
#include "sys.h"
#include "timeline.h"

#ifndef VERSION
#define VERSION "unknown"
#endif
#define SYSTEM_PROGRAM "/usr/lib/iscsiroot/iscsiroot-system"

static int cmd_run(int argc, char **argv);
static int cmd_timeline(int argc, char **argv);
static int cmd_help(int argc, char **argv);
static int cmd_system(int argc, char **argv);

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *args, *help;
} commands[] = {
	{ "run", cmd_run, "", "bring up the iSCSI root: plan, net, login, settle, handoff" },
	{ "plan", cmd_plan, "[-R DIR] [--json] [--show-secrets] [--syntax]",
	  "print what would be done and do nothing" },
	{ "asked", cmd_asked, "[-R DIR]", "exit 0 where the boot input asks for an iSCSI root, else 10" },
	{ "net", cmd_run, "", "only bring up the network" },
	{ "login", cmd_run, "", "only log in to the target" },
	{ "settle", cmd_run, "", "only wait for the root and activate its volume group" },
	{ "handoff", cmd_run, "", "only write what the real root needs to know" },
	{ "timeline", cmd_timeline, "[-R DIR]", "show how long each step of this boot took" },
	{ "check", cmd_system, "[-R DIR] [--json]", "in the running system: will the next boot work?" },
	{ "help", cmd_help, "", "print this" },
};

#define N_COMMANDS (sizeof(commands) / sizeof(*commands))

static int cmd_help(int argc, char **argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	printf("usage: iscsiroot COMMAND [OPTIONS]\n\n"
	       "Boots from a root file system on an iSCSI LUN. See iscsiroot(8).\n\n");
	for (i = 0; i < N_COMMANDS; i++)
		printf("  %-8s %s%s%s\n", commands[i].name, commands[i].args,
		       *commands[i].args ? "\n           " : "", commands[i].help);
	printf("\n  --help, --version\n");
	return fflush(stdout) ? CODE_SYSTEM : CODE_DONE;
}

static int usage(const char *what, const char *why)
{
	fprintf(stderr, "iscsiroot: %s: %s (see iscsiroot --help)\n", what, why);
	return CODE_USAGE;
}

static int cmd_run(int argc, char **argv)
{
	static const struct { const char *name; unsigned parts; } parts[] = {
		{ "run", RUN_ALL }, { "net", RUN_NET }, { "login", RUN_LOGIN },
		{ "settle", RUN_SETTLE }, { "handoff", RUN_NET | RUN_SETTLE | RUN_HANDOFF },
	};
	size_t i;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return cmd_help(argc, argv);
	if (argc > 1)
		return usage(argv[1], "not an option of this command");
	for (i = 0; strcmp(parts[i].name, argv[0]); i++)
		;
	return run(parts[i].parts);
}

static int cmd_timeline(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "-R"))
		return timeline_print(argv[2]);
	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return cmd_help(argc, argv);
	if (argc > 1)
		return usage(argv[1], "not an option of this command");
	return timeline_print("/");
}

/* Images do not carry it: it is of no use in them. */
static int cmd_system(int argc, char **argv)
{
	(void)argc;
	execv(SYSTEM_PROGRAM, argv - 1);	/* argv[-1] is our own name */
	fprintf(stderr, "iscsiroot: %s: " SYSTEM_PROGRAM ": %s (only the installed system has it)\n",
		argv[0], sys_error(errno));
	return CODE_SYSTEM;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		return usage("no command", "say what to do");
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("iscsiroot " VERSION);
		return CODE_DONE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return cmd_help(argc, argv);
	for (i = 0; i < N_COMMANDS; i++)
		if (!strcmp(commands[i].name, argv[1]))
			return commands[i].run(argc - 1, argv + 1);
	return usage(argv[1], "no such command");
}
