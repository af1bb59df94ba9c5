/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * renew: keeps the DHCP lease of a root's NIC renewed with busybox's udhcpc. Its events are recorded in
 * a file and logged; no address is ever removed from the NIC.
 */
#ifndef ISCSIROOT_SYSTEM_NETWORK_RENEW_H
#define ISCSIROOT_SYSTEM_NETWORK_RENEW_H

#define RENEW_EVENT "lease-event"	/* the program's name when udhcpc calls it */

/**
 * renew_run() - become the client for @nic, with the identity that ipconfig had in the initramfs.
 * Return: CODE_DONE where there is nothing to renew, or an exit code, after a message.
 */
int renew_run(const char *nic);

/** renew_event() - record @event of udhcpc; its parameters are in the environment. An exit code. */
int renew_event(const char *event);

#endif
