// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommand `check`. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "cmd.h"
#include "codes.h"
#include "sys.h"

static struct check check;

static const char help[] =
	"usage: iscsiroot check [-R DIR] [--json]\n"
	"\n"
	"Will the next boot of this machine work? One line for each item: ok, warn or\n"
	"FAIL, what was found, and what to do. Changes nothing.\n"
	"\n"
	"  -R DIR  look under DIR instead of /; portals are tried from this machine\n"
	"  --json  one JSON object (null where there is no iSCSI root)\n"
	"\n"
	"Exit status: 0 all ok, 1 a warning, 2 a failure, 10 no iSCSI root here, 64 usage,\n"
	"70 a bug, 71 DIR cannot be read, or not run by root.\n";

static void say(const char *what, const char *why)
{
	char line[512];

	out_text(line, sizeof(line), "%s: %s", what, why);
	sys_say("check", line);
}

static int run(const char *dir, bool json)
{
	int err = check_open(&check, dir);

	if (err) {
		say(dir, sys_error(err));
		return CODE_SYSTEM;
	}
	report_begin(&check.report, json);
	if (!check_config(&check))
		return json && sys_write_all(STDOUT_FILENO, "null\n", 5) ? CODE_SYSTEM
									: CODE_NOT_ASKED;
	check_images(&check);
	check_portals(&check);
	check_root(&check);
	check_tables(&check);
	check_secrets(&check);
	check_network(&check);
	err = report_end(&check.report);
	if (err == -EMSGSIZE)
		say("the report does not fit", "this is a bug");
	return err == -EMSGSIZE ? CODE_BUG : err ? CODE_SYSTEM : (int)check.report.worst;
}

int cmd_check(int argc, char **argv)
{
	const char *dir = "/";
	bool json = false;
	int i, code;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-R") && i + 1 < argc) {
			dir = argv[++i];
		} else if (!strcmp(argv[i], "--json")) {
			json = true;
		} else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			return sys_write_all(STDOUT_FILENO, help, strlen(help)) ? CODE_SYSTEM
									      : CODE_DONE;
		} else {
			say(argv[i], strcmp(argv[i], "-R") ?
			    "not an option of this command (see iscsiroot check --help)" :
			    "a directory goes with it (see iscsiroot check --help)");
			return CODE_USAGE;
		}
	}
	if (!strcmp(dir, "/") && geteuid()) {
		say("not run by root", "images and configuration are readable by root alone");
		return CODE_SYSTEM;
	}
	code = run(dir, json);
	sys_wipe(&check, sizeof(check));
	return code;
}
