// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommand `timeline`. */
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/scan.h"
#include "base/sys.h"
#include "runtime/timeline.h"
#include "system/cmd.h"

static const char help[] =
	"usage: iscsiroot timeline [-R DIR]\n"
	"\n"
	"Shows what happened at this boot and how long each step of it took, from\n"
	"/run/iscsiroot/timeline. Without this program (in the emergency shell), read\n"
	"that file: one line per event, t= in seconds.\n"
	"\n"
	"  -R DIR  look under DIR instead of /\n";

int cmd_timeline(int argc, char **argv)
{
	char line[256];

	if (argc == 1)
		return timeline_print("/");
	if (argc == 3 && !strcmp(argv[1], "-R"))
		return timeline_print(argv[2]);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return sys_print(help, strlen(help)) ? CODE_SYSTEM : CODE_DONE;
	out_text(line, sizeof(line), "%s: not an option of this command (see iscsiroot timeline --help)",
		 argv[1]);
	sys_say("timeline", line);
	return CODE_USAGE;
}
