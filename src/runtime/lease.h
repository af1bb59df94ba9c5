/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * renew_text: what becomes of a lease while the system runs: the file that tells it, both ways. Pure.
 */
#ifndef ISCSIROOT_RUNTIME_LEASE_H
#define ISCSIROOT_RUNTIME_LEASE_H

#include "base/limits.h"
#include "base/scan.h"

#define LEASE_FOREVER UINT32_MAX	/* seconds, RFC 2131 section 3.3 */

enum renew_state {
	RENEW_ASKING,		/* the client has begun; nobody has answered yet */
	RENEW_GOOD,
	RENEW_SILENT,		/* nobody renews it */
	RENEW_REFUSED,		/* the server said no, RFC 2131's DHCPNAK */
	RENEW_OTHER,		/* the server leases another address than the root's */
};

struct renew {
	enum renew_state state;
	struct addr address, server;	/* the root's; who answered last, family 0: nobody */
	struct addr other;		/* RENEW_OTHER: what it leases now */
	uint64_t seconds;		/* how long that lease is */
	int64_t since;			/* microseconds since boot: when the server last granted it */
	int64_t noted;			/* when the state was last told */
};

/** renew_put() - the file's text. */
void renew_put(const struct renew *r, struct out *o);

/** renew_read() - false where it is malformed or of another version. */
bool renew_read(struct span text, struct renew *r);

/** renew_ended() - has the lease come to its end? @uptime: seconds since boot; 0: not known, no */
bool renew_ended(const struct renew *r, uint64_t uptime);

#endif
