/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan: what the boot input asks for, validated, in one structure; build.h makes it, text.h prints
 * it.
 * All of plan/ but source.c is pure: no system calls, no allocation.
 */
#ifndef ISCSIROOT_PLAN_PLAN_H
#define ISCSIROOT_PLAN_PLAN_H

#include "base/diag.h"
#include "base/limits.h"
#include "base/scan.h"
#include "formats/route.h"

/* In order of precedence, highest first. */
enum source { SRC_CMDLINE, SRC_FILE, SRC_XENSTORE, SRC_DHCP, SRC_IBFT };

enum auth_method { AUTH_NONE, AUTH_CHAP, AUTH_MUTUAL };
enum net_method { NET_DHCP, NET_STATIC, NET_AUTO6, NET_DHCP6, NET_LINK6, NET_IBFT, NET_OFF };
/* ROOT_OTHER: it stands on our disks, but other programs find it or assemble it. */
enum root_kind { ROOT_LV, ROOT_LUN, ROOT_DEVICE, ROOT_OTHER, ROOT_UUID, ROOT_LABEL, ROOT_PARTUUID,
		 ROOT_PARTLABEL };

#define PLAN_PORT 3260	/* IANA's iscsi-target */
#define PLAN_GROUP 1

struct plan_portal {
	uint16_t port;
	uint16_t group;			/* target portal group tag */
	struct addr addr;		/* family 0: `host` is to be resolved */
	char host[HOST_MAX + 1];
};

struct plan_auth {
	enum auth_method method;
	char username[CHAP_MAX + 1], password[CHAP_MAX + 1];
	char username_in[CHAP_MAX + 1], password_in[CHAP_MAX + 1];
};

struct plan_target {
	uint16_t lun[4];		/* the four levels; lun[0] is Linux's number, the others mostly 0 */
	enum source source;
	unsigned n_portals;
	char iface[DEVNAME_MAX + 1];	/* iSCSI interface, netroot's own field; mostly empty */
	char netdev[DEVNAME_MAX + 1];	/* network device to bind to; mostly empty */
	char name[INAME_MAX + 1];
	struct plan_auth auth;
	struct plan_portal portals[PORTALS_MAX];
};

struct plan_net {
	char device[DEVNAME_MAX + 1];	/* "*": every usable NIC; "": the one with `mac` */
	bool has_mac;			/* with a device as well (ifname=): that NIC, renamed */
	uint8_t mac[6];
	enum net_method method;
	struct addr address, peer, gateway, server;
	uint8_t prefix;			/* length, of address */
	char hostname[HOSTNAME_MAX + 1];
	unsigned n_dns;
	struct addr dns[NAMESERVERS_MAX];
	struct addr ntp;
	uint16_t mtu;			/* bytes; 0: leave it */
	bool set_mac;			/* ip=...:MTU:MAC: give the NIC this hardware address */
	uint8_t new_mac[6];
	enum source source;
};

struct plan {
	unsigned deadline_s;		/* 0: for ever */
	int replacement_timeout;	/* seconds; -1: never; 0: not set */
	enum root_kind root_kind;
	bool wants_dhcp_target;		/* root=dhcp, and no lease was in the input */
	bool secret_on_cmdline;
	bool leave_network;		/* to the network manager of the running system */
	bool initiator_pending;		/* its template needs the network: %m, %h */
	bool native;			/* log in by the keeper, not by iscsistart */
	bool bypass;			/* where the root is there without iSCSI, boot from it at once */
	unsigned n_targets, n_nets, n_routes, n_nameservers, n_params, n_warnings;
	unsigned n_leased;		/* how many of the name servers, the last ones, are DHCP's */
	char clocksource[CLOCKSOURCE_MAX + 1];
	char root_vg[128];			/* ROOT_LV: the volume group's name, unescaped */
	char initiator[INAME_MAX + 1];
	char root_spec[ROOTSPEC_MAX + 1];	/* as written, credentials left out */
	char root_value[ROOTSPEC_MAX + 1];	/* UUID, label, device path, LV's name; ROOT_OTHER: path,
						   or root= as it is */
	char search[SEARCH_MAX + 1];	/* domain search list, only ever DHCP's */
	struct addr nameservers[NAMESERVERS_MAX];
	struct plan_target targets[TARGETS_MAX];
	struct plan_net nets[NETS_MAX];
	struct route routes[ROUTES_MAX];
	char params[PARAMS_MAX][PARAM_MAX + 1];
	char warnings[WARNINGS_MAX][WARNING_MAX + 1];
};

struct plan_nic {
	char name[DEVNAME_MAX + 1];
	uint8_t mac[6];
	bool physical;			/* there is a device behind it */
};

/* The buffers that `source` fetched; an absent one has p == NULL. */
struct plan_input {
	struct span cmdline;
	struct span file;		/* /etc/iscsi/iscsi.initramfs */
	struct span initiatorname;	/* /etc/iscsi/initiatorname.iscsi */
	struct span xenstore;		/* vm-data/iscsiroot/: of each key "KEY\0", its value's length
					   (16 bits, the low byte first) and the value */
	bool xenstore_lost;		/* it could not be read, and may have asked for something */
	struct span uuid, serial;	/* of the machine, by its firmware or hypervisor */
	struct span hostname;		/* the configured one */
	unsigned n_nics;
	struct plan_nic nics[NICS_MAX];
	bool net_done;			/* set by the caller: no other NIC will come up */
	bool unreadable;		/* a source is there, but cannot be read: it may ask */
	bool has_ibft;			/* the firmware left a table */
	const char *lost_leases;	/* why some are missing below (static text); NULL: none are */
	unsigned n_netconfs;
	struct span netconfs[NETCONFS_MAX];	/* /run/net-DEV.conf, as klibc's ipconfig writes it */
	char netconf_devices[NETCONFS_MAX][DEVNAME_MAX + 1];
};

const char *plan_source_name(enum source s);
const char *plan_method_name(enum net_method m);

/** plan_warned() - is this text among the warnings? */
bool plan_warned(const struct plan *p, const char *text);

/** plan_begins_name() - does @s begin as an iSCSI name: iqn., eui. or naa.? */
bool plan_begins_name(struct span s);

/** plan_lun_text() - decimal, or the four-group form where there is more than one level. */
void plan_lun_text(const uint16_t lun[4], struct out *o);

/**
 * plan_portal_text() - what messages call a login: "192.0.2.1:3260 iqn...", cut where @buf is too
 * small.
 */
void plan_portal_text(const struct plan_portal *portal, const struct plan_target *target, char *buf,
		      size_t size);

#endif
