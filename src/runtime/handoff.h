/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handoff: the text of /run/iscsiroot/handoff, both ways: what the initramfs set up. The only reader
 * and the only writer of it. Pure.
 */
#ifndef ISCSIROOT_RUNTIME_HANDOFF_H
#define ISCSIROOT_RUNTIME_HANDOFF_H

#include "base/diag.h"
#include "base/limits.h"
#include "base/scan.h"
#include "formats/keyval.h"

#define HANDOFF_FILE "/run/iscsiroot/handoff"

struct handoff_address {
	struct addr address;
	uint8_t prefix;
	struct addr gateway;			/* family 0: none */
};

struct handoff_nic {
	char name[DEVNAME_MAX + 1];
	uint8_t mac[6];
	bool dhcp;				/* the first address is the lease's */
	char hostname[HOSTNAME_MAX + 1];	/* sent to the DHCP server; "": none */
	unsigned n_addresses;
	struct handoff_address addresses[HANDOFF_ADDRESSES_MAX];
};

struct handoff_session {
	unsigned sid;
	char target[INAME_MAX + 1];
	char portal[PORTAL_TEXT_MAX + 1];	/* "192.0.2.1:3260", "[2001:db8::1]:3260" */
	unsigned tpgt;
	unsigned host;				/* SCSI host number */
	unsigned connection;			/* cid */
};

struct handoff_disk {
	char name[BLOCK_NAME_MAX + 1];		/* "sda" */
	unsigned sid;				/* its session's */
	uint64_t lun;				/* as Linux shows it */
	char wwid[WWID_MAX + 1];		/* "": none known */
};

struct handoff_volume {
	char name[BLOCK_NAME_MAX + 1];		/* "dm-0" */
	char dm_name[DM_NAME_MAX + 1];
	char vg[DM_NAME_MAX + 1];		/* "": not LVM's */
	char lv[DM_NAME_MAX + 1];
};

/* About 350 KiB: programs that lock their memory do not keep one in static memory. */
struct handoff {
	char engine[16];
	char search[SEARCH_MAX + 1];		/* domain names, separated by blanks */
	unsigned n_servers, n_nics, n_sessions, n_disks, n_volumes;
	struct addr servers[RESOLV_SERVERS];
	struct handoff_nic nics[NICS_MAX];	/* those that are up */
	struct handoff_session sessions[SESSIONS_MAX];
	struct handoff_disk disks[HANDOFF_DISKS_MAX];
	struct handoff_volume volumes[HANDOFF_VOLUMES_MAX];
	char root[ROOTSPEC_MAX + 1];		/* the root's device node */
	char device[BLOCK_NAME_MAX + 1];	/* and the kernel's name of it */
};

/* The longest text: names of keys, and every byte of every value escaped. */
#define HANDOFF_ADDRESS_TEXT (sizeof("address=/128\ngateway=\n") + 2 * ADDR_TEXT_MAX)
#define HANDOFF_NIC_TEXT (sizeof("\nnetwork=\nmac=00:00:00:00:00:00\nmethod=static\nhostname=\n") + \
	KEYVAL_QUOTED(DEVNAME_MAX) + KEYVAL_QUOTED(HOSTNAME_MAX) + \
	HANDOFF_ADDRESSES_MAX * HANDOFF_ADDRESS_TEXT)
#define HANDOFF_SESSION_TEXT (sizeof("\nsession=\ntarget=\nportal=\ntpgt=\nhost=\nconnection=\n") + \
	KEYVAL_QUOTED(INAME_MAX) + KEYVAL_QUOTED(PORTAL_TEXT_MAX) + 4 * 10)
#define HANDOFF_DISK_TEXT (sizeof("\ndisk=\nsession=\nlun=\nwwid=\n") + \
	KEYVAL_QUOTED(BLOCK_NAME_MAX) + KEYVAL_QUOTED(WWID_MAX) + 10 + 20)
#define HANDOFF_VOLUME_TEXT (sizeof("\nvolume=\nname=\nvg=\nlv=\n") + \
	KEYVAL_QUOTED(BLOCK_NAME_MAX) + 3 * KEYVAL_QUOTED(DM_NAME_MAX))
#define HANDOFF_TEXT_MAX (sizeof("version=1\nengine=\n\nsearch=\n\nroot=\ndevice=\n") + \
	KEYVAL_QUOTED(sizeof(((struct handoff *)0)->engine)) + KEYVAL_QUOTED(SEARCH_MAX) + \
	RESOLV_SERVERS * (sizeof("nameserver=\n") + ADDR_TEXT_MAX) + \
	KEYVAL_QUOTED(ROOTSPEC_MAX) + KEYVAL_QUOTED(BLOCK_NAME_MAX) + NICS_MAX * HANDOFF_NIC_TEXT + \
	SESSIONS_MAX * HANDOFF_SESSION_TEXT + HANDOFF_DISKS_MAX * HANDOFF_DISK_TEXT + \
	HANDOFF_VOLUMES_MAX * HANDOFF_VOLUME_TEXT)

/** handoff_format() - write the text, at most HANDOFF_TEXT_MAX bytes. */
void handoff_format(const struct handoff *h, struct out *o);

/**
 * handoff_parse() - read it back. Blocks and keys that are not known are passed over: a later version
 * may have written them.
 * Return: false where the text is malformed, of another version, or has more of something than
 * struct handoff holds; @why says so, and @h is empty.
 */
bool handoff_parse(struct span text, struct handoff *h, struct diag *why);

/** handoff_find_nic() - the NIC that was given @address; NULL: none. */
const struct handoff_nic *handoff_find_nic(const struct handoff *h, const struct addr *address);

#endif
