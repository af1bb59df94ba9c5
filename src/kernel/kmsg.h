/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmsg: a line in the kernel's log, for what nobody waits for at a terminal: the console shows it,
 * and the journal has it.
 */
#ifndef ISCSIROOT_KERNEL_KMSG_H
#define ISCSIROOT_KERNEL_KMSG_H

extern const char *kmsg_file;	/* "/dev/kmsg"; tests have one of their own */

/** kmsg_log() - a record of it; @level as it stands there, "<5>"; nothing where there is no log. */
void kmsg_log(const char *level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
