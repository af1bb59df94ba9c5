// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/codes.h"
#include "base/compat.h"

#ifndef MEMFD_CLOEXEC
#define MEMFD_CLOEXEC 1	/* linux/memfd.h */
#endif

#ifdef __KLIBC__

#include <asm/unistd.h>
#include <dirent.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>

#ifdef __NR_clock_gettime64
#define NR_CLOCK __NR_clock_gettime64
#else
#define NR_CLOCK __NR_clock_gettime
#endif

static long syscall2(long nr, long a, long b)
{
#if defined(__x86_64__)
	long ret;

	__asm__ volatile("syscall" : "=a"(ret) : "a"(nr), "D"(a), "S"(b) : "rcx", "r11", "memory");
	return ret;
#elif defined(__i386__)
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(nr), "b"(a), "c"(b) : "memory");
	return ret;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1) : "memory");
	return x0;
#elif defined(__riscv)
	register long a7 __asm__("a7") = nr;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;

	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1) : "memory");
	return a0;
#else
#error "add the two-argument system call of this machine"
#endif
}

int64_t compat_clock_ns(int clock)
{
	struct { int64_t sec, nsec; } ts = { 0, 0 };

	if (syscall2(NR_CLOCK, clock, (long)&ts))
		return 0;
	return ts.sec * 1000000000 + ts.nsec;
}

int compat_getdents(int fd, void *buf, size_t size)
{
	return getdents(fd, buf, size);	/* getdents64 in truth */
}

int compat_pidfd_open(pid_t pid)
{
	long ret = syscall2(__NR_pidfd_open, pid, 0);

	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

int compat_memfd(const char *name)
{
	long ret = syscall2(__NR_memfd_create, (long)name, MEMFD_CLOEXEC);

	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

int compat_swapoff(const char *path)
{
	long ret = syscall2(__NR_swapoff, (long)path, 0);

	if (ret >= 0)
		return 0;
	errno = -ret;
	return -1;
}

int compat_unshare_mounts(void)
{
	long ret = syscall2(__NR_unshare, CLONE_NEWNS, 0);

	if (ret >= 0)
		return 0;
	errno = -ret;
	return -1;
}

int compat_pivot_root(const char *root, const char *old)
{
	return pivot_root(root, old);
}

int compat_reboot(unsigned cmd, const char *arg)
{
	return __reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, (int)cmd, (void *)arg);
}

#ifndef AT_RANDOM
#define AT_RANDOM 25	/* linux/auxvec.h */
#endif

/* GCC's names. The guard has a value from the start, so that nothing runs without one. */
extern uintptr_t __stack_chk_guard;
void __stack_chk_fail(void);

uintptr_t __stack_chk_guard = (uintptr_t)0x5bd1e995c6a4a700;

/* The stack cannot be trusted any more: nothing is returned to. */
void __attribute__((noreturn)) __stack_chk_fail(void)
{
	static const char text[] =
		"iscsiroot: stack overflow detected, stopped (this is a bug, please report it)\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(CODE_BUG);
}

NO_STACK_PROTECTOR void compat_guard_stack(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM);

	if (random)
		memcpy(&__stack_chk_guard, random, sizeof(__stack_chk_guard));
	*(char *)&__stack_chk_guard = '\0';	/* a string that overflows ends here */
}

#else

#include <linux/reboot.h>
#include <sched.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

int compat_memfd(const char *name)
{
	return syscall(SYS_memfd_create, name, MEMFD_CLOEXEC);
}

int compat_swapoff(const char *path)
{
	return swapoff(path);
}

int compat_unshare_mounts(void)
{
	return unshare(CLONE_NEWNS);
}

int compat_pivot_root(const char *root, const char *old)
{
	return syscall(SYS_pivot_root, root, old);
}

int compat_reboot(unsigned cmd, const char *arg)
{
	return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, cmd, arg);
}

int compat_getdents(int fd, void *buf, size_t size)
{
	return syscall(SYS_getdents64, fd, buf, size);
}

int compat_pidfd_open(pid_t pid)
{
	return syscall(SYS_pidfd_open, pid, 0);
}

int64_t compat_clock_ns(int clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts))
		return 0;
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void compat_guard_stack(void)
{
}

#endif
