// SPDX-License-Identifier: GPL-2.0-or-later
/* All NICs together: which there are, which is first, and when the network is up. */
#include <unistd.h>

#include "boot/net/net.h"
#include "fake_dhcp.h"

static struct plan plan;
static struct net n;
static struct wait w;
static char hostname[HOSTNAME_MAX + 1];

/* The machine's own name stays as it is. */
int sethostname(const char *name, size_t len)
{
	snprintf(hostname, sizeof(hostname), "%.*s", (int)len, name);
	return 0;
}

static void begin(void)
{
	n_links = 0;
	memset(&plan, 0, sizeof(plan));
	memset(&stored, 0, sizeof(stored));
	dhcp_ended = dhcp_good = false;
	dhcp_start_error = 0;
	refuse("", 0, 0);
}

static struct plan_net *add_net(const char *device, enum net_method method)
{
	struct plan_net *c = &plan.nets[plan.n_nets++];

	memset(c, 0, sizeof(*c));
	strcpy(c->device, device);
	c->method = method;
	if (method == NET_STATIC) {
		c->address = ip("192.0.2.5");
		c->prefix = 24;
	}
	return c;
}

static void init(void)
{
	net_init(&n, &plan);
	/* this machine may have a udev, which knows nothing of our links */
	if (n.udev_fd >= 0)
		close(n.udev_fd);
	n.udev_fd = -1;
	asked[0] = shown[0] = '\0';
}

static enum progress step(void)
{
	wait_begin(&w, SYS_FOREVER);
	return net_step(&n, &w);
}

static void test_up(void)
{
	begin();
	add_net("eth0", NET_STATIC)->gateway = ip("192.0.2.1");
	strcpy(plan.nets[0].hostname, "web1");
	plan.n_routes = 1;
	plan.routes[0] = (struct route){ .to = ip("10.0.0.0"), .prefix = 8, .via = ip("192.0.2.9") };
	add_link("eth0", true);
	add_link("eth1", true);
	init();
	is_int(step(), READY, "one of two links is asked for, and up in one step");
	is_str(taken(asked), "up 2\naddr 2 192.0.2.5/24\nroute 2 0.0.0.0/0 via 192.0.2.1\nwrite eth0\n"
	       "route 0 10.0.0.0/8 via 192.0.2.9\n", "rd.route= after its own routes");
	is_str(taken(shown), "0 eth0: 192.0.2.5/24, gateway 192.0.2.1, static\n", "that it is up");
	is_str(hostname, "web1", "hostname of ip=");
	is_int(net_up(&n), 1, "one is up");
	ok(n.n_nics == 1 && w.n == 1, "the other link is none of ours");
	net_close(&n);
	is_int(n.fd, -1, "closed");
	net_close(&n);
}

static void test_missing(void)
{
	begin();
	add_net("eth7", NET_DHCP);
	add_link("eth0", true);
	init();
	is_int(step(), GOES_ON, "no such interface");
	ok(w.until <= n.began + 1000000 && !*shown, "which is not reported in the first second");
	n.began -= 1000000;
	step();
	is_str(taken(shown), "66 eth7: no such network interface (there are: eth0; name one in ip=)\n",
	       "then it is");
	is_int(n.cause.code, CODE_NO_DEVICE, "and is the cause");
	step();
	is_str(taken(shown), "", "once");
	n_links = 0;
	begin();
	add_net("*", NET_DHCP);
	init();
	n.began -= 1000000;
	step();
	is_str(taken(shown), "66 any: no usable network interface (check that its driver is in the image)\n",
	       "no interface at all");
	begin();
	add_net("boot", NET_DHCP)->has_mac = true;
	init();
	n.began -= 1000000;
	step();
	is_str(taken(shown), "66 00:00:00:00:00:00: no such network interface (there is none: check that its "
	       "driver is in the image)\n", "one by its hardware address");
	begin();
	add_net("eth0", NET_OFF);
	init();
	is_int(step(), READY, "one that is off need not be there");
}

static void test_ceiling(void)
{
	char name[DEVNAME_MAX + 1], want[192];
	unsigned i;

	begin();
	add_net("*", NET_DHCP);
	for (i = 0; i < NICS_MAX + 2; i++) {
		snprintf(name, sizeof(name), "eth%u", i);
		add_link(name, true);
	}
	init();
	step();
	step();
	snprintf(want, sizeof(want), "0 eth%u: ignored, as are all after it: there are more than %u network "
		 "interfaces for ip= (name those of the boot in ip=)\n", NICS_MAX, NICS_MAX);
	is_str(taken(shown), want, "NICs beyond the ceiling are reported in one line");
	is_int(n.n_nics, NICS_MAX, "those up to it are used");
	ok(n.nics[NICS_MAX - 1].state == NIC_DHCP, "also the last");
	is_int(w.n, NICS_MAX + 1, "and each is waited for");
	dhcp_ended = dhcp_good = true;
	store_lease();
	is_int(step(), READY, "with a lease each");
	is_int(net_up(&n), NICS_MAX, "all of them are up");
	ok(n.nics[NICS_MAX - 1].lease.address.family, "the last one's is kept");
	net_close(&n);
}

static void test_any_static(void)
{
	begin();
	add_net("*", NET_STATIC);
	add_link("eth0", false);
	add_link("eth1", true);
	add_link("eth2", true);
	init();
	is_int(step(), READY, "an address without a device");
	ok(n.nics[0].state == NIC_WAIT_CARRIER && n.nics[1].state == NIC_UP && n.nics[2].state == NIC_LEFT,
	   "goes to the first NIC with a carrier");
	net_close(&n);
}

/* ip=dhcp ip=[2001:db8::5]/64: every NIC asks for a lease, and one gets the address. */
static void test_any_both(void)
{
	begin();
	add_net("*", NET_DHCP);
	add_net("*", NET_STATIC);
	add_link("eth0", false);
	add_link("eth1", true);
	add_link("eth2", true);
	init();
	step();
	ok(n.nics[1].state == NIC_DHCP && n.nics[2].state == NIC_DHCP, "a lease and an address without a device");
	ok(n.nics[1].nets[1] && !n.nics[2].nets[1], "the address goes to one NIC, the first with a carrier");
	ok(n.nics[1].nets[0] && n.nics[2].nets[0], "and leases are asked for on both");
	net_close(&n);
}

static void test_changes(void)
{
	begin();
	add_net("*", NET_DHCP);
	add_link("eth0", true);
	add_link("eth1", false);
	init();
	step();
	ok(n.nics[0].state == NIC_DHCP && n.nics[1].state == NIC_WAIT_CARRIER, "one has a carrier");
	ok(net_may_grow(&n, &w), "the other may get one");
	dhcp_ended = dhcp_good = true;
	store_lease();
	snprintf(stored.hostname, sizeof(stored.hostname), "leased");
	is_int(step(), READY, "every NIC with a carrier is up");
	is_str(hostname, "leased", "hostname of the lease");
	ok(n.routes.has_default[0], "its default route counts");
	n.nics[1].since -= 10000000;
	ok(!net_may_grow(&n, &w), "after ten seconds the other one is not waited for");
	links[0].index = 0;
	links[1].flags |= IFF_LOWER_UP | IFF_RUNNING;
	changed = true;
	dhcp_ended = false;
	stored.address.family = 0;
	taken(asked);
	is_int(step(), GOES_ON, "one goes away, the other gets a carrier");
	ok(!n.nics[0].link.index && !n.routes.has_default[0], "its entry is free, its route does not count");
	is_str(taken(asked), "remove eth1\nipconfig eth1 '' 0\n", "DHCP on the other");
	is_int(net_up(&n), 0, "nothing is up");
	links[0].index = 9;
	changed = true;
	step();
	ok(n.nics[0].link.index == 9 && n.n_nics == 2, "one that comes takes the free entry");
	net_close(&n);
}

static void test_hopeless(void)
{
	begin();
	add_net("eth0", NET_DHCP);
	add_net("eth1", NET_STATIC);
	add_link("eth0", true);
	add_link("eth1", false);
	dhcp_start_error = -ENOENT;
	init();
	is_int(step(), FAILED, "no DHCP client, and nothing is up");
	is_int(n.cause.code, CODE_SYSTEM, "why");
	links[1].flags |= IFF_LOWER_UP | IFF_RUNNING;
	changed = true;
	is_int(step(), GOES_ON, "with another interface up it goes on");
	net_close(&n);
}

static void test_close(void)
{
	begin();
	add_net("eth0", NET_DHCP);
	add_link("eth0", true);
	init();
	step();
	store_lease();
	taken(shown);
	net_close(&n);
	is_str(taken(shown), "0 eth0: 192.0.2.50/24, gateway 192.0.2.1, by DHCP\n",
	       "a lease that came unseen is taken at the end");
	is_int(net_up(&n), 1, "and counts");
}

int main(void)
{
	test_up();
	test_missing();
	test_ceiling();
	test_any_static();
	test_any_both();
	test_changes();
	test_hopeless();
	test_close();
	return done_testing();
}
