/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lease: what becomes of a lease while the system runs: the file that tells it, both ways. Pure.
 */
#ifndef ISCSIROOT_RUNTIME_LEASE_H
#define ISCSIROOT_RUNTIME_LEASE_H

#include "base/limits.h"
#include "base/scan.h"

#define LEASE_FILE "/run/iscsiroot/lease-%s"	/* %s: the NIC */
#define LEASE_FOREVER UINT32_MAX	/* seconds, RFC 2131 section 3.3 */

enum lease_condition {
	LEASE_ASKING,		/* the client has begun; nobody has answered yet */
	LEASE_GOOD,
	LEASE_SILENT,		/* nobody renews it */
	LEASE_REFUSED,		/* the server said no, RFC 2131's DHCPNAK */
	LEASE_OTHER,		/* the server leases another address than the root's */
};

struct lease_state {
	enum lease_condition state;
	struct addr address, server;	/* the root's; who answered last, family 0: nobody */
	struct addr other;		/* LEASE_OTHER: what it leases now */
	uint64_t seconds;		/* how long that lease is */
	int64_t since;			/* microseconds since boot: when the server last granted it */
	int64_t noted;			/* when the state was last told */
};

/** lease_format() - the file's text. */
void lease_format(const struct lease_state *r, struct out *o);

/** lease_parse() - false where it is malformed or of another version. */
bool lease_parse(struct span text, struct lease_state *r);

/** lease_ended() - has the lease come to its end? @uptime: seconds since boot; 0: not known, no */
bool lease_ended(const struct lease_state *r, uint64_t uptime);

#endif
