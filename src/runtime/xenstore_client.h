/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store_request: what other programs have of iscsiroot-xenstore, which speaks to xenstore for them: in
 * a process of its own, so that a store that does not answer holds nobody up.
 */
#ifndef ISCSIROOT_RUNTIME_XENSTORE_CLIENT_H
#define ISCSIROOT_RUNTIME_XENSTORE_CLIENT_H

#include <stddef.h>

/* The device of the store, and the program; tests have their own. */
extern const char *xenstore_device, *xenstore_program;

/**
 * xenstore_client_fetch() - what the host has written below vm-data/iscsiroot/.
 * @buf: in the form of struct plan_input
 * Return: bytes of it, 0 where this is no Xen guest or there is nothing; or the store cannot be read,
 * or there is more than fits, which iscsiroot-xenstore tells by itself.
 */
size_t xenstore_client_fetch(char *buf, size_t size);

/**
 * xenstore_client_report() - begin to tell the host how the boot goes.
 * Return: a socket that takes a line of the timeline with each send(2), -1 where this is no Xen guest.
 */
int xenstore_client_report(void);

#endif
