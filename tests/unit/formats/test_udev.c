// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of udev's database, of a guest with systemd 252. */
#include "formats/udev.h"
#include "tap.h"

static const char entry[] =
	"S:disk/by-path/ip-192.0.2.1:3260-iscsi-iqn.2001-04.com.example:storage-lun-1\n"
	"S:disk/by-uuid/4711-AFFE\nS:disk/by-label/data\nW:12\nI:2345678\n"
	"E:ID_FS_TYPE=vfat\nE:ID_FS_UUID=4711-AFFE\nE:ID_FS_UUID_ENC=4711-AFFE\nG:systemd\n";

static struct udev_entry read_entry(const char *text, const char *want)
{
	struct udev_entry e;

	udev_read(span_of(text), want, &e);
	return e;
}

int main(void)
{
	struct udev_entry e = read_entry(entry, NULL);

	ok(e.settled && !e.claims && !e.link[0], "an entry, and no link that is looked for");
	is_str(e.fs_type, "vfat", "its type");
	is_str(e.fs_uuid, "4711-AFFE", "its UUID, not the encoded one");
	e = read_entry(entry, "disk/by-label/data");
	ok(e.claims, "the link that is looked for");
	is_str(e.link, "data", "its name");
	e = read_entry(entry, "disk/by-label/root");
	ok(!e.claims, "another label");
	is_str(e.link, "data", "is told");
	ok(read_entry(entry, "disk/by-uuid/4711-affe").claims, "a UUID in the other case");
	ok(!read_entry(entry, "disk/by-label/DATA").claims, "a label has its case");
	ok(!read_entry(entry, "disk/by-label/dat").claims, "nor is a part of it one");
	e = read_entry("S:disk/by-uuid/1\n", NULL);
	ok(!e.settled, "without I: udev has not finished");
	e = read_entry("", "disk/by-uuid/1");
	ok(!e.settled && !e.claims && !e.fs_type[0], "an empty entry");
	e = read_entry("I:1\nE:ID_FS_TYPE=a-type-of-many-letters\nE:ID_FS_UUID=1", NULL);
	ok(e.settled && !e.fs_type[0], "a value that does not fit is not cut");
	is_str(e.fs_uuid, "1", "the last line needs no newline");
	e = read_entry("E:ID_FS_UUID_SUB=5\nE:ID_BTRFS_READY=0\nE:DM_MULTIPATH_DEVICE_PATH=0\n", NULL);
	is_str(e.fs_uuid_sub, "5", "a member of a btrfs");
	ok(e.btrfs_known && !e.btrfs_ready && !e.multipath, "whose others are missing; no path of multipath's");
	e = read_entry("E:ID_BTRFS_READY=1\nE:DM_MULTIPATH_DEVICE_PATH=1\nE:MD_DEVICES=3\n", NULL);
	ok(e.btrfs_known && e.btrfs_ready && e.multipath && e.md_devices == 3, "the contrary");
	ok(read_entry("E:DM_MULTIPATH_DEVICE_PATH=2\n", NULL).multipath, "a path that may become one");
	e = read_entry("E:MD_DEVICES=-1\nE:DM_MULTIPATH_DEVICE_PATH=\n", NULL);
	ok(!e.md_devices && !e.multipath && !e.btrfs_known, "no numbers");
	return done_testing();
}
