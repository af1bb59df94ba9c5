/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What klibc lacks and glibc has, or the other way round. No other file
 * has an #ifdef about the C library.
 */
#ifndef ISCSIROOT_BASE_COMPAT_H
#define ISCSIROOT_BASE_COMPAT_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/types.h>
#include <time.h>
#ifdef __KLIBC__
#include <netinet/in6.h>	/* in glibc's netinet/in.h */
#endif

#ifndef MS_PRIVATE
#define MS_PRIVATE (1 << 18)	/* linux/mount.h */
#endif
#ifndef CLOCK_MONOTONIC
#define CLOCK_MONOTONIC 1
#endif
#ifndef CLOCK_BOOTTIME
#define CLOCK_BOOTTIME 7
#endif

/**
 * compat_clock_ns() - read a kernel clock (klibc before 2.0.13 has no
 * clock_gettime).
 * @clock: CLOCK_MONOTONIC or CLOCK_BOOTTIME
 * Return: nanoseconds; 0 only where the kernel has no such clock.
 */
int64_t compat_clock_ns(int clock);

/* struct linux_dirent64 of getdents64(2). */
struct compat_dirent {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

/** compat_getdents() - getdents64(2). Bytes in @buf, 0 at the end, -1 with errno set. */
int compat_getdents(int fd, void *buf, size_t size);

/**
 * compat_pidfd_open() - pidfd_open(2): a descriptor, close-on-exec, that is readable once the
 * process has ended. -1 with errno set where the kernel (before 5.3) has none.
 */
int compat_pidfd_open(pid_t pid);

/** compat_memfd() - memfd_create(2), close-on-exec: a file in memory that has no name in any file system. -1 with errno
 * set. */
int compat_memfd(const char *name);

/** compat_swapoff() - swapoff(2). 0, or -1 with errno set. */
int compat_swapoff(const char *path);

/** compat_reboot() - reboot(2), LINUX_REBOOT_CMD_*; @arg is RESTART2's. Where it returns at all: -1
 * with errno set, or 0. */
int compat_reboot(unsigned cmd, const char *arg);

/** compat_unshare_mounts() - unshare(2) of the mount namespace. 0, or -1 with errno set. */
int compat_unshare_mounts(void);

/** compat_pivot_root() - pivot_root(2), which glibc has no wrapper for. */
int compat_pivot_root(const char *root, const char *old);

/* Of a main(): the stack's guard changes while it runs, so it cannot be checked at main's end. */
#define NO_STACK_PROTECTOR __attribute__((optimize("no-stack-protector")))

/**
 * compat_guard_stack() - give -fstack-protector a random guard (AT_RANDOM, getauxval(3)), which
 * klibc lacks; glibc has its own. Called first in main(), which is NO_STACK_PROTECTOR.
 */
void compat_guard_stack(void);

#endif
