/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run: the boot itself. One loop, one deadline, one wait over net, login
 * and settle, and the hand-off at its end.
 */
#ifndef ISCSIROOT_BOOT_RUN_H
#define ISCSIROOT_BOOT_RUN_H

/* Which machines take part; `iscsiroot run` is all of them. */
enum run_part { RUN_NET = 1, RUN_LOGIN = 2, RUN_SETTLE = 4, RUN_HANDOFF = 8, RUN_ALL = 15 };

/** run() - Return: an exit code (codes.h); nothing is printed where no iSCSI root is asked for. */
int run(unsigned parts);

#endif
