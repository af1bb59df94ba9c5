// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iscsiroot-system: the commands of iscsiroot that are of use in the running system only, so that
 * images need not contain them. iscsiroot starts it.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "base/scan.h"
#include "base/sys.h"
#include "system/cmd.h"
#include "system/network/protect.h"
#include "system/network/renew.h"
#include "system/own_sessions.h"
#include "system/report.h"

#define KEEPER_PROGRAM "/usr/lib/iscsiroot/iscsiroot-keeper"

static const struct command {
	const char *name, *help;
	int (*run)(const char *dir, struct report *r);
	const char *secret;		/* why only root may run it */
} commands[] = {
	{ "check", cmd_check_help, cmd_check,
	  "images and configuration are readable by root only" },
	{ "status", cmd_status_help, cmd_status,
	  "keeper and hand-off are readable by root only" },
};

static void say(const struct command *c, const char *what, const char *why)
{
	char line[512];

	out_text(line, sizeof(line), "%s: %s", what, why);
	sys_say(c->name, line);
}

static int usage(const struct command *c, const char *option)
{
	char why[96];

	out_text(why, sizeof(why), "%s (see iscsiroot %s --help)", strcmp(option, "-R") ?
		 "not an option of this command" : "needs a directory", c->name);
	say(c, option, why);
	return CODE_USAGE;
}

static int run(const struct command *c, const char *dir, bool json)
{
	struct report r;
	int err;

	report_begin(&r, json);
	err = c->run(dir, &r);
	if (err == CODE_NOT_ASKED && !strcmp(dir, "/"))
		sys_say(c->name, "no iSCSI root here, and nothing asks for one (see iscsi.initramfs(5))");
	if (err == CODE_NOT_ASKED)
		return json && sys_print("null\n", 5) ? CODE_SYSTEM : err;
	if (err) {
		say(c, dir, sys_error(err));
		return CODE_SYSTEM;
	}
	return report_end(&r) ? CODE_SYSTEM : (int)r.worst;
}

static int parse(const struct command *c, int argc, char **argv)
{
	const char *dir = "/";
	bool json = false;
	int i;

	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "-R") && i + 1 < argc)
			dir = argv[++i];
		else if (!strcmp(argv[i], "--json"))
			json = true;
		else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return sys_print(c->help, strlen(c->help)) ?
				CODE_SYSTEM : CODE_DONE;
		else
			return usage(c, argv[i]);
	}
	if (!strcmp(dir, "/") && geteuid()) {
		say(c, "must be run as root", c->secret);
		return CODE_SYSTEM;
	}
	return run(c, dir, json);
}

/* -R DIR: another directory than /; -n: show what would be written; -l, -d: list all NICs, those with DHCP. */
static int cmd_protect(int argc, char **argv)
{
	bool dry = false, list = false, dhcp = false;
	const char *dir = "/";
	int i;

	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "-R") && i + 1 < argc) {
			dir = argv[++i];
		} else if (!strcmp(argv[i], "-n")) {
			dry = true;
		} else if (!strcmp(argv[i], "-l")) {
			list = true;
		} else if (!strcmp(argv[i], "-d")) {
			list = dhcp = true;
		} else {
			sys_say("hold", "usage: iscsiroot-system hold [-R DIR] [-d | -l | -n]");
			return CODE_USAGE;
		}
	}
	return list ? protect_list(dir, dhcp) : protect_write(dir, dry);
}

static const char *basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * These moved to iscsiroot-keeper: init scripts that an administrator has changed and kept still call
 * them here.
 */
static int run_keeper(char **argv)
{
	execve(KEEPER_PROGRAM, argv, environ);
	sys_say(argv[1], KEEPER_PROGRAM " cannot be started (install the package iscsiroot again)");
	return CODE_SYSTEM;
}

NO_STACK_PROTECTOR int main(int argc, char **argv)
{
	static const char text[] = "iscsiroot-system: usage: iscsiroot check|status|timeline [OPTIONS]\n";
	size_t i;

	compat_guard_stack();
	sys_open_std();
	if (argc > 1 && !strcmp(argv[1], "timeline"))
		return cmd_timeline(argc - 1, argv + 1);
	if (argc == 2 && !strcmp(basename_of(argv[0]), RENEW_EVENT))
		return renew_event(argv[1]);
	if (argc >= 2 && !strcmp(argv[1], "hold"))
		return cmd_protect(argc - 2, argv + 2);
	if (argc == 3 && !strcmp(argv[1], "lease"))
		return renew_run(argv[2]);
	if (argc == 2 && (!strcmp(argv[1], "adopt") || !strcmp(argv[1], "iscsid-files")))
		return run_keeper(argv);
	if (argc == 2 && !strcmp(argv[1], "own-sessions"))
		return own_sessions("");
	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i].name, argv[1]))
			return parse(&commands[i], argc - 2, argv + 2);
	sys_write_all(STDERR_FILENO, text, strlen(text));
	return CODE_USAGE;
}
