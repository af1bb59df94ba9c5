// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iscsiroot-system: those commands of iscsiroot that are of use in the running system only, so that
 * no image has to carry them. iscsiroot starts it.
 */
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "codes.h"
#include "sys.h"

int main(int argc, char **argv)
{
	static const char usage[] = "iscsiroot-system: usage: iscsiroot check [OPTIONS]\n";

	if (argc > 1 && !strcmp(argv[1], "check"))
		return cmd_check(argc - 1, argv + 1);
	sys_write_all(STDERR_FILENO, usage, strlen(usage));
	return CODE_USAGE;
}
