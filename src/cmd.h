/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands that have a file of their own; argv[0] is the subcommand. Return: exit code. */
#ifndef ISCSIROOT_CMD_H
#define ISCSIROOT_CMD_H

int cmd_plan(int argc, char **argv);
int cmd_asked(int argc, char **argv);
int cmd_check(int argc, char **argv);	/* in iscsiroot-system */

#endif
