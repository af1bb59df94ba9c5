// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommand `status`. */
#include "base/codes.h"
#include "system/cmd.h"
#include "system/status/status.h"

static struct status status;

const char cmd_status_help[] =
	"usage: iscsiroot status [-R DIR] [--json]\n"
	"\n"
	"Shows the present state of the root: one line for each part of the way from / to\n"
	"the NIC, then for what keeps it available: ok, warn or FAIL, what was found, and\n"
	"what to do. Changes nothing and never blocks.\n"
	"\n"
	"  -R DIR  look under DIR instead of /\n"
	"  --json  one JSON object (null where there is no iSCSI root)\n"
	"\n"
	"Exit status: 0 healthy, 1 degraded, 2 broken, 10 no iSCSI root here, 64 usage,\n"
	"70 a bug, 71 DIR cannot be read, or not run by root.\n";

int cmd_status(const char *dir, struct report *r)
{
	static const char *const overall[] = { "healthy", "degraded", "broken" };
	int err;

	report_columns(r, 14, overall);
	err = status_open(&status, dir);
	if (err)
		return err;
	if (!status_asked(&status))
		return CODE_NOT_ASKED;
	status.c.report = *r;
	status_mount(&status);
	status_sessions(&status);
	status_support(&status);
	status_net(&status);
	check_clock(&status.c, "");
	*r = status.c.report;
	return 0;
}
