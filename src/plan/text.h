/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text: a plan as JSON, or as lines for a person. Pure.
 */
#ifndef ISCSIROOT_PLAN_TEXT_H
#define ISCSIROOT_PLAN_TEXT_H

#include "plan/plan.h"

/*
 * What the text of any plan fits into, in bytes, and a NUL: each string of the plan with every byte
 * as \u00NN, and names and punctuation of JSON. A plan has no more than LOGINS_MAX portals.
 */
#define PLAN_JSON_BYTES(n) (6 * (n) + 64)
#define PLAN_TEXT_MAX \
	(4096 + 6 * (INAME_MAX + ROOTSPEC_MAX + SEARCH_MAX) + \
	 TARGETS_MAX * (512 + PLAN_JSON_BYTES(INAME_MAX) + 4 * PLAN_JSON_BYTES(CHAP_MAX)) + \
	 LOGINS_MAX * (128 + PLAN_JSON_BYTES(HOST_MAX)) + \
	 NETS_MAX * (768 + PLAN_JSON_BYTES(HOSTNAME_MAX) + 64 * NAMESERVERS_MAX) + \
	 ROUTES_MAX * 256 + NAMESERVERS_MAX * 64 + \
	 PARAMS_MAX * PLAN_JSON_BYTES(PARAM_MAX) + WARNINGS_MAX * PLAN_JSON_BYTES(WARNING_MAX))

/** plan_json() - DESIGN's version 1 object and a newline. */
void plan_json(const struct plan *p, bool secrets, struct out *o);

/** plan_text() - for a person: a `key=value` line each, an empty line between blocks. */
void plan_text(const struct plan *p, bool secrets, struct out *o);

#endif
