// SPDX-License-Identifier: GPL-2.0-or-later
/* Which default route counts, and where rd.route= leads. */
#include "boot/net/routes.h"
#include "fake_rtnl.h"

static struct plan plan;
static struct rtnl nl;
static struct routes r;
static struct link nics[NICS_MAX];

static void begin(void)
{
	unsigned i;

	for (i = 0; i < NICS_MAX; i++) {
		nics[i].index = (int)i + 2;
		snprintf(nics[i].name, sizeof(nics[i].name), "eth%u", i);
	}
	routes_init(&r, &plan, &nl);
	asked[0] = shown[0] = '\0';
}

/* A route of the NIC of that rank, which has 192.0.2.5/24. */
static int add(unsigned rank, const char *to, uint8_t prefix, const char *via)
{
	struct addr own = ip("192.0.2.5");
	struct routes_nic nic = { rank, &nics[rank], &own, 24 };
	struct route rt = { .to = ip(to), .prefix = prefix, .via = ip(via) };

	return routes_add(&r, &nic, &rt);
}

static void test_ranking(void)
{
	begin();
	ok(!add(1, "0.0.0.0", 0, "192.0.2.1"), "the first default route");
	is_str(taken(asked), "route 3 0.0.0.0/0 via 192.0.2.1\n", "is just added");
	routes_up(&r, 1, true);
	add(0, "0.0.0.0", 0, "192.0.2.1");
	is_str(taken(asked), "route 2 0.0.0.0/0 via 192.0.2.1 delete\nroute 2 0.0.0.0/0 via 192.0.2.1\n",
	       "that of a NIC before it goes before it");
	routes_up(&r, 0, true);
	add(2, "0.0.0.0", 0, "192.0.2.1");
	is_str(taken(asked), "route 4 0.0.0.0/0 via 192.0.2.1 delete\n"
	       "route 4 0.0.0.0/0 via 192.0.2.1 last\n", "that of a NIC after them goes last");
	add(2, "10.0.0.0", 8, "192.0.2.1");
	is_str(taken(asked), "route 4 10.0.0.0/8 via 192.0.2.1\n", "another route has no rank");
	begin();
	routes_up(&r, 0, false);
	add(1, "0.0.0.0", 0, "192.0.2.1");
	is_str(taken(asked), "route 3 0.0.0.0/0 via 192.0.2.1\n", "a NIC without one does not count");
	begin();
	routes_up(&r, 0, true);
	routes_up(&r, 0, false);
	add(NICS_MAX - 1, "0.0.0.0", 0, "192.0.2.1");
	ok(!strstr(taken(asked), "last"), "nor one that is gone");
	routes_up(&r, NICS_MAX - 1, true);
	add(NICS_MAX - 2, "0.0.0.0", 0, "192.0.2.1");
	ok(strstr(taken(asked), "delete"), "the last NIC counts as well");
}

static void test_gateway(void)
{
	begin();
	add(0, "0.0.0.0", 0, "198.51.100.1");
	is_str(taken(asked), "route 2 0.0.0.0/0 via 198.51.100.1 onlink\n", "a gateway outside the prefix");
	is_str(taken(shown), "0 eth0: gateway 198.51.100.1 is outside 192.0.2.5/24: used as on-link "
	       "(check netmask and gateway)\n", "is reported");
	add(0, "10.0.0.0", 8, "");
	is_str(taken(asked), "route 2 10.0.0.0/8 via \n", "no gateway");
	add(0, "::", 0, "fe80::1");
	is_str(taken(asked), "route 2 ::/0 via fe80::1\n", "a link-local one");
	is_str(taken(shown), "", "nothing to report");
	refuse("route", -EINVAL, 1);
	is_int(add(0, "10.0.0.0", 8, "192.0.2.1"), -EINVAL, "what the kernel refuses is returned");
}

static void test_plan(void)
{
	unsigned i;

	memset(&plan, 0, sizeof(plan));
	plan.n_routes = 3;
	plan.routes[0] = (struct route){ .to = ip("10.0.0.0"), .prefix = 8, .via = ip("192.0.2.9") };
	plan.routes[1] = (struct route){ .to = ip("10.1.0.0"), .prefix = 16, .via = ip("192.0.3.9"),
					 .device = "eth1" };
	plan.routes[2] = (struct route){ .to = ip("10.2.0.0"), .prefix = 16 };
	begin();
	refuse("route 0", -ENETUNREACH, 1);
	routes_plan(&r, &nics[0]);
	is_str(taken(asked), "route 0 10.0.0.0/8 via 192.0.2.9\nroute 2 10.2.0.0/16 via \n",
	       "a route without a device, and one without a gateway: over this NIC");
	refuse("route 3 10.1.0.0/16 via 192.0.3.9", -ENETUNREACH, 1);
	routes_plan(&r, &nics[1]);
	is_str(taken(asked), "route 0 10.0.0.0/8 via 192.0.2.9\nroute 3 10.1.0.0/16 via 192.0.3.9\n"
	       "route 3 10.1.0.0/16 via 192.0.3.9 onlink\n",
	       "one that could not be added is tried again, one with a device as on-link");
	routes_plan(&r, &nics[1]);
	routes_report(&r);
	is_str(taken(asked), "", "each is added once");
	is_str(taken(shown), "", "nothing to report");
	begin();
	routes_report(&r);
	routes_report(&r);
	is_str(taken(shown), "0 10.0.0.0/8: route not added: no link leads to its gateway (check rd.route=)\n"
	       "0 10.1.0.0/16: route not added: no link leads to its gateway (check rd.route=)\n"
	       "0 10.2.0.0/16: route not added: no link leads to its gateway (check rd.route=)\n",
	       "those that could not be added are reported, once");
	plan.n_routes = ROUTES_MAX;
	for (i = 0; i < ROUTES_MAX; i++)
		plan.routes[i] = plan.routes[0];
	begin();
	routes_plan(&r, &nics[0]);
	for (i = 0; i < ROUTES_MAX && r.done[i]; i++)
		;
	is_int(i, ROUTES_MAX, "as many routes as a plan can have");
}

int main(void)
{
	test_ranking();
	test_gateway();
	test_plan();
	return done_testing();
}
