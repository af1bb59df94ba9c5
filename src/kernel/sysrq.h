/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysrq: what the kernel does for a key of its own (Documentation/admin-guide/sysrq.rst), however the
 * sysctl kernel.sysrq is set.
 */
#ifndef ISCSIROOT_KERNEL_SYSRQ_H
#define ISCSIROOT_KERNEL_SYSRQ_H

#include <stdint.h>

extern const char *sysrq_file;	/* "/proc/sysrq-trigger"; tests have one of their own */

/** sysrq_press() - 0 or -errno. May block. */
int sysrq_press(char key);

/**
 * sysrq_remount() - remount every file system read-only, also one that is mounted nowhere any more, and
 * wait for the kernel's message that it has done so, until @until (sys_now()).
 * Return: 0 or -errno; -ETIMEDOUT: no such message came.
 */
int sysrq_remount(int64_t until);

#endif
