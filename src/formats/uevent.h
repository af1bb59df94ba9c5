/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uevent: messages of NETLINK_KOBJECT_UEVENT, the kernel's own form and
 * udev's (libudev monitor header). Pure.
 */
#ifndef ISCSIROOT_FORMATS_UEVENT_H
#define ISCSIROOT_FORMATS_UEVENT_H

#include "base/scan.h"

struct uevent {
	bool from_udev;
	struct span action, subsystem, devname, devtype;	/* into the message; empty where absent */
};

/** uevent_parse() - false for truncated and foreign messages; @ev is written on success only. */
bool uevent_parse(const void *msg, size_t len, struct uevent *ev);

#endif
