/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ipconfig: runs klibc's DHCP client on one link, and listens beside it: ipconfig reports "no
 * response" whether no server answered or a server refused.
 */
#ifndef ISCSIROOT_BOOT_NET_IPCONFIG_H
#define ISCSIROOT_BOOT_NET_IPCONFIG_H

#include "base/spawn.h"
#include "boot/net/links.h"
#include "formats/dhcp.h"
#include "runtime/timeline.h"

struct ipconfig {
	int listen;			/* packet socket that receives DHCP; -1: none */
	struct dhcp_answer heard;	/* the last answer during this run */
	struct spawn child;
};

/** ipconfig_init() - nothing is running. */
void ipconfig_init(struct ipconfig *c);

/**
 * ipconfig_start() - ask for a lease.
 * @hostname: to be sent to the server; "": none
 * @tries: runs before this one on this link: later ones wait longer for an answer
 * Return: 0 or -errno (-ENOENT: there is no ipconfig).
 */
int ipconfig_start(struct ipconfig *c, const struct link *l, const char *hostname, unsigned tries);

/** ipconfig_step() - has it ended? While it has not, @w waits for it. @l: as at the start */
bool ipconfig_step(struct ipconfig *c, const struct link *l, struct wait *w);

/** ipconfig_ok() - it has ended and reports a lease. */
bool ipconfig_ok(const struct ipconfig *c);

/** ipconfig_why() - it has ended and there is no usable lease: why. */
void ipconfig_why(const struct ipconfig *c, const struct link *l, struct cause *why);

/** ipconfig_stop() - kill it where it runs; nothing is listened to any more. */
void ipconfig_stop(struct ipconfig *c);

#endif
