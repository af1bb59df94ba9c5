/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netconf: /run/net-DEV.conf, what klibc's ipconfig says of an interface, and
 * the resolver's configuration made from it. Other packages' scripts source
 * these files as shell: what a DHCP server sent is made harmless first.
 */
#ifndef ISCSIROOT_BOOT_NET_NETCONF_H
#define ISCSIROOT_BOOT_NET_NETCONF_H

#include "formats/netconf.h"
#include "plan/plan.h"

/**
 * netconf_static() - the text for an interface with static addresses, as ipconfig would write it.
 * Pure.
 * @cfgs: bit i: plan->nets[i] is for it; those of IPv6 only where @only6 is set
 */
void netconf_static(const struct plan *p, unsigned cfgs, const char *device, bool only6,
		    struct out *o);

/** netconf_load() - read /run/net-DEV.conf. 0, -ENOENT, or -EBADMSG where it has no lease. */
int netconf_load(const char *device, struct lease *l);

/** netconf_remove() - of an earlier run: what is read afterwards is new. */
void netconf_remove(const char *device);

/**
 * netconf_write() - make the file of an interface that is up safe to be sourced: what ipconfig
 * wrote is read, checked and written again; for a static one it is made.
 * To be called before anything else may read it. 0 or -errno.
 * @cfgs: as above
 * @dhcp: ipconfig ran for it
 * @refused: as netconf_clean() has it
 */
int netconf_write(const struct plan *p, unsigned cfgs, bool dhcp, const char *device,
		  char refused[24]);

/** netconf_servers() - who resolves names, each once: those of nameserver=, then of ip=, then of
 * leases. How many. */
unsigned netconf_servers(const struct plan *p, struct addr list[RESOLV_SERVERS]);

/** handoff_resolv() - /etc/resolv.conf for iscsistart's resolver, from plan and leases: nothing is
 * written where nobody named a server. 0 or -errno. */
int handoff_resolv(const struct plan *p);

#endif
