/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_event: what the keeper's engine reports of a portal to a client that has sent KEEPER_WATCH: one
 * message of this struct for each portal of the plan, then one for each change. Both are of the same version.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_EVENT_H
#define ISCSIROOT_RUNTIME_KEEPER_EVENT_H

#include <stdint.h>

#include "base/cause.h"

enum keeper_event_state {
	KEEPER_CONNECTING,	/* no TCP connection yet */
	KEEPER_LOGGING_IN,
	KEEPER_WAITING,		/* for the next attempt */
	KEEPER_SCANNING,	/* logged in; its disks are being looked for */
	KEEPER_UP,
	KEEPER_ENDED,		/* for good */
};

struct keeper_event {
	uint32_t portal;		/* index in the plan's portals */
	uint32_t state;			/* enum keeper_event_state */
	uint32_t sid;			/* 0: there is no session yet */
	uint32_t attempts;		/* that have failed, or have had no answer for a second, since it is down */
	struct cause cause;		/* why it is not up; code 0: nothing has failed yet */
};

#endif
