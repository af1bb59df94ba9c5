/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spec: the form of a target in root=iscsi:, netroot=iscsi: and a DHCP root-path (RFC 4173,
 * dracut.cmdline(7)):
 * [USER:PASSWORD[:USER_IN:PASSWORD_IN]@]SERVER:[PROTOCOL]:[PORT]:[IFACE:NETDEV:][LUN]:NAME. Pure.
 */
#ifndef ISCSIROOT_PLAN_SPEC_H
#define ISCSIROOT_PLAN_SPEC_H

#include "base/scan.h"

#define SPEC_FIELDS 6	/* server, protocol, port, interface, network device, LUN */

struct spec {
	struct span credentials;	/* p is NULL where no @ ends any */
	unsigned n_fields;		/* 4, or 6 with the interface and the network device */
	struct span field[SPEC_FIELDS];	/* the last one is the LUN */
	struct span name;
};

/** spec_split() - cut @text, from behind "iscsi:", into @s; false where it has another form. */
bool spec_split(struct span text, struct spec *s);

/** spec_public() - the part of @text behind the credentials; empty where it has another form. */
struct span spec_public(struct span text);

#endif
