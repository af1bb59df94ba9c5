// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/text.h"
#include "plan_case.h"

static char text[PLAN_TEXT_MAX];

static void fill(char *s, size_t size)
{
	memset(s, 1, size - 1);		/* "\u0001" in JSON, as long as a byte can get */
	s[size - 1] = '\0';
}

#define FILL(array) fill(array, sizeof(array))

/* A plan with as much of everything as there can be: LOGINS_MAX portals over all targets. */
static void fill_plan(void)
{
	unsigned i, j;

	memset(&p, 0, sizeof(p));
	FILL(p.initiator);
	FILL(p.root_spec);
	FILL(p.root_vg);
	FILL(p.root_value);
	p.n_targets = TARGETS_MAX;
	for (i = 0; i < TARGETS_MAX; i++) {
		struct plan_target *t = &p.targets[i];

		memset(t->lun, 0xff, sizeof(t->lun));
		FILL(t->iface);
		FILL(t->netdev);
		FILL(t->name);
		FILL(t->auth.username);
		FILL(t->auth.password);
		FILL(t->auth.username_in);
		FILL(t->auth.password_in);
		for (j = 0; j < LOGINS_MAX / TARGETS_MAX; j++)
			FILL(t->portals[t->n_portals++].host);
	}
	p.n_nets = NETS_MAX;
	for (i = 0; i < NETS_MAX; i++) {
		struct plan_net *n = &p.nets[i];

		FILL(n->device);
		FILL(n->hostname);
		memset(&n->address, 0xff, sizeof(n->address));
		n->address.family = 6;
		n->peer = n->gateway = n->server = n->ntp = n->address;
		n->prefix = 128;
		n->mtu = 65535;
		n->has_mac = true;
		for (j = 0; j < NAMESERVERS_MAX; j++)
			n->dns[n->n_dns++] = n->address;
	}
	p.n_routes = ROUTES_MAX;
	for (i = 0; i < ROUTES_MAX; i++) {
		p.routes[i].to = p.routes[i].via = p.nets[0].address;
		p.routes[i].prefix = 128;
		FILL(p.routes[i].device);
	}
	for (i = 0; i < NAMESERVERS_MAX; i++)
		p.nameservers[p.n_nameservers++] = p.nets[0].address;
	for (i = 0; i < PARAMS_MAX; i++)
		FILL(p.params[p.n_params++]);
	for (i = 0; i < WARNINGS_MAX; i++)
		FILL(p.warnings[p.n_warnings++]);
}

static void test_largest(void)
{
	struct out o;

	fill_plan();
	out_init(&o, text, sizeof(text));
	plan_json(&p, true, &o);
	ok(!o.overflow, "the largest plan fits as JSON");
	ok(o.len > PLAN_TEXT_MAX / 2, "the buffer is not much too large");
	out_init(&o, text, sizeof(text));
	plan_text(&p, true, &o);
	ok(!o.overflow, "and as lines");
}

static void test_secrets(void)
{
	struct out o;

	ok(build(TARGET "ISCSI_USERNAME=u ISCSI_PASSWORD=HUSHHUSHHUSH root=/dev/vg/lv "
		 "ISCSI_PARAM=x.password=HUSH ISCSI_PARAM=a.b=c", NULL) == PLAN_OK, "a plan with secrets");
	out_init(&o, text, sizeof(text));
	plan_json(&p, false, &o);
	ok(!strstr(text, "HUSH") && strstr(text, "\"password\":\"set\""), "JSON without them");
	ok(strstr(text, "\"x.password=set\",\"a.b=c\""), "nor those of iscsistart");
	out_init(&o, text, sizeof(text));
	plan_text(&p, false, &o);
	ok(!strstr(text, "HUSH") && strstr(text, "password=set\n"), "lines without them");
	out_init(&o, text, sizeof(text));
	plan_text(&p, true, &o);
	ok(strstr(text, "password=HUSHHUSHHUSH\n") && strstr(text, "param=x.password=HUSH\n"),
	   "with them, where that is wanted");
}

int main(void)
{
	test_largest();
	test_secrets();
	return done_testing();
}
