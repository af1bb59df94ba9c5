/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * renew: the DHCP lease of a root's NIC goes on being renewed, by busybox's udhcpc, which decides
 * when; what it reports is noted and told, and nothing is ever taken off the NIC.
 */
#ifndef ISCSIROOT_SYSTEM_NETWORK_RENEW_H
#define ISCSIROOT_SYSTEM_NETWORK_RENEW_H

#define RENEW_EVENT "lease-event"	/* the name we have when udhcpc reports */

/**
 * renew_run() - become the client for @nic, with the identity that ipconfig had in the initramfs.
 * Return: CODE_DONE where there is nothing to renew, or an exit code, all said.
 */
int renew_run(const char *nic);

/** renew_event() - udhcpc reports @event; the rest stands in the environment. An exit code. */
int renew_event(const char *event);

#endif
