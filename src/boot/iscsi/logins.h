/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * logins: what logs in: iscsistart (login.h), or the keeper's own engine (native.h), as ISCSI_ENGINE says.
 */
#ifndef ISCSIROOT_BOOT_ISCSI_LOGINS_H
#define ISCSIROOT_BOOT_ISCSI_LOGINS_H

#include "boot/iscsi/login.h"
#include "boot/iscsi/native.h"

struct logins {
	bool native;			/* the plan's */
	struct login login;
	struct native of_keeper;
};

/** logins_preload() - start to load the kernel modules; long before logins_init(). @native: the plan's. */
void logins_preload(struct logins *e, bool native);

/** logins_init() - @plan must outlive @e. A session that exists already counts as up. */
void logins_init(struct logins *e, const struct plan *plan);

/** logins_step() - READY when all portals are logged in; GOES_ON; FAILED: no retry can help. */
enum progress logins_step(struct logins *e, struct wait *w);

/** logins_cause() - the latest cause, for the summary. */
const struct cause *logins_cause(const struct logins *e);

/** logins_portals() - how many portals there are to log in to. */
unsigned logins_portals(const struct logins *e);

/** logins_up() - how many portals are logged in. settle may succeed from the first on. */
unsigned logins_up(const struct logins *e);

/** logins_targets_up() - how many of the plan's targets are logged in, through one portal at least. */
unsigned logins_targets_up(const struct logins *e);

/** logins_scanning() - may a session still be scanning for LUNs? */
bool logins_scanning(const struct logins *e);

/** logins_untried() - how many portals have not been answered yet: neither a session nor a failure. */
unsigned logins_untried(const struct logins *e);

/** logins_report_abandoned() - report the portals without an answer by the time the root is ready. */
void logins_report_abandoned(const struct logins *e);

/** logins_close() - end what belongs to the boot alone. */
void logins_close(struct logins *e);

#endif
