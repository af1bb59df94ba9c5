/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysfs: the one reader and writer of the kernel's attributes. Paths are relative to sysfs and written
 * as a format of out_fmt(); one that is too long is as one that does not exist.
 */
#ifndef ISCSIROOT_KERNEL_SYSFS_H
#define ISCSIROOT_KERNEL_SYSFS_H

#include "base/scan.h"

/* Where sysfs is mounted: "/sys", or what a test or `check -R` has there instead. */
extern const char *sysfs_root;

/** sysfs_exists() - is there such a path ("class/iscsi_transport/tcp")? */
bool sysfs_exists(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * sysfs_read() - the text of an attribute in @buf, without its newline and blanks at its end, with a NUL.
 * Empty where there is none, where it does not fit, and for "(null)", which libiscsi shows of a string
 * that was never set.
 */
struct span sysfs_read(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** sysfs_number() - a decimal attribute of at most @max; 0 where there is none. */
uint64_t sysfs_number(uint64_t max, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** sysfs_link() - where a link leads to, not terminated; empty where there is none. */
struct span sysfs_link(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** sysfs_list() - sys_list() of a directory. Return: 0 or -errno. */
int sysfs_list(bool (*fn)(void *arg, const char *name), void *arg, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** sysfs_write() - give an attribute a value. Return: 0 or -errno. */
int sysfs_write(const char *value, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
