/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handoff: collects what the boot set up, for the programs of the running system.
 */
#ifndef ISCSIROOT_BOOT_HANDOFF_H
#define ISCSIROOT_BOOT_HANDOFF_H

#include "boot/iscsi/login.h"
#include "boot/net/net.h"
#include "boot/net/netconf.h"
#include "boot/root/settle.h"

/**
 * handoff_write() - write /run/iscsiroot/handoff, /run/initramfs/open-iscsi.interface, and ROOT in
 * /conf/param.conf where the root is not what root= says. Disks and volumes that exceed the ceilings
 * of struct handoff are left out and reported; the root's own are always written.
 * Return: 0 or -errno.
 */
int handoff_write(const struct plan *p, const struct net *n, const struct settle *s);

/** handoff_write_under() - the same under a directory that stands for /; "" is / itself. */
int handoff_write_under(const char *root, const struct plan *p, const struct net *n,
			const struct settle *s);

/**
 * handoff_others_turn() - from now on the boot scripts of initramfs-tools wait for the root beside us: set
 * ROOTDELAY to what is left until @deadline (sys_now()), and ROOT where only we know the device.
 */
void handoff_others_turn(const struct plan *p, int64_t deadline);

#endif
