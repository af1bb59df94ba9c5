/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net_nic: one interface, from found to up.
 */
#ifndef ISCSIROOT_BOOT_NET_NIC_H
#define ISCSIROOT_BOOT_NET_NIC_H

#include "boot/net/net.h"

/** nic_step() - do for an interface that is ours what can be done now. */
void nic_step(struct net *n, struct nic *nic, struct wait *w);

/** nic_cause() - why it is not up; noted always, said once. */
void nic_cause(struct nic *nic, int code, const char *text);

/**
 * nic_stop() - end its DHCP. Where ipconfig was done and nobody had looked, what it leaves undone
 * is done and the interface is up.
 */
void nic_stop(struct net *n, struct nic *nic);

/** nic_carrier() - can packets be sent on it? */
bool nic_carrier(const struct nic *nic);

#endif
