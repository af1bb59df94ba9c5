// SPDX-License-Identifier: GPL-2.0-or-later
/* The options; what is printed of a timeline is in runtime/test_timeline. */
#include "base/codes.h"
#include "system/cmd.h"
#include "tree.h"

/* @option alone, or -R with a directory; @has: in the output */
static const struct {
	const char *name, *option;
	int code;
	const char *has;
} rows[] = {
	{ "no timeline", "-R", CODE_NO_DEVICE, "" },
	{ "help", "--help", CODE_DONE, "usage: iscsiroot timeline" },
	{ "help, in short", "-h", CODE_DONE, "usage: iscsiroot timeline" },
	{ "an unknown option", "--json", CODE_USAGE, "" },
	{ "a timeline", "-R", CODE_DONE, "net: eth0: 192.0.2.5/24" },
};

static void run(unsigned i)
{
	char name[] = "timeline", option[16], *argv[] = { name, option, NULL, NULL };
	bool dir = !strcmp(rows[i].option, "-R");
	int code;

	snprintf(option, sizeof(option), "%s", rows[i].option);
	argv[2] = dir ? tree : NULL;
	log_begin();
	code = cmd_timeline(dir ? 3 : 2, argv);
	log_end();
	is_int(code, rows[i].code, rows[i].name);
	ok(*rows[i].has ? !!strstr(logged, rows[i].has) : !*logged, "its output");
}

int main(void)
{
	int keep = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
	unsigned i;

	tree_begin("cmd-timeline");
	dup2(null, STDERR_FILENO);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (i == 4)
			tree_put("run/iscsiroot/timeline",
				 "t=2.500000 step=net event=ok object=\"eth0\" code=0 text=\"192.0.2.5/24\"\n");
		run(i);
	}
	dup2(keep, STDERR_FILENO);
	tree_end();
	return done_testing();
}
