/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ISCSIROOT_BOOT_CMD_PLAN_H
#define ISCSIROOT_BOOT_CMD_PLAN_H

/** cmd_plan() - the subcommand `plan`; argv[0] is its name. Return: exit code. */
int cmd_plan(int argc, char **argv);

#endif
