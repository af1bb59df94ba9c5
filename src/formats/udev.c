// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/udev.h"

/* udev writes links in the case that the device has; a UUID may be asked for in the other. */
static void read_link(struct span link, const char *want, struct udev_entry *e)
{
	const char *name = want ? strrchr(want, '/') : NULL;
	struct span whole = link;
	size_t dir = name ? (size_t)(name - want) + 1 : 0;

	if (!dir || link.n <= dir || memcmp(link.p, want, dir))
		return;
	link.p += dir;
	link.n -= dir;
	if (!e->link[0])
		span_copy(link, e->link, sizeof(e->link));
	if (span_eq(whole, want) ||
	    (dir >= 5 && !memcmp(want + dir - 5, "uuid/", 5) && span_eq_nocase(whole, want))) {
		e->claims = true;
		span_copy(link, e->link, sizeof(e->link));
	}
}

static void read_btrfs(struct span ready, struct udev_entry *e)
{
	e->btrfs_known = true;
	e->btrfs_ready = span_eq(ready, "1");
}

void udev_read(struct span text, const char *want, struct udev_entry *e)
{
	struct span line;
	uint64_t n;

	*e = (struct udev_entry){ 0 };
	while (text.n) {
		span_cut(&text, '\n', &line);
		if (span_take(&line, "I:"))
			e->settled = true;
		else if (span_take(&line, "E:ID_FS_TYPE="))
			span_copy(line, e->fs_type, sizeof(e->fs_type));
		else if (span_take(&line, "E:ID_FS_UUID="))
			span_copy(line, e->fs_uuid, sizeof(e->fs_uuid));
		else if (span_take(&line, "E:ID_FS_UUID_SUB="))
			span_copy(line, e->fs_uuid_sub, sizeof(e->fs_uuid_sub));
		else if (span_take(&line, "E:DM_MULTIPATH_DEVICE_PATH="))
			e->multipath = line.n && !span_eq(line, "0");
		else if (span_take(&line, "E:ID_BTRFS_READY="))
			read_btrfs(line, e);
		else if (span_take(&line, "E:MD_DEVICES="))
			e->md_devices = scan_uint(line, UINT16_MAX, &n) ? n : 0;
		else if (span_take(&line, "S:"))
			read_link(line, want, e);
	}
}
