/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ISCSIROOT_PLAN_IP_H
#define ISCSIROOT_PLAN_IP_H

#include "plan/work.h"

struct ip_entry {
	struct plan_net net;
	bool also6;			/* the same device by method6 as well: ip=dhcp,dhcp6 */
	enum net_method method6;
};

/** ip_parse() - the value of one ip= parameter; @e is written whole, padding too. */
bool ip_parse(struct work *w, struct span text, struct ip_entry *e);

/** ip6_parse() - the value of one ip6= parameter (Ubuntu's initramfs-tools); NET_OFF: nothing. */
bool ip6_parse(struct work *w, struct span text, struct ip_entry *e);

/** ip_asks_firmware() - is one of its methods the firmware's (ibft)? */
bool ip_asks_firmware(struct span text);

#endif
