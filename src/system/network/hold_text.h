/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hold_text: what the network managers of the running system are told, so that they leave the
 * root's NICs alone: the hand-off is read, files in each manager's own format are made. Pure.
 */
#ifndef ISCSIROOT_SYSTEM_NETWORK_HOLD_TEXT_H
#define ISCSIROOT_SYSTEM_NETWORK_HOLD_TEXT_H

#include "base/limits.h"
#include "base/scan.h"

#define HOLD_MARK "# Made by iscsiroot"

/* The files, %s: the NIC; and where what becomes of its lease is noted. */
#define HOLD_NETWORKD "/run/systemd/network/0-iscsiroot-%s.network"
#define HOLD_NM "/run/NetworkManager/conf.d/iscsiroot.conf"
#define HOLD_IFUPDOWN "/run/iscsiroot/networking.env"
#define HOLD_LEASE "/run/iscsiroot/lease-%s"

/* A NIC that the boot set up. */
struct hold_nic {
	char name[DEVNAME_MAX + 1];
	bool dhcp;
	struct addr address;		/* the first one; family 0: none */
	uint8_t prefix;
	char hostname[HOSTNAME_MAX + 1];	/* that DHCP was asked with; mostly empty */
};

struct hold {
	unsigned n, n_servers;
	struct hold_nic nics[NICS_MAX];
	struct addr servers[RESOLV_SERVERS];
	char search[SEARCH_MAX + 1];	/* names, separated by blanks */
};

/** hold_read() - from the hand-off; false where it is malformed or of another version. */
bool hold_read(struct span handoff, struct hold *h);

/** hold_named() - can a file, a unit and a pattern be named after it? */
bool hold_named(const char *nic);

/** hold_networkd() - systemd.network(5) for one NIC. */
void hold_networkd(const char *nic, struct out *o);

/**
 * hold_nm() - NetworkManager.conf(5) for all of them.
 * @dns: with the name servers, where NetworkManager alone writes /etc/resolv.conf
 */
void hold_nm(const struct hold *h, bool dns, struct out *o);

/**
 * hold_ifupdown() - what ifup(8) reads with --read-environment: EXCLUDE_INTERFACES as
 * @defaults (/etc/default/networking) has it, and the NICs.
 */
void hold_ifupdown(struct span defaults, const struct hold *h, struct out *o);

/** hold_resolved() - resolved.conf(5); nothing where there is no server. */
void hold_resolved(const struct hold *h, struct out *o);

/** hold_resolv() - resolv.conf(5), the mark left out; nothing where there is no server. */
void hold_resolv(const struct hold *h, struct out *o);

#endif
