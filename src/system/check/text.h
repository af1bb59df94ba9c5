/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_text: what `iscsiroot check` reads in text files and in the list of
 * an image's contents. Pure.
 */
#ifndef ISCSIROOT_SYSTEM_CHECK_TEXT_H
#define ISCSIROOT_SYSTEM_CHECK_TEXT_H

#include "base/limits.h"
#include "base/scan.h"

#define DIGEST_HEX 64			/* SHA-256 */

/** text_line() - the next line that is neither empty nor a comment. @n: its number, from 1. */
bool text_line(struct span *text, struct span *line, unsigned *n);

/** text_volatile() - a device name that may be another disk's at the next boot ("/dev/sda1")? */
bool text_volatile(struct span device);

/** text_has_option() - is @option among the comma separated @list? */
bool text_has_option(struct span list, const char *option);

/** text_setting() - the last KEY=value line of that key, without quotes. False: none. */
bool text_setting(struct span text, const char *key, struct span *value);

/** text_secret() - does a line of iscsi.initramfs, be it valid or not, set a password? */
bool text_secret(struct span file);

/** text_networkd() - is a systemd.network(5) file for @nic, by its Name=? */
bool text_networkd(struct span file, const char *nic);
/** text_keyfile() - is a connection of NetworkManager's for @nic, by name or for every Ethernet? */
bool text_keyfile(struct span file, const char *nic);
/** text_netplan() - does a netplan(5) file have a block for @nic, by its name? */
bool text_netplan(struct span file, const char *nic);

/**
 * text_ifupdown() - has an interfaces(5) file a stanza for @nic, and nothing that keeps `ifdown -a`
 * off it? That sets the link down and flushes its addresses, with the method manual as well.
 */
bool text_ifupdown(struct span file, const char *nic);

/** text_sources() - does an interfaces(5) file have others read as well? */
bool text_sources(struct span file);

/** text_module() - is @path (".../kernel/net/xen-netfront.ko.xz") the file of module @name? */
bool text_module(struct span path, const char *name);

/** text_builtin() - is @name among the kernel's own? @text: its modules.builtin. */
bool text_builtin(struct span text, const char *name);

/* What an image must hold. */
struct image_want {
	bool module;			/* else a file */
	bool seen;
	const char *what;		/* path without /usr, or name of the module */
};

/* A configuration file's digest; the hook leaves it as a file name. */
struct image_digest {
	const char *file;		/* "iscsi.initramfs": etc/iscsi/FILE.sha256-HEX */
	char hex[DIGEST_HEX + 1];	/* on disk; empty: there is no such file */
	bool any, same;			/* in the image: one at all, this one */
};

enum { DIGEST_CONFIG, DIGEST_INITIATOR, DIGEST_MACHINE, DIGESTS };

struct image {
	const char *version;		/* of the kernel */
	unsigned n, lines;
	bool overflow;			/* more wanted than there is room for */
	bool dracut;			/* made by dracut, else by initramfs-tools */
	bool ours;			/* what the image's maker calls us by is there */
	bool stock;			/* the maker's own part for iSCSI is there */
	struct image_want want[IMAGE_WANTS_MAX];
	struct image_digest digest[DIGESTS];
};

/** image_want() - one thing more; what is wanted already is not wanted twice. */
void image_want(struct image *im, bool module, const char *what);

/** image_line() - a line of lsinitramfs, a path, or of lsinitrd, as of ls -l. */
void image_line(struct image *im, struct span line);

/** image_missing() - how many of the wanted things are not there; their names into @o. */
unsigned image_missing(const struct image *im, struct out *o);

#endif
