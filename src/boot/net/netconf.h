/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netconf: writes /run/net-DEV.conf, as klibc's ipconfig does (formats/netconf.h has its text), and
 * /etc/resolv.conf. Other packages' scripts source the first as shell: what a DHCP server sent is
 * made harmless first.
 */
#ifndef ISCSIROOT_BOOT_NET_NETCONF_H
#define ISCSIROOT_BOOT_NET_NETCONF_H

#include "formats/netconf.h"
#include "plan/plan.h"

/**
 * netconf_static() - the text for an interface with static addresses, as ipconfig would write it.
 * Pure.
 * @nets: [i]: plan->nets[i] is for it
 * @only6: append the IPv6 addresses alone
 */
void netconf_static(const struct plan *p, const bool nets[NETS_MAX], const char *device, bool only6,
		    struct out *o);

/** netconf_load() - read /run/net-DEV.conf. 0, -ENOENT, or -EBADMSG where it has no lease. */
int netconf_load(const char *device, struct lease *l);

/** netconf_remove() - remove the file of an earlier run: what is read afterwards is new. */
void netconf_remove(const char *device);

/**
 * netconf_write() - make the file of an interface that is up safe to be sourced: what ipconfig
 * wrote is read, checked and written again; for a static one it is made.
 * To be called before anything else may read it. 0 or -errno.
 * @nets: as above
 * @dhcp: ipconfig ran for it
 * @refused: as netconf_clean() has it
 */
int netconf_write(const struct plan *p, const bool nets[NETS_MAX], bool dhcp, const char *device,
		  char refused[24]);

/** netconf_servers() - the name servers, each once: those of nameserver=, then of ip=, then of
 * leases. Return: how many. */
unsigned netconf_servers(const struct plan *p, struct addr list[RESOLV_SERVERS]);

/** netconf_resolv() - write /etc/resolv.conf for iscsistart's resolver, from plan and leases;
 * nothing where there is no name server. 0 or -errno. */
int netconf_resolv(const struct plan *p);

#endif
