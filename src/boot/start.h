/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * start: how a run begins and how it is told to end: for the commands run, start and finish.
 */
#ifndef ISCSIROOT_BOOT_START_H
#define ISCSIROOT_BOOT_START_H

#include "boot/run.h"

/**
 * run() - run_job() in this process, if it is in an initramfs.
 * Return: an exit code (codes.h); nothing is printed where no iSCSI root is asked for.
 */
int run(unsigned parts);

/**
 * run_start() - all of it, in a process of its own; nothing is done if one is in progress.
 * Return: CODE_DONE once it has begun, CODE_NOT_ASKED, or CODE_SYSTEM after a message. job_await() waits
 * for it.
 */
int run_start(void);

/** run_finish() - the root is mounted: have the run in progress write the hand-off, or write it. */
int run_finish(void);

#endif
