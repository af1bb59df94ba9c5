// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klibc starts every program with stdio and its heap, and ends it by flushing them: 1 KiB that
 * `iscsiroot`, which writes with write(2), has no use for. These stand in for both; where a klibc
 * goes about it otherwise the linker leaves them out. Neither for glibc nor part of the tests' library.
 */
#include <unistd.h>

void __libc_init_stdio(void);
void exit(int code);

void __libc_init_stdio(void)
{
}

void exit(int code)
{
	_exit(code);
}
