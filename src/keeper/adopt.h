/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * adopt: what stands in for the start of the real root's iscsid while the keeper holds the sessions:
 * the keeper's iscsid is that iscsid.
 */
#ifndef ISCSIROOT_KEEPER_ADOPT_H
#define ISCSIROOT_KEEPER_ADOPT_H

/** adopt() - bring the keeper's files up to date, have iscsid run, and make open-iscsi's records of
 * the root's sessions. Says what it does not get done. Return: exit code. */
int adopt(void);

/** adopt_files() - print the files that iscsid needs, itself first, a line each. Exit code. */
int adopt_files(void);

#endif
