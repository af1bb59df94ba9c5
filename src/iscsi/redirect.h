/* SPDX-License-Identifier: GPL-2.0-or-later */
/* redirect: where a target sends a login instead: the value of TargetAddress. Pure. */
#ifndef ISCSIROOT_ISCSI_REDIRECT_H
#define ISCSIROOT_ISCSI_REDIRECT_H

#include "base/scan.h"

#define REDIRECT_PORT 3260		/* IANA's iscsi-target: where none is given */

/* Status class 1 (RFC 7143 section 11.13.5). A temporary one counts for this login alone: the next
 * one begins at the original portal. The caller bounds the number of hops. */
struct iscsi_redirect {
	bool permanent;
	struct addr address;		/* a number: names are not looked up */
	uint16_t port;
	bool has_group;
	uint16_t group;			/* target portal group tag */
};

/**
 * redirect_parse() - read ADDRESS[:PORT][,GROUP], IPv6 in brackets (RFC 7143 section 13.8).
 * @r: all but `permanent` is written, on success only
 * Return: false where the address is no number, or it is malformed.
 */
bool redirect_parse(struct span value, struct iscsi_redirect *r);

#endif
