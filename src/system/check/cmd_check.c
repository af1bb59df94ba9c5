// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommand `check`. */
#include "base/codes.h"
#include "base/sys.h"
#include "system/check/check.h"
#include "system/cmd.h"

static struct check check;

const char cmd_check_help[] =
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

static int look(const char *dir)
{
	int err = check_open(&check, dir);

	if (err)
		return err;
	if (!check_config(&check))
		return CODE_NOT_ASKED;
	check_images(&check);
	check_portals(&check);
	check_root(&check);
	check_tables(&check);
	check_secrets(&check);
	check_network(&check);
	check_publish(&check);
	check_clock(&check, check.valid ? check.plan.clocksource : "");
	return 0;
}

int cmd_check(const char *dir, struct report *r)
{
	int code;

	check.report = *r;
	code = look(dir);
	*r = check.report;
	sys_wipe(&check, sizeof(check));
	return code;
}
