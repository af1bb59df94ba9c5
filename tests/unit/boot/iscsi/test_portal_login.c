// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sys.h"
#include "boot/iscsi/portal_login.h"
#include "tap.h"

#define NAME "iqn.2001-04.com.example:storage.lun1"

static struct plan plan;
static struct portal_login p = { .target = &plan.targets[0], .portal = &plan.targets[0].portals[0] };

static bool has_arg(const struct iscsistart_argv *a, const char *arg)
{
	unsigned i;

	for (i = 0; a->argv[i]; i++)
		if (!strcmp(a->argv[i], arg))
			return true;
	return false;
}

static void set_plan(void)
{
	memset(&plan, 0, sizeof(plan));
	plan.n_targets = 1;
	strncpy(plan.initiator, "iqn.1993-08.org.debian:01:guest", INAME_MAX);
	strncpy(plan.targets[0].name, NAME, INAME_MAX);
	plan.targets[0].n_portals = 1;
	plan.targets[0].portals[0] = (struct plan_portal){
		.addr = { 6, { 0x20, 1, 0xd, 0xb8, [15] = 1 } }, .port = 3260, .group = 1 };
}

static void test_argv(void)
{
	static struct iscsistart_argv a;
	char object[96];
	unsigned i;

	set_plan();
	strncpy(plan.targets[0].netdev, "eth1", DEVNAME_MAX);
	strncpy(plan.targets[0].iface, "storage", DEVNAME_MAX);
	plan.targets[0].auth.method = AUTH_MUTUAL;
	strncpy(plan.targets[0].auth.password_in, "-x", CHAP_MAX);
	plan.replacement_timeout = 86400;
	for (plan.n_params = 0; plan.n_params < PARAMS_MAX; plan.n_params++)
		snprintf(plan.params[plan.n_params], PARAM_MAX, "name%u=value", plan.n_params);
	portal_argv(&p, &plan, false, "iscsistart", &a);
	ok(a.n == ISCSISTART_ARGS_MAX && !a.argv[a.n], "all options together just fit");
	ok(has_arg(&a, "2001:db8::1"), "an IPv6 address has no brackets");
	ok(has_arg(&a, "iface.net_ifacename=eth1"), "network device");
	ok(has_arg(&a, "iface.iscsi_ifacename=storage"), "iSCSI interface");
	ok(has_arg(&a, "-x") && has_arg(&a, "-W"), "the target's own password");
	ok(has_arg(&a, "node.session.timeo.replacement_timeout=86400"), "replacement timeout");
	for (i = 0; i < PARAMS_MAX; i++)
		if (!has_arg(&a, plan.params[i]))
			break;
	is_int(i, PARAMS_MAX, "all of ISCSI_PARAM");
	ok(!strcmp(a.argv[a.n - 1], plan.params[PARAMS_MAX - 1]), "last, so that it wins");
	plan_portal_text(p.portal, p.target, object, sizeof(object));
	is_str(object, "[2001:db8::1]:3260 " NAME, "an IPv6 portal's name");
	plan.targets[0].portals[0].addr.family = 0;
	strncpy(plan.targets[0].portals[0].host, "storage.example", HOST_MAX);
	portal_argv(&p, &plan, false, "iscsistart", &a);
	ok(has_arg(&a, "storage.example"), "a host name is given as it is");
}

static void test_timeouts(void)
{
	static struct iscsistart_argv a;
	static char text[PORTAL_PARAMS_MAX];
	unsigned i;
	struct out o;

	set_plan();
	ok(!portal_is_multipath(1), "one path is no multipath");
	portal_argv(&p, &plan, false, "iscsistart", &a);
	ok(has_arg(&a, "node.session.timeo.replacement_timeout=-1") &&
	   has_arg(&a, "node.conn[0].timeo.noop_out_timeout=15"), "a single path: waits for ever, longer for a NOP-In");
	portal_argv(&p, &plan, true, "iscsistart", &a);
	ok(has_arg(&a, "node.session.timeo.replacement_timeout=15") &&
	   has_arg(&a, "node.conn[0].timeo.noop_out_timeout=5"), "one of several: another takes over soon");

	plan.n_params = 4;
	strcpy(plan.params[0], "node.session.auth.chap_algs=SHA256,SHA1");
	strcpy(plan.params[1], "node.session.auth.password=secret");
	strcpy(plan.params[2], "node.conn[0].timeo.noop_out_timeout=30");
	strcpy(plan.params[3], "node.session.auth.password_in=secret");
	out_init(&o, text, sizeof(text));
	portal_params(&plan, false, &o);
	is_str(text, "node.conn[0].timeo.noop_out_interval = 5\nnode.conn[0].timeo.noop_out_timeout = 15\n"
	       "node.session.auth.chap_algs = SHA256,SHA1\nnode.conn[0].timeo.noop_out_timeout = 30\n",
	       "for the keeper's iscsid, without a secret");
	for (plan.n_params = 0; plan.n_params < PARAMS_MAX; plan.n_params++)
		memset(strcpy(plan.params[plan.n_params], "n=") + 2, 'v', PARAM_MAX - 2);
	for (i = 0; i < PARAMS_MAX; i++)
		plan.params[i][PARAM_MAX] = '\0';
	out_init(&o, text, sizeof(text));
	portal_params(&plan, true, &o);
	ok(!o.overflow, "the longest fit");
}

static void test_session(void)
{
	struct session s = { .port = 3260 };

	set_plan();
	strncpy(s.target, NAME, INAME_MAX);
	strncpy(s.address, "2001:0db8:0::1", HOST_MAX);
	ok(portal_owns_session(&p, &s), "the same address in another notation");
	s.port++;
	ok(!portal_owns_session(&p, &s), "another port");
	plan.targets[0].portals[0].addr.family = 0;
	strncpy(plan.targets[0].portals[0].host, "storage.example", HOST_MAX);
	s.port--;
	ok(!portal_owns_session(&p, &s), "a session by address is not that of a host name");
	strncpy(s.address, "storage.example", HOST_MAX);
	ok(portal_owns_session(&p, &s), "one by the host name is");
}

static void test_retry(void)
{
	int64_t now = sys_now(), low = INT64_MAX, high = 0;
	uint32_t random = 0;
	unsigned i;

	is_int(portal_backoff(100000, 0, 750000), 100000, "the first pause");
	is_int(portal_backoff(100000, 2, 750000), 400000, "it doubles");
	is_int(portal_backoff(100000, 3, 750000), 750000, "up to the longest");
	is_int(portal_backoff(100000, 4000000000u, 750000), 750000, "however often");
	for (i = 0; i < 2000; i++) {
		p.began = now;
		portal_retry_after(&p, &random, 10000000);
		low = p.retry_at < low ? p.retry_at : low;
		high = p.retry_at > high ? p.retry_at : high;
	}
	ok(low >= now + 7500000 && low < now + 8000000 && high > now + 12000000 && high <= now + 12500000,
	   "a quarter more or less: %d to %d us", (int)(low - now), (int)(high - now));
	p.began = now - 60000000;
	portal_retry_after(&p, &random, 750000);
	ok(p.retry_at >= now + 100000 && p.retry_at <= sys_now() + 100000, "soon after a long attempt");
	is_int(p.state, PORTAL_BACKOFF, "and it waits");
}

static void test_unexplained(void)
{
	is_int(portal_unexplained(ISCSISTART_LOGGED_IN, true), CAUSE_SESSION_ENDED, "logged in, then no session");
	is_int(portal_unexplained(ISCSISTART_EXISTS, true), CAUSE_STALE_SESSION, "a session was in the way");
	is_int(portal_unexplained(ISCSISTART_LISTENS, true), CAUSE_NO_REASON, "it has ended");
	is_int(portal_unexplained(ISCSISTART_LISTENS, false), CAUSE_ISCSISTART_HUNG, "it had to be ended");
}

int main(void)
{
	test_retry();
	test_unexplained();
	test_argv();
	test_timeouts();
	test_session();
	return done_testing();
}
