/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report: how the boot goes, for the host to read.
 */
#ifndef ISCSIROOT_XENSTORE_REPORT_H
#define ISCSIROOT_XENSTORE_REPORT_H

#include "xenstore/store.h"

/**
 * report_serve() - take lines of the timeline from @in, one with each read, until its end, and keep
 * data/iscsiroot/stage and data/iscsiroot/error by them. At the end of the boot it also looks at the
 * clock source.
 * Return: exit code, after a message.
 */
int report_serve(struct xenstore *x, int in);

/**
 * report_watch() - after the boot: tell the host that it is done, and again whenever the domain has another
 * number or the store another connection, until an error. The kernel sets its watches again when a guest
 * resumes after a migration or restore, and each watch fires when it is set.
 * Return: exit code, after a message.
 */
int report_watch(struct xenstore *x);

/** report_fail() - say what became of @path; CODE_SYSTEM. */
int report_fail(const char *path, int err);

#endif
