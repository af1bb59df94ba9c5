// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "keeper/engine/tuning.h"
#include "kernel/session.h"

#define RECOVERY_MULTIPATH 15	/* on a single path I/O waits: an error would end the root */

/*
 * How long the target may take to answer a NOP-Out, of which one is sent after 5 s without traffic. With
 * multipath a dead path is noticed after 5 to 10 s, so that another one is used. On a single path I/O waits
 * in any case. A new login is then worse than waiting: the NIC of a guest that was migrated live may need
 * 9 s until it is connected, TCP sends again 12.6 s after the loss at the latest, and the session goes on.
 */
#define NOOP_INTERVAL 5
#define NOOP_TIMEOUT 15
#define NOOP_TIMEOUT_MULTIPATH 5

#define FIELD(f) offsetof(struct tuning, f)

static const struct row {
	const char *name;
	size_t at;
	bool small;			/* uint16_t */
	uint32_t min, max;
} rows[] = {
	{ "node.conn[0].timeo.noop_out_interval", FIELD(noop_interval), false, 0, 86400 },
	{ "node.conn[0].timeo.noop_out_timeout", FIELD(noop_timeout), false, 0, 86400 },
	{ "node.conn[0].timeo.login_timeout", FIELD(login_timeout), false, 1, 86400 },
	{ "node.session.err_timeo.abort_timeout", FIELD(abort_timeout), false, 0, 86400 },
	{ "node.session.err_timeo.lu_reset_timeout", FIELD(lu_reset_timeout), false, 0, 86400 },
	{ "node.session.err_timeo.tgt_reset_timeout", FIELD(target_reset_timeout), false, 0, 86400 },
	{ "node.session.cmds_max", FIELD(cmds_max), true, 2, 2048 },
	{ "node.session.queue_depth", FIELD(queue_depth), true, 1, 1024 },
};

/* They are obeyed elsewhere, or are as we do it in any case. */
static const char known[] =
	"node.startup node.conn[0].startup node.session.initial_login_retry_max "
	"node.session.auth.username node.session.auth.password "
	"node.session.auth.username_in node.session.auth.password_in "
	"iface.net_ifacename iface.iscsi_ifacename node.session.nr_sessions";

static bool read_recovery(struct span value, uint32_t *seconds)
{
	uint64_t v;

	if (span_eq(value, "-1"))
		v = RECOVERY_NEVER;
	else if (!scan_uint(value, RECOVERY_NEVER, &v))
		return false;
	*seconds = v;
	return true;
}

static bool read_yes_no(struct span value, bool *yes)
{
	*yes = span_eq(value, "Yes");
	return *yes || span_eq(value, "No");
}

static bool read_auth(struct span value, struct tuning *s)
{
	s->allow_none = span_eq(value, "CHAP,None") || span_eq(value, "None,CHAP");
	return s->allow_none || span_eq(value, "CHAP") || span_eq(value, "None");
}

static bool read_number(const struct row *r, struct span value, struct tuning *s)
{
	uint64_t v;

	if (!scan_uint(value, r->max, &v) || v < r->min)
		return false;
	/* the kernel refuses a number of commands that is no power of two */
	if (r->at == FIELD(cmds_max) && v & (v - 1))
		return false;
	if (r->small)
		*(uint16_t *)(void *)((char *)s + r->at) = v;
	else
		*(uint32_t *)(void *)((char *)s + r->at) = v;
	return true;
}

static enum offers_result read_param(struct tuning *s, struct span name, struct span value)
{
	unsigned i;

	if (span_eq(name, "node.session.timeo.replacement_timeout"))
		return read_recovery(value, &s->recovery) ? OFFERS_SET : OFFERS_BAD_VALUE;
	if (span_eq(name, "node.session.iscsi.FastAbort"))
		return read_yes_no(value, &s->fast_abort) ? OFFERS_SET : OFFERS_BAD_VALUE;
	if (span_eq(name, "node.session.auth.authmethod"))
		return read_auth(value, s) ? OFFERS_SET : OFFERS_BAD_VALUE;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (span_eq(name, rows[i].name))
			return read_number(&rows[i], value, s) ? OFFERS_SET : OFFERS_BAD_VALUE;
	if (span_listed(name, known))
		return OFFERS_SET;
	return offers_set(&s->offers, name, value);
}

void tuning_read(const struct keeper_plan *p, bool multipath, struct tuning *s,
		   void (*ignored)(struct span name, bool bad))
{
	struct span name, value;
	enum offers_result result;
	unsigned i;

	*s = (struct tuning){
		.offers = offers_default, .fast_abort = true,
		.recovery = multipath ? RECOVERY_MULTIPATH : RECOVERY_NEVER,
		.noop_interval = NOOP_INTERVAL,
		.noop_timeout = multipath ? NOOP_TIMEOUT_MULTIPATH : NOOP_TIMEOUT,
		.login_timeout = 10,
		.abort_timeout = 15, .lu_reset_timeout = 30, .target_reset_timeout = 30,
		.cmds_max = 128, .queue_depth = 32,
	};
	if (p->replacement_timeout > 0 && p->replacement_timeout < RECOVERY_NEVER)
		s->recovery = p->replacement_timeout;
	else if (p->replacement_timeout)
		s->recovery = RECOVERY_NEVER;
	for (i = 0; i < p->n_params; i++) {
		value = span_of(p->params[i]);
		if (!span_cut(&value, '=', &name))
			continue;
		result = read_param(s, name, value);
		if (result != OFFERS_SET && ignored)
			ignored(name, result == OFFERS_BAD_VALUE);
	}
}
