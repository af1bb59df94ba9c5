// SPDX-License-Identifier: GPL-2.0-or-later
/* The items session SID, portal SID and nic NAME. */
#include <string.h>
#include <unistd.h>

#include "kernel/session.h"
#include "kernel/sysfs.h"
#include "system/status/status.h"
#include "system/status/text.h"

/*
 * Since when: the last error or recovery that the keeper recorded, else the boot's login. Without the
 * keeper that is not known.
 */
static void put_since(const struct status *st, const struct session *s,
		      const struct keeper_session *k, struct out *o)
{
	char portal[HOST_MAX + 16];
	int64_t when = k ? k->since : -1;

	session_portal(s, portal, sizeof(portal));
	if (!k || (when < 0 && (!s->logged_in || k->errors ||
				!status_text_login(st->timeline, portal, &when))))
		return;
	when /= 1000000;
	if (!st->uptime || (uint64_t)when > st->uptime)
		return;
	out_str(o, " for ");
	status_text_age(o, st->uptime - (uint64_t)when);
}

static void put_recovery(const struct session *s, struct out *o)
{
	char attr[64], text[32];
	uint64_t n;

	out_text(attr, sizeof(attr), "iscsi_session/session%u/recovery_tmo", s->sid);
	status_attr(attr, text, sizeof(text));
	if (!strcmp(text, "off") || (scan_uint(span_of(text), UINT32_MAX, &n) && n >= RECOVERY_NEVER))
		out_str(o, ", no recovery timeout");
	else if (scan_uint(span_of(text), UINT32_MAX, &n))
		out_fmt(o, ", recovery timeout %u s", (unsigned)n);
}

static void put_counts(const struct keeper_session *k, struct out *o)
{
	const char *words;

	if (!k)
		return;
	out_fmt(o, ", %u error%s, %u recover%s", k->errors, report_plural(k->errors),
		k->recoveries, k->recoveries == 1 ? "y" : "ies");
	if (k->attempts)
		out_fmt(o, ", %u attempt%s since", k->attempts, report_plural(k->attempts));
	if (*k->why)
		out_fmt(o, ": %s", k->why);
	if (!k->error)
		return;
	words = status_text_error(k->error);
	out_fmt(o, ", last error: %s%s%u%s", words ? words : "", words ? " (" : "", k->error,
		words ? ")" : "");
}

static void report_session(struct status *st, unsigned i)
{
	const struct session *s = &st->c.sessions[i];
	const struct status_session *ss = &st->sessions[i];
	const struct keeper_session *k = keeper_client_session(&st->keeper, s->sid);
	char name[32], text[1024];
	const char *todo;
	struct out o;

	out_text(name, sizeof(name), "session %u", s->sid);
	out_init(&o, text, sizeof(text));
	out_fmt(&o, "%s, %s", s->target, *ss->state ? ss->state : "in no known state");
	put_since(st, s, k, &o);
	if (!ss->carries) {
		report_ok(&st->c.report, name, "%s, not used by the root", text);
		return;
	}
	put_recovery(s, &o);
	put_counts(k, &o);
	if (s->logged_in) {
		report_ok(&st->c.report, name, "%s", text);
		return;
	}
	todo = st->keeper.iscsid || st->keeper.alive ?
		"check target, portal and network; the login is retried" :
		"nothing logs in again: see keeper";
	report_item(&st->c.report, status_of_session(st, i), name, todo, "%s", text);
}

static void report_portal(struct status *st, unsigned i)
{
	const struct session *s = &st->c.sessions[i];
	const struct status_session *ss = &st->sessions[i];
	char name[32], attr[64], portal[HOST_MAX + 16], state[32], todo[HOST_MAX + 32], text[512];
	struct out o;

	out_text(name, sizeof(name), "portal %u", s->sid);
	session_portal(s, portal, sizeof(portal));
	out_init(&o, text, sizeof(text));
	out_fmt(&o, "%s, group %u", portal, s->tpgt);
	if (ss->local.family)
		out_fmt(&o, ", from %pI", (void *)&ss->local);
	out_text(attr, sizeof(attr), "iscsi_connection/connection%u:%u/state", s->sid, s->cid);
	status_attr(attr, state, sizeof(state));
	if (*state)
		out_fmt(&o, ", connection %s", state);
	if (!ss->lost_route) {
		report_ok(&st->c.report, name, "%s", text);
		return;
	}
	out_text(todo, sizeof(todo), "ip route get %s", s->address);
	report_item(&st->c.report, s->logged_in ? CHECK_WARN : status_of_session(st, i), name, todo,
		    "%s, no route to it", text);
}

static void put_driver(const char *nic, struct out *o)
{
	char link[512];
	size_t n = sysfs_link(link, sizeof(link), "class/net/%s/device/driver", nic).n;

	if (!n)
		return;
	link[n] = '\0';
	out_fmt(o, ", %s", strrchr(link, '/') ? strrchr(link, '/') + 1 : link);
}

/* How grave a fault of the NIC is: that of the worst session that uses it. */
static enum check_state nic_grade(const struct status *st, short nic)
{
	enum check_state worst = CHECK_OK, one;
	unsigned i;

	for (i = 0; i < st->c.n_sessions; i++) {
		one = st->sessions[i].nic == nic ? status_of_session(st, i) : CHECK_OK;
		if (one > worst)
			worst = one;
	}
	return worst;
}

static void report_nic(struct status *st, short i)
{
	const struct status_nic *n = &st->nics[i];
	char name[32], attr[64], value[48], text[256], todo[96];
	struct out o;

	out_text(name, sizeof(name), "nic %s", n->name);
	if (!*n->state) {
		report_item(&st->c.report, nic_grade(st, i), name, "dmesg; lspci -k",
			    "no such device, but the session uses it");
		return;
	}
	out_init(&o, text, sizeof(text));
	out_fmt(&o, "%s, %s", n->state, n->carrier ? "carrier" : "no carrier");
	out_text(attr, sizeof(attr), "net/%s/carrier_down_count", n->name);
	status_attr(attr, value, sizeof(value));
	if (*value && strcmp(value, "0"))
		out_fmt(&o, " (lost %s time%s)", value, strcmp(value, "1") ? "s" : "");
	out_text(attr, sizeof(attr), "net/%s/address", n->name);
	status_attr(attr, value, sizeof(value));
	out_fmt(&o, "%s%s", *value ? ", " : "", value);
	put_driver(n->name, &o);
	if (n->good) {
		report_ok(&st->c.report, name, "%s", text);
		return;
	}
	out_init(&o, todo, sizeof(todo));
	if (!strcmp(n->state, "down") && !n->carrier)
		out_fmt(&o, "ip link set %s up; ", n->name);
	out_str(&o, "check cable and switch port, or the host's bridge");
	report_item(&st->c.report, nic_grade(st, i), name, todo, "%s", text);
}

static void report_lost_nics(struct status *st)
{
	unsigned i;

	for (i = 0; i < st->c.n_sessions; i++)
		if (st->sessions[i].carries && st->sessions[i].nic < 0)
			report_item(&st->c.report, CHECK_WARN, "nic", "ip route",
				    "no NIC found that leads to %s of session %u",
				    st->c.sessions[i].address, st->c.sessions[i].sid);
}

void status_sessions(struct status *st)
{
	unsigned i;

	for (i = 0; i < st->c.n_sessions; i++)
		if (st->sessions[i].carries)
			report_session(st, i);
	for (i = 0; i < st->c.n_sessions; i++)
		if (st->sessions[i].carries)
			report_portal(st, i);
	for (i = 0; i < st->n_nics; i++)
		report_nic(st, (short)i);
	report_lost_nics(st);
	for (i = 0; i < st->c.n_sessions; i++)
		if (!st->sessions[i].carries)
			report_session(st, i);
}
