// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/uevent.h"

/*
 * The header that udev puts before the properties (systemd
 * src/libsystemd/sd-device/device-monitor.c, struct monitor_netlink_header):
 * "libudev\0", the magic in network order, then in host order the header's
 * size, the offset and the length of the properties; hashes follow.
 */
#define UDEV_HEADER_MIN 24
static const char udev_magic[] = "libudev\0\xfe\xed\xca\xfe";
#define UDEV_MAGIC_LEN (sizeof(udev_magic) - 1)

static uint32_t host_u32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Take the properties out of udev's message. */
static bool udev_properties(struct span msg, struct span *properties)
{
	uint32_t offset, len;

	if (msg.n < UDEV_HEADER_MIN || memcmp(msg.p, udev_magic, UDEV_MAGIC_LEN))
		return false;
	offset = host_u32(msg.p + 16);
	len = host_u32(msg.p + 20);
	if (offset < UDEV_HEADER_MIN || offset > msg.n || len > msg.n - offset)
		return false;
	*properties = (struct span){ msg.p + offset, len };
	return true;
}

/* The kernel's begins with ACTION@DEVPATH, lib/kobject_uevent.c. */
static bool kernel_properties(struct span msg, struct span *properties)
{
	struct span head, action;

	if (!span_cut(&msg, '\0', &head) || !span_cut(&head, '@', &action) || !action.n ||
	    !head.n || head.p[0] != '/')
		return false;
	*properties = msg;
	return true;
}

static void note_property(struct span key, struct span value, struct uevent *ev)
{
	if (span_eq(key, "ACTION"))
		ev->action = value;
	else if (span_eq(key, "SUBSYSTEM"))
		ev->subsystem = value;
	else if (span_eq(key, "DEVNAME"))
		ev->devname = value;
	else if (span_eq(key, "DEVTYPE"))
		ev->devtype = value;
}

bool uevent_parse(const void *msg, size_t len, struct uevent *ev)
{
	struct uevent got = { 0 };
	struct span all = { msg, len }, properties, pair, key;

	got.from_udev = len >= 8 && !memcmp(all.p, udev_magic, 8);
	if (!len || !(got.from_udev ? udev_properties : kernel_properties)(all, &properties))
		return false;
	while (properties.n) {
		if (!span_cut(&properties, '\0', &pair) || !span_cut(&pair, '=', &key) || !key.n)
			return false;
		note_property(key, pair, &got);
	}
	if (!got.action.n || !got.subsystem.n)
		return false;
	*ev = got;
	return true;
}
