/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lease: the state of a DHCP lease while the system runs, as text: format and parse. Pure.
 */
#ifndef ISCSIROOT_RUNTIME_LEASE_H
#define ISCSIROOT_RUNTIME_LEASE_H

#include "base/limits.h"
#include "base/scan.h"

#define LEASE_FOREVER UINT32_MAX	/* seconds, RFC 2131 section 3.3 */

enum lease_condition {
	LEASE_ASKING,		/* the client has started; no server has answered yet */
	LEASE_GOOD,
	LEASE_SILENT,		/* no server answers a renewal */
	LEASE_REFUSED,		/* the server refuses it, RFC 2131's DHCPNAK */
	LEASE_OTHER,		/* the server offers another address */
};

struct lease_state {
	enum lease_condition state;
	struct addr address, server;	/* @server: answered last; family 0: none */
	struct addr other;		/* LEASE_OTHER: the address it offers */
	uint64_t seconds;		/* duration of the lease */
	int64_t since;			/* microseconds since boot: when the server last granted it */
	int64_t noted;			/* when the state last changed */
};

/** lease_format() - write the file's text. */
void lease_format(const struct lease_state *r, struct out *o);

/** lease_parse() - false if @text is malformed or of another version. */
bool lease_parse(struct span text, struct lease_state *r);

/** lease_ended() - has it expired? @uptime: seconds since boot; 0: not known, so no */
bool lease_ended(const struct lease_state *r, uint64_t uptime);

#endif
