/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * manager_files: configuration files that keep the network managers of the running system away from the
 * NICs of the hand-off, in each manager's own format. Pure.
 */
#ifndef ISCSIROOT_SYSTEM_NETWORK_MANAGER_FILES_H
#define ISCSIROOT_SYSTEM_NETWORK_MANAGER_FILES_H

#include "runtime/handoff.h"

#define MANAGER_MARK "# Made by iscsiroot"

/* The files; %s is the NIC. */
#define MANAGER_NETWORKD "/run/systemd/network/0-iscsiroot-%s.network"
#define MANAGER_NM "/run/NetworkManager/conf.d/iscsiroot.conf"
#define MANAGER_IFUPDOWN "/run/iscsiroot/networking.env"

/** manager_can_name() - can the name be used in file names, unit names and patterns of the managers? */
bool manager_can_name(const char *nic);

/** manager_networkd() - systemd.network(5) for one NIC. */
void manager_networkd(const char *nic, struct out *o);

/**
 * manager_nm() - NetworkManager.conf(5) for all of them.
 * @dns: with the name servers, where NetworkManager alone writes /etc/resolv.conf
 */
void manager_nm(const struct handoff *h, bool dns, struct out *o);

/**
 * manager_ifupdown() - what ifup(8) reads with --read-environment: EXCLUDE_INTERFACES as
 * @defaults (/etc/default/networking) has it, and the NICs.
 */
void manager_ifupdown(struct span defaults, const struct handoff *h, struct out *o);

/** manager_resolved() - resolved.conf(5); nothing where there is no server. */
void manager_resolved(const struct handoff *h, struct out *o);

/** manager_resolv() - resolv.conf(5), the mark left out; nothing where there is no server. */
void manager_resolv(const struct handoff *h, struct out *o);

#endif
