/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xenstore_client: runs iscsiroot-xenstore, which accesses xenstore for the other programs in a
 * process of its own, so that a store that does not answer cannot block them.
 */
#ifndef ISCSIROOT_RUNTIME_XENSTORE_CLIENT_H
#define ISCSIROOT_RUNTIME_XENSTORE_CLIENT_H

#include <stddef.h>
#include <sys/types.h>

/* The store's device and the program; tests replace them. */
extern const char *xenstore_device, *xenstore_program;

/**
 * xenstore_client_fetch() - read what the host has written below vm-data/iscsiroot/.
 * @buf: filled in the form of struct plan_input
 * Return: its length; 0 if this is not a Xen guest or there is nothing; -errno if it could not be read,
 * also because it does not fit, which iscsiroot-xenstore has reported itself.
 */
ssize_t xenstore_client_fetch(char *buf, size_t size);

/**
 * xenstore_client_report() - start reporting the boot's progress to the host.
 * Return: a socket that takes one line of the timeline per send(2), or -1 if this is not a Xen
 * guest.
 */
int xenstore_client_report(void);

#endif
