/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nlmsg: bounded building and reading of rtnetlink messages. Pure.
 */
#ifndef ISCSIROOT_NLMSG_H
#define ISCSIROOT_NLMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsg_link {
	int index;
	unsigned flags;			/* IFF_* */
	unsigned type;			/* ARPHRD_* */
	bool gone;			/* RTM_DELLINK */
	char name[16];
	uint8_t mac[6];
	bool has_mac;
	bool has_kind;			/* IFLA_LINKINFO: a virtual device (vlan, bridge, ...) */
};

#endif
