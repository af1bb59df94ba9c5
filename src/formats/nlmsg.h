/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nlmsg: bounded building and reading of rtnetlink messages. Pure.
 * Formats: linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h.
 */
#ifndef ISCSIROOT_FORMATS_NLMSG_H
#define ISCSIROOT_FORMATS_NLMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"

/* A request that is being built; the largest here is a route with six attributes. */
struct nlreq {
	uint32_t words[64];
	size_t len;			/* bytes */
	bool overflow;			/* something did not fit: not to be sent */
};

/* One message of a datagram. */
struct nlmsg {
	uint16_t type, flags;
	uint32_t seq;
	struct span body;		/* what follows the header */
};

struct nlmsg_link {
	int index;
	unsigned flags;			/* IFF_* */
	unsigned type;			/* ARPHRD_* */
	unsigned mtu;
	char name[16];
	uint8_t mac[6];
	bool has_mac;
	bool has_master;		/* a port of a bond, bridge or team */
	bool has_parent;		/* a device behind it; kernels before 5.14 do not say */
};

struct nlmsg_addr {
	int index;
	uint8_t prefix;
	bool permanent, link_local;	/* does not end by itself; scope link */
	struct addr addr;		/* the local one */
};

struct nlmsg_route {
	int index;			/* RTA_OIF; 0: none, or several next hops */
	unsigned table;			/* RT_TABLE_* */
	uint8_t prefix, type, protocol;	/* RTN_*, RTPROT_* */
	uint8_t tos;
	uint32_t priority;		/* its metric; 0: none */
	struct addr to, via;		/* @to has a family always; @via 0: on the link */
};

/** nlmsg_begin() - start a request: the header, then @head (ifinfomsg, rtmsg, ...). */
void nlmsg_begin(struct nlreq *r, uint16_t type, uint16_t flags, const void *head, size_t len);

/** nlmsg_attr() - append an attribute. */
void nlmsg_attr(struct nlreq *r, uint16_t type, const void *data, size_t len);
void nlmsg_attr_u32(struct nlreq *r, uint16_t type, uint32_t value);
/** nlmsg_attr_addr() - an address as it is on the wire; nothing for family 0. */
void nlmsg_attr_addr(struct nlreq *r, uint16_t type, const struct addr *a);

/** nlmsg_end() - write the length and @seq into the header. False where it did not fit. */
bool nlmsg_end(struct nlreq *r, uint32_t seq);

/** nlmsg_next() - take the next message off a datagram; false at the end or where it is cut off
 * (then @rest is not empty). */
bool nlmsg_next(struct span *rest, struct nlmsg *m);

/* Readers of one message; false where it is of another kind or cut off. */
bool nlmsg_read_link(const struct nlmsg *m, struct nlmsg_link *l);	/* RTM_NEWLINK */
bool nlmsg_read_addr(const struct nlmsg *m, struct nlmsg_addr *a);	/* RTM_NEWADDR */
bool nlmsg_read_route(const struct nlmsg *m, struct nlmsg_route *r);	/* RTM_NEWROUTE */
/** nlmsg_set_index() - make the body of an RTM_NEWADDR or RTM_NEWROUTE message name another link. */
void nlmsg_set_index(uint16_t type, void *body, size_t len, int index);
/** nlmsg_read_error() - NLMSG_ERROR (0: an acknowledgement) and NLMSG_DONE: 0 or -errno. */
bool nlmsg_read_error(const struct nlmsg *m, int *err);

#endif
