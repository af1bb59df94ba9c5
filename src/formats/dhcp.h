/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dhcp: what a DHCP server says while ipconfig asks. ipconfig says "no response" whether nobody
 * answered or a server refused; who listens beside it can tell. Pure.
 */
#ifndef ISCSIROOT_FORMATS_DHCP_H
#define ISCSIROOT_FORMATS_DHCP_H

#include "base/scan.h"

enum { DHCP_OFFER = 2, DHCP_ACK = 5, DHCP_NAK = 6 };	/* RFC 2132 section 9.6 */

struct dhcp_answer {
	uint8_t type;			/* DHCP_OFFER, ...; 0: none was heard */
	struct addr server;		/* server identifier, RFC 2132 section 9.7; family 0: none */
};

/**
 * dhcp_read() - read an IPv4 datagram (RFC 791, 768, 2131 section 2).
 * @mac: hardware address of the client that it must be for
 * Return: false, @a untouched, where it is anything else than a server's answer to that client.
 */
bool dhcp_read(struct span ip, const uint8_t mac[6], struct dhcp_answer *a);

#endif
