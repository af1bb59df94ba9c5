/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handoff: tells those who come after what was set up.
 */
#ifndef ISCSIROOT_HANDOFF_H
#define ISCSIROOT_HANDOFF_H

#include "login.h"
#include "net.h"
#include "settle.h"

/** handoff_netconf() - make /run/net-DEV.conf of a NIC that is up safe to be sourced: what ipconfig
 * wrote is read, checked and written again in single quotes; for a static one it is made.
 * To be called before anything else may read it. 0 or -errno. */
int handoff_netconf(const struct nic *nic);

/** handoff_resolv() - /etc/resolv.conf for iscsistart's resolver, from plan and leases. */
int handoff_resolv(const struct plan *p);

/** handoff_write() - /run/iscsiroot/handoff, /run/initramfs/open-iscsi.interface, and ROOT in
 * /conf/param.conf where the root is not what root= says. 0 or -errno. */
int handoff_write(const struct plan *p, const struct net *n, const struct settle *s);

#endif
