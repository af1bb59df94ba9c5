// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/sys.h"
#include "boot/iscsi/portal_login.h"

#define RETRY_MIN_US	100000

const char *portal_object(const struct portal_login *p)
{
	static char object[sizeof(p->cause.object)];

	plan_portal_text(p->portal, p->target, object, sizeof(object));
	return object;
}

bool portal_owns_session(const struct portal_login *p, const struct session *s)
{
	struct addr a;

	if (s->port != p->portal->port || strcmp(s->target, p->target->name))
		return false;
	if (!p->portal->addr.family)
		return !strcmp(s->address, p->portal->host);
	return scan_addr(span_of(s->address), &a) && addr_eq(&a, &p->portal->addr);
}

static void put_option(struct iscsistart_argv *a, const char *option, const char *value)
{
	a->argv[a->n++] = option;
	a->argv[a->n++] = value;
}

bool portal_is_multipath(unsigned n_paths)
{
	char path[128];

	return n_paths > 1 && spawn_find("multipath", path, sizeof(path));
}

/* -1, wait for ever, on a single path: there is no other, and an I/O error would end the root. */
static int replacement_timeout(const struct plan *plan, bool multipath)
{
	if (plan->replacement_timeout)
		return plan->replacement_timeout;
	return multipath ? 15 : -1;
}

/*
 * How long the target may take to answer a NOP-Out, of which one is sent after 5 s without traffic. With
 * multipath a dead path is noticed after 5 to 10 s, so that another one is used. On a single path I/O waits
 * in any case. A new login is then worse than waiting: the NIC of a guest that was migrated live may need
 * 9 s until it is connected, TCP sends again 12.6 s after the loss at the latest, and the session goes on.
 * A dead target is noticed after 15 to 20 s; one that was restarted answers with a reset, at once.
 */
static unsigned noop_timeout(bool multipath)
{
	return multipath ? 5 : 15;
}

#define NOOP_INTERVAL "node.conn[0].timeo.noop_out_interval"
#define NOOP_TIMEOUT "node.conn[0].timeo.noop_out_timeout"

/* Of authentication the keeper's iscsid gets the algorithms alone: the rest is in the kernel. */
static bool is_credential(const char *param)
{
	struct span s = span_of(param);

	return span_take(&s, "node.session.auth.") && !span_take(&s, "chap_algs=");
}

void portal_params(const struct plan *plan, bool multipath, struct out *o)
{
	struct span name, value;
	unsigned i;

	out_fmt(o, NOOP_INTERVAL " = 5\n" NOOP_TIMEOUT " = %u\n", noop_timeout(multipath));
	for (i = 0; i < plan->n_params; i++) {
		value = span_of(plan->params[i]);
		if (!is_credential(plan->params[i]) && span_cut(&value, '=', &name))
			out_fmt(o, "%pS = %pS\n", &name, &value);
	}
}

static void put_auth(struct iscsistart_argv *a, const struct plan_auth *auth)
{
	if (auth->method == AUTH_NONE)
		return;
	put_option(a, "--param", "node.session.auth.authmethod=CHAP");
	put_option(a, "-u", auth->username);
	put_option(a, "-w", auth->password);
	if (auth->method == AUTH_MUTUAL) {
		put_option(a, "-U", auth->username_in);
		put_option(a, "-W", auth->password_in);
	}
}

/* One attempt: iscsistart's own retries are silent and have no deadline. The kernel's NOP-Outs notice
 * a dead connection; iscsistart turns them off by default. */
static const char *const always[] = {
	"node.session.initial_login_retry_max=0",
	"node.conn[0].timeo.login_timeout=10",
	NOOP_INTERVAL "=5",
};

void portal_argv(const struct portal_login *p, const struct plan *plan, bool multipath,
		 const char *iscsistart, struct iscsistart_argv *a)
{
	unsigned i;

	a->n = 0;
	a->argv[a->n++] = iscsistart;
	put_option(a, "-i", plan->initiator);
	put_option(a, "-t", p->target->name);
	out_text(a->address, sizeof(a->address), "%pI", &p->portal->addr);
	put_option(a, "-a", p->portal->addr.family ? a->address : p->portal->host);
	out_text(a->port, sizeof(a->port), "%u", p->portal->port);
	put_option(a, "-p", a->port);
	out_text(a->group, sizeof(a->group), "%u", p->portal->group);
	put_option(a, "-g", a->group);
	put_auth(a, &p->target->auth);
	for (i = 0; i < sizeof(always) / sizeof(*always); i++)
		put_option(a, "--param", always[i]);
	out_text(a->noop, sizeof(a->noop), NOOP_TIMEOUT "=%u", noop_timeout(multipath));
	put_option(a, "--param", a->noop);
	out_text(a->replacement, sizeof(a->replacement),
		 "node.session.timeo.replacement_timeout=%d", replacement_timeout(plan, multipath));
	put_option(a, "--param", a->replacement);
	out_text(a->ifname, sizeof(a->ifname), "iface.net_ifacename=%s", p->target->netdev);
	if (*p->target->netdev)
		put_option(a, "--param", a->ifname);
	out_text(a->iface, sizeof(a->iface), "iface.iscsi_ifacename=%s", p->target->iface);
	if (*p->target->iface)
		put_option(a, "--param", a->iface);
	for (i = 0; i < plan->n_params; i++)
		put_option(a, "--param", plan->params[i]);
	a->argv[a->n] = NULL;
}

/* @us, a quarter more or less: guests that lost the same target shall not retry at the same moment. */
static int64_t jitter(uint32_t *random, int64_t us)
{
	/* xorshift32, G. Marsaglia; never zero */
	uint32_t r = *random ? *random : 1;

	r ^= r << 13;
	r ^= r >> 17;
	r ^= r << 5;
	*random = r;
	return us - us / 4 + (int64_t)(r % 1024) * (us / 2) / 1023;
}

int64_t portal_backoff(int64_t first, unsigned n, int64_t max)
{
	int64_t us = n < 8 ? first << n : max;

	return us < max ? us : max;
}

void portal_retry_after(struct portal_login *p, uint32_t *random, int64_t us)
{
	int64_t soon = sys_now() + RETRY_MIN_US, paced = p->began + jitter(random, us);

	p->state = PORTAL_BACKOFF;
	p->retry_at = paced > soon ? paced : soon;
}

enum cause_id portal_unexplained(enum iscsistart_outcome outcome, bool ended)
{
	switch (outcome) {
	case ISCSISTART_LOGGED_IN:
		return CAUSE_SESSION_ENDED;
	case ISCSISTART_EXISTS:
		return CAUSE_STALE_SESSION;
	default:
		return ended ? CAUSE_NO_REASON : CAUSE_ISCSISTART_HUNG;
	}
}
