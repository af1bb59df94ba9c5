/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock: the kernel's clock source. TCP's time stamps and every timer follow it.
 */
#ifndef ISCSIROOT_KERNEL_CLOCK_H
#define ISCSIROOT_KERNEL_CLOCK_H

#include <stdbool.h>

#include "base/limits.h"

/**
 * clock_set() - set the clock source @want ("": leave it) and read back which one runs.
 * @now: that one; empty where it cannot be read
 * Return: whether it is @want.
 */
bool clock_set(const char *want, char now[CLOCKSOURCE_MAX + 2]);

#endif
