/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tuning: what a session's parameters are, from the plan's timeouts and ISCSI_PARAM, which has the names of
 * open-iscsi's node records.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_TUNING_H
#define ISCSIROOT_KEEPER_ENGINE_TUNING_H

#include "iscsi/offers.h"
#include "runtime/keeper_plan.h"

/* Seconds, unless noted otherwise. */
struct tuning {
	struct iscsi_offers offers;
	bool allow_none;		/* node.session.auth.authmethod has None beside CHAP */
	bool fast_abort;
	uint32_t recovery;		/* recovery_tmo; RECOVERY_NEVER: never */
	uint32_t noop_interval, noop_timeout;
	uint32_t login_timeout;
	uint32_t abort_timeout, lu_reset_timeout, target_reset_timeout;
	uint16_t cmds_max, queue_depth;	/* commands */
};

/**
 * tuning_read() - the settings of a target's sessions.
 * @multipath: multipathd uses another path to it when one fails
 * @ignored: called for each parameter that has no effect here (@bad: its value is malformed), or NULL
 */
void tuning_read(const struct keeper_plan *p, bool multipath, struct tuning *s,
		   void (*ignored)(struct span name, bool bad));

#endif
