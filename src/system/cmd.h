/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands that have a file of their own; argv[0] is the subcommand. Return: exit code. */
#ifndef ISCSIROOT_SYSTEM_CMD_H
#define ISCSIROOT_SYSTEM_CMD_H

int cmd_timeline(int argc, char **argv);

/*
 * @dir is the directory that stands for /; the caller calls report_begin() and report_end() for @r.
 * Return: 0 all items are reported, CODE_NOT_ASKED: no iSCSI root here, -errno: @dir cannot be read.
 */
struct report;
int cmd_check(const char *dir, struct report *r);
int cmd_status(const char *dir, struct report *r);
extern const char cmd_check_help[], cmd_status_help[];

#endif
