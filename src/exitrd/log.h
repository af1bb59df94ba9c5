/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log: the exitrd's lines, on the console and in the kernel's log.
 */
#ifndef ISCSIROOT_EXITRD_LOG_H
#define ISCSIROOT_EXITRD_LOG_H

/** log_open() - close every inherited descriptor, which may keep the old root busy, and put the
 * standard streams on the console of this root. */
void log_open(void);

/** log_line() - one line `iscsiroot: shutdown: OBJECT: text`. Control bytes of @object are escaped;
 * one that is too long ends in "...". */
void log_line(const char *object, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
