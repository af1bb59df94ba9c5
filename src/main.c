// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "codes.h"
#include "run.h"
#include "scan.h"
#include "sys.h"
#include "timeline.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static int cmd_run(int argc, char **argv);
static int cmd_timeline(int argc, char **argv);
static int cmd_help(int argc, char **argv);

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
	{ "help", cmd_help, "", "print this" },
};

#define N_COMMANDS (sizeof(commands) / sizeof(*commands))

static int cmd_help(int argc, char **argv)
{
	char text[2048];
	struct out o;
	size_t i;

	(void)argc;
	(void)argv;
	out_init(&o, text, sizeof(text));
	out_str(&o, "usage: iscsiroot COMMAND [OPTIONS]\n\n"
		"Boots from a root file system on an iSCSI LUN. See iscsiroot(8).\n\n");
	for (i = 0; i < N_COMMANDS; i++)
		out_fmt(&o, "  %s%s%s\n           %s\n", commands[i].name,
			*commands[i].args ? " " : "", commands[i].args, commands[i].help);
	out_str(&o, "\n  --help, --version\n");
	return sys_write_all(STDOUT_FILENO, text, o.len) ? CODE_SYSTEM : CODE_DONE;
}

static int usage(const char *what, const char *why)
{
	char line[256];

	out_text(line, sizeof(line), "%s (see iscsiroot --help)", why);
	sys_say(what, line);
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

int main(int argc, char **argv)
{
	static const char version[] = "iscsiroot " VERSION "\n";
	size_t i;

	if (argc < 2)
		return usage("no command", "say what to do");
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		return sys_write_all(STDOUT_FILENO, version, strlen(version)) ? CODE_SYSTEM
										: CODE_DONE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return cmd_help(argc, argv);
	for (i = 0; i < N_COMMANDS; i++)
		if (!strcmp(commands[i].name, argv[1]))
			return commands[i].run(argc - 1, argv + 1);
	return usage(argv[1], "no such command");
}
