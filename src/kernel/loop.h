/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loop: loop devices (linux/loop.h).
 */
#ifndef ISCSIROOT_KERNEL_LOOP_H
#define ISCSIROOT_KERNEL_LOOP_H

#include <stdbool.h>

/** loop_attached() - is @name ("loop0") a loop device that has a file? */
bool loop_attached(const char *name);

/**
 * loop_detach() - LOOP_CLR_FD. Return: 0, also where the device is in use, which the kernel then detaches
 * at its last close, or -errno. May block.
 */
int loop_detach(const char *name);

#endif
