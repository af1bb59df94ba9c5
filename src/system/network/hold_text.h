/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hold_text: configuration files that keep the network managers of the running system away from the
 * NICs of the hand-off, in each manager's own format. Pure.
 */
#ifndef ISCSIROOT_SYSTEM_NETWORK_HOLD_TEXT_H
#define ISCSIROOT_SYSTEM_NETWORK_HOLD_TEXT_H

#include "runtime/handoff.h"

#define HOLD_MARK "# Made by iscsiroot"

/* The files, %s: the NIC; and where what becomes of its lease is noted. */
#define HOLD_NETWORKD "/run/systemd/network/0-iscsiroot-%s.network"
#define HOLD_NM "/run/NetworkManager/conf.d/iscsiroot.conf"
#define HOLD_IFUPDOWN "/run/iscsiroot/networking.env"
#define HOLD_LEASE "/run/iscsiroot/lease-%s"

/** hold_named() - can a file, a unit and a pattern be named after it? */
bool hold_named(const char *nic);

/** hold_networkd() - systemd.network(5) for one NIC. */
void hold_networkd(const char *nic, struct out *o);

/**
 * hold_nm() - NetworkManager.conf(5) for all of them.
 * @dns: with the name servers, where NetworkManager alone writes /etc/resolv.conf
 */
void hold_nm(const struct handoff *h, bool dns, struct out *o);

/**
 * hold_ifupdown() - what ifup(8) reads with --read-environment: EXCLUDE_INTERFACES as
 * @defaults (/etc/default/networking) has it, and the NICs.
 */
void hold_ifupdown(struct span defaults, const struct handoff *h, struct out *o);

/** hold_resolved() - resolved.conf(5); nothing where there is no server. */
void hold_resolved(const struct handoff *h, struct out *o);

/** hold_resolv() - resolv.conf(5), the mark left out; nothing where there is no server. */
void hold_resolv(const struct handoff *h, struct out *o);

#endif
