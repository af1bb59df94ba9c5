/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * params: which parameters the kernel gets of a session, in which order. All are set anew at each login, as a
 * stop for recovery clears some of them.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_PARAMS_H
#define ISCSIROOT_KEEPER_ENGINE_PARAMS_H

#include "iscsi/iscsi_if.h"
#include "iscsi/login.h"
#include "keeper/engine/tuning.h"

struct params {
	uint32_t sid, host;
	const char *initiator;
	const struct keeper_target *target;
	const struct keeper_portal *portal;
	const struct tuning *tuning;
	const struct iscsi_login *login;	/* its result; read by params_agreed() only */
};

/**
 * params_names() - the @i-th request after the bind and before the login: names, addresses, timeouts.
 * False: there is none, that was all.
 */
bool params_names(const struct params *p, unsigned i, struct iscsi_if *m);

/** params_agreed() - the @i-th request after the login: what was agreed. False: that was all. */
bool params_agreed(const struct params *p, unsigned i, struct iscsi_if *m);

#endif
