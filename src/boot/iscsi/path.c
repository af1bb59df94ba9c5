// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "boot/iscsi/path.h"

bool path_is(const struct path *p, const struct session *s)
{
	struct addr a;

	if (s->port != p->portal->port || strcmp(s->target, p->target->name))
		return false;
	if (!p->portal->addr.family)
		return !strcmp(s->address, p->portal->host);
	return scan_addr(span_of(s->address), &a) && addr_eq(&a, &p->portal->addr);
}

static void put(struct path_argv *a, const char *option, const char *value)
{
	a->argv[a->n++] = option;
	a->argv[a->n++] = value;
}

/* For ever on a single path: there is none to fail over to, and an error is the end of a root. */
static int replacement_timeout(const struct plan *plan, unsigned n_paths)
{
	char path[128];

	if (plan->replacement_timeout)
		return plan->replacement_timeout;
	return n_paths > 1 && spawn_find("multipath", path, sizeof(path)) ? 15 : -1;
}

static void put_auth(struct path_argv *a, const struct plan_auth *auth)
{
	if (auth->method == AUTH_NONE)
		return;
	put(a, "--param", "node.session.auth.authmethod=CHAP");
	put(a, "-u", auth->username);
	put(a, "-w", auth->password);
	if (auth->method == AUTH_MUTUAL) {
		put(a, "-U", auth->username_in);
		put(a, "-W", auth->password_in);
	}
}

/* One attempt: what it would do on its own is silent and knows no deadline. A connection that has
 * died in silence is seen by the kernel's NOP-outs; iscsistart turns them off unless it is told. */
static const char *const always[] = {
	"node.session.initial_login_retry_max=0",
	"node.conn[0].timeo.login_timeout=10",
	"node.conn[0].timeo.noop_out_interval=5",
	"node.conn[0].timeo.noop_out_timeout=5",
};

void path_argv(const struct path *p, const struct plan *plan, unsigned n_paths,
	       const char *iscsistart, struct path_argv *a)
{
	unsigned i;

	a->n = 0;
	a->argv[a->n++] = iscsistart;
	put(a, "-i", plan->initiator);
	put(a, "-t", p->target->name);
	out_text(a->address, sizeof(a->address), "%pI", &p->portal->addr);
	put(a, "-a", p->portal->addr.family ? a->address : p->portal->host);
	out_text(a->port, sizeof(a->port), "%u", p->portal->port);
	put(a, "-p", a->port);
	out_text(a->group, sizeof(a->group), "%u", p->portal->group);
	put(a, "-g", a->group);
	put_auth(a, &p->target->auth);
	for (i = 0; i < sizeof(always) / sizeof(*always); i++)
		put(a, "--param", always[i]);
	out_text(a->replacement, sizeof(a->replacement),
		 "node.session.timeo.replacement_timeout=%d", replacement_timeout(plan, n_paths));
	put(a, "--param", a->replacement);
	out_text(a->ifname, sizeof(a->ifname), "iface.net_ifacename=%s", p->target->netdev);
	if (*p->target->netdev)
		put(a, "--param", a->ifname);
	out_text(a->iface, sizeof(a->iface), "iface.iscsi_ifacename=%s", p->target->iface);
	if (*p->target->iface)
		put(a, "--param", a->iface);
	for (i = 0; i < plan->n_params; i++)
		put(a, "--param", plan->params[i]);
	a->argv[a->n] = NULL;
}
