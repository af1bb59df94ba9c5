/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run: the boot itself. One loop, one deadline, one wait over net, login
 * and settle, and the hand-off at its end.
 */
#ifndef ISCSIROOT_BOOT_RUN_H
#define ISCSIROOT_BOOT_RUN_H

/* Which machines take part; `iscsiroot run` is all of them. */
enum run_part {
	RUN_NET = 1, RUN_LOGIN = 2, RUN_SETTLE = 4, RUN_HANDOFF = 8,
	RUN_ALL = 15,
	RUN_FINISH = 16,	/* do not wait for the root: others have mounted it */
};

struct job;

/**
 * run_job() - in this process. If another run is in progress, it is waited for.
 * @j: closed, or opened by the caller; it is closed at the end
 * Return: an exit code (codes.h); nothing is printed where no iSCSI root is asked for.
 */
int run_job(unsigned parts, struct job *j);

#endif
