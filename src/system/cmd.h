/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands that have a file of their own; argv[0] is the subcommand. Return: exit code. */
#ifndef ISCSIROOT_SYSTEM_CMD_H
#define ISCSIROOT_SYSTEM_CMD_H

int cmd_timeline(int argc, char **argv);

/*
 * @dir stands for /, @r was begun and is ended by the caller.
 * Return: 0 all is said, CODE_NOT_ASKED: no iSCSI root here, -errno: @dir cannot be read.
 */
struct report;
int cmd_check(const char *dir, struct report *r);
int cmd_status(const char *dir, struct report *r);
extern const char cmd_check_help[], cmd_status_help[];

#endif
