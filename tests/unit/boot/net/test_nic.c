// SPDX-License-Identifier: GPL-2.0-or-later
/* One NIC from found to up: what it asks of the kernel, in which order, and what it waits for. */
#include "boot/net/nic.h"
#include "fake_dhcp.h"

static struct plan plan;
static struct rtnl nl;
static struct routes routes;
static struct nic nic;
static struct wait w;
static struct nic_others alone;

/* A NIC for the plan's first network, which is empty but for its method. */
static struct plan_net *begin(enum net_method method, bool carrier)
{
	static const bool first[NETS_MAX] = { true };
	struct nlmsg_link *l;

	memset(&plan, 0, sizeof(plan));
	memset(&stored, 0, sizeof(stored));
	memset(&has_addr, 0, sizeof(has_addr));
	n_links = 0;
	refuse("", 0, 0);
	asked[0] = shown[0] = '\0';
	malformed = "";
	dhcp_start_error = write_error = 0;
	dhcp_ended = dhcp_good = false;
	plan.n_nets = 1;
	plan.nets[0].method = method;
	strcpy(plan.nets[0].device, "eth0");
	l = add_link("eth0", carrier);
	routes_init(&routes, &plan, &nl);
	nic_init(&nic, &plan, &nl, &routes, 0);
	nic.link = (struct link){ .index = l->index, .name = "eth0", .mac = { 2, 0, 0, 0, 0, 2 },
				  .flags = l->flags, .mtu = l->mtu, .usable = true };
	nic_bind(&nic, first);
	return &plan.nets[0];
}

static enum nic_event step(void)
{
	wait_begin(&w, SYS_FOREVER);
	return nic_step(&nic, &alone, &w);
}

static struct plan_net *begin_static(void)
{
	struct plan_net *c = begin(NET_STATIC, true);

	c->address = ip("192.0.2.5");
	c->prefix = 24;
	c->gateway = ip("192.0.2.1");
	return c;
}

static void test_bind(void)
{
	static const bool none[NETS_MAX], two[NETS_MAX] = { true, true }, last[NETS_MAX] = {
		[NETS_MAX - 1] = true };

	begin(NET_OFF, true);
	ok(nic.state == NIC_LEFT && !nic.cfg, "ip=...:off: it is left alone");
	plan.nets[1] = (struct plan_net){ .method = NET_STATIC, .hostname = "web1" };
	nic_bind(&nic, two);
	ok(nic.state == NIC_IDLE && nic.cfg == &plan.nets[1] && !nic.wants_dhcp, "one of two is off");
	is_str(nic.hostname, "web1", "the name of the other");
	plan.nets[0].method = NET_DHCP;
	nic_bind(&nic, two);
	ok(nic.cfg == &plan.nets[0] && nic.wants_dhcp, "DHCP and an address");
	plan.nets[NETS_MAX - 1].method = NET_DHCP;
	nic_bind(&nic, last);
	ok(nic.cfg == &plan.nets[NETS_MAX - 1], "the last network that a plan can have");
	nic_bind(&nic, NULL);
	ok(nic.state == NIC_IDLE && !nic.cfg && !memcmp(nic.nets, none, sizeof(none)), "none at all");
}

static void test_static(void)
{
	struct plan_net *c = begin_static();

	is_int(step(), NIC_CAME_UP, "an address: up in one step");
	is_str(taken(asked), "up 2\naddr 2 192.0.2.5/24\nroute 2 0.0.0.0/0 via 192.0.2.1\nwrite eth0\n",
	       "link, address, route, file");
	ok(nic.state == NIC_UP && routes.has_default[0], "its default route counts");
	is_str(taken(shown), "", "nothing is reported of itself");
	nic_report_up(&nic);
	is_str(taken(shown), "0 eth0: 192.0.2.5/24, gateway 192.0.2.1, static\n", "that it is up");
	is_int(step(), NIC_NOTHING, "once");
	is_str(taken(asked), "", "with nothing done twice");
	c = begin_static();
	c->gateway.family = 0;
	step();
	ok(!strstr(taken(asked), "route") && !routes.has_default[0], "without a gateway");
	begin_static();
	write_error = -EROFS;
	is_int(step(), NIC_CAME_UP, "a file that cannot be written does not stop it");
	is_str(taken(shown), "71 eth0: /run/net-*.conf cannot be written: Read-only file system (check "
	       "that /run is mounted and not full)\n", "and is reported");
	is_int(nic.cause.code, 0, "but is no cause");
}

static void test_link(void)
{
	struct plan_net *c = begin_static();

	c->has_mac = c->set_mac = true;
	strcpy(c->device, "boot");
	memcpy(c->new_mac, "\2\0\0\0\0\x77", 6);
	c->mtu = 9000;
	nic.link.flags |= IFF_UP;
	refuse("rename", -EEXIST, 1);
	step();
	is_str(taken(asked), "down 2\nrename 2 boot\nfree boot\nrename 2 boot\nmac 2 77\nmtu 2 9000\nup 2\n"
	       "addr 2 192.0.2.5/24\nroute 2 0.0.0.0/0 via 192.0.2.1\nwrite boot\n",
	       "name, hardware address and MTU before it is up; a name in use is freed");
	is_str(nic.link.name, "boot", "its new name is used");
	c = begin_static();
	c->has_mac = true;
	strcpy(c->device, "boot");
	refuse("rename", -EBUSY, 1);
	is_int(step(), NIC_CAME_UP, "a name that is refused");
	is_str(taken(shown), "71 eth0: cannot be renamed: Device or resource busy (check ifname=)\n",
	       "is reported");
	c = begin_static();
	c->set_mac = true;
	refuse("mac", -EBUSY, 1);
	step();
	ok(strstr(taken(asked), "mac 2 00\ndown 2\nmac 2 00\n"), "an address that needs the link down");
	is_str(taken(shown), "", "with no message");
	c = begin_static();
	c->set_mac = true;
	c->mtu = 65535;
	refuse("m", -EINVAL, 2);
	step();
	is_str(taken(shown), "0 eth0: hardware address of ip= refused, the device keeps its own (check ip=)\n"
	       "0 eth0: MTU 65535 refused, MTU stays 1500 (check ip=)\n", "both refused: it goes on");
}

static void test_refused(void)
{
	struct plan_net *c = begin_static();
	int64_t now = sys_now();

	refuse("addr", -EADDRNOTAVAIL, 2);
	is_int(step(), NIC_NOTHING, "an address that is refused");
	ok(nic.state == NIC_BACKOFF && nic.retry_at >= now + 187500 && nic.retry_at <= sys_now() + 312500,
	   "is tried again a quarter of a second later, a quarter of that more or less");
	ok(w.until == nic.retry_at, "and waited for");
	is_int(strncmp(taken(shown), "71 eth0: address 192.0.2.5/24 cannot be added: ", 47), 0, "and reported");
	nic.retry_at = 0;
	now = sys_now();
	step();
	ok(nic.retry_at >= now + 375000, "then half a second later");
	is_str(taken(shown), "", "reported once");
	nic.retry_at = 0;
	is_int(step(), NIC_CAME_UP, "and then it is up");
	begin_static();
	refuse("route", -EINVAL, 1);
	step();
	is_int(strncmp(taken(shown), "71 eth0: gateway 192.0.2.1 cannot be added: ", 44), 0,
	       "a gateway that is refused");
	begin_static();
	refuse("addr", -EACCES, 1);
	step();
	is_str(taken(shown), "71 eth0: address 192.0.2.5/24 cannot be added: Permission denied (check ip=)\n",
	       "an error that means something else of IPv6");
	c = begin_static();
	c->address = ip("2001:db8::5");
	refuse("addr", -EACCES, 1);
	step();
	is_str(taken(shown), "71 eth0: address 2001:db8::5/24 cannot be added: Permission denied (IPv6 is "
	       "disabled: check ipv6.disable= on the kernel command line)\n", "IPv6 that is disabled");
	begin_static();
	refuse("up", -EIO, 1);
	step();
	is_str(taken(shown), "71 eth0: cannot be brought up: Input/output error\n", "a link that is refused");
	is_int(nic.state, NIC_BACKOFF, "is tried again");
	nic.retry_at = 0;
	is_int(step(), NIC_CAME_UP, "from the start");
}

static void test_carrier(void)
{
	begin(NET_DHCP, false);
	is_int(step(), NIC_NOTHING, "no carrier");
	ok(nic.state == NIC_WAIT_CARRIER && w.until == nic.since + 1000000, "it waits a second");
	ok(!nic_busy(&nic), "and is not busy");
	nic.since -= 1000000;
	step();
	is_str(taken(shown), "66 eth0: no carrier (check its cable, switch port or the host's bridge)\n",
	       "then that is reported");
	notes = 0;
	step();
	ok(!*taken(shown) && !notes, "once, and noted once: every event of a link comes here");
	is_str(taken(asked), "up 2\n", "nothing was sent");
	nic.link.flags |= IFF_LOWER_UP;
	ok(!nic_carrier(&nic), "carrier without IFF_RUNNING: not yet");
	nic.link.flags |= IFF_RUNNING;
	ok(nic_carrier(&nic) && nic_busy(&nic), "now it can send");
	step();
	is_str(taken(asked), "remove eth0\nipconfig eth0 '' 0\n", "DHCP begins");
	begin(NET_DHCP, false);
	strcpy(plan.nets[0].device, "*");
	step();
	nic.since -= 1000000;
	alone.up = true;
	step();
	is_str(taken(shown), "", "of any NIC it is not reported where another one is up");
	alone.up = false;
	begin_static();
	links[0].flags = nic.link.flags = IFF_LOWER_UP;
	is_int(step(), NIC_CAME_UP, "a static address does not wait for IFF_RUNNING");
	begin_static();
	alone.taken[0] = true;
	is_int(step(), NIC_NOTHING, "the address that another NIC has");
	is_int(nic.state, NIC_LEFT, "is not given to it");
	is_str(taken(asked), "up 2\n", "nothing is added");
	alone.taken[0] = false;
}

static void test_dhcp(void)
{
	begin(NET_DHCP, true);
	is_int(step(), NIC_NOTHING, "DHCP");
	ok(nic.state == NIC_DHCP && nic_busy(&nic) && w.n == 1, "runs, and is waited for");
	dhcp_ended = true;
	is_int(step(), NIC_NOTHING, "no lease");
	is_str(taken(shown), "69 eth0: no answer from a DHCP server (start one on this network, or give an "
	       "address in ip=)\n", "is reported");
	ok(nic.state == NIC_BACKOFF && nic.tries == 1 && w.until == nic.retry_at, "and tried again");
	dhcp_ended = false;
	nic.retry_at = 0;
	taken(asked);
	step();
	is_str(taken(asked), "remove eth0\nipconfig eth0 '' 1\n", "with a longer wait");
	dhcp_ended = true;
	store_lease();
	step();
	is_int(nic.state, NIC_BACKOFF, "a lease of a client that failed does not count");
	nic.retry_at = 0;
	stored.address.family = 0;
	dhcp_ended = false;
	step();
	store_lease();
	dhcp_ended = dhcp_good = true;
	taken(asked);
	is_int(step(), NIC_CAME_UP, "a lease");
	is_str(taken(asked), "route 2 0.0.0.0/0 via 192.0.2.1\nwrite eth0 dhcp\n", "its gateway, its file");
	taken(shown);
	nic_report_up(&nic);
	is_str(taken(shown), "0 eth0: 192.0.2.50/24, gateway 192.0.2.1, by DHCP\n", "that it is up");

	begin(NET_DHCP, true)->mtu = 1400;
	store_lease();
	malformed = "HOSTNAME";
	stored.n_routes = 2;
	stored.routes[0] = (struct route){ .to = ip("10.0.0.0"), .prefix = 8, .via = ip("192.0.2.9") };
	stored.routes[1] = (struct route){ .to = ip("192.0.2.9"), .prefix = 32 };
	is_int(step(), NIC_CAME_UP, "a lease of an earlier run is kept");
	is_str(taken(asked), "mtu 2 1400\nup 2\nmtu 2 1400\nroute 2 192.0.2.9/32 via \n"
	       "route 2 10.0.0.0/8 via 192.0.2.9\nwrite eth0 dhcp\n",
	       "with option 121 that gateway does not count, and routes on the link go first");
	is_str(taken(shown), "0 eth0: HOSTNAME of the DHCP answer is malformed, ignored (check the DHCP "
	       "server)\n", "what is malformed is reported");

	begin(NET_DHCP, true);
	store_lease();
	stored.routes_cut = true;
	is_int(step(), NIC_CAME_UP, "a lease with too many routes");
	is_str(taken(shown), "0 eth0: more than 51 routes in the DHCP answer, the others are not set (shorten option "
	       "121)\n", "is reported");

	begin(NET_DHCP, true);
	store_lease();
	has_addr = ip("192.0.2.51");
	is_int(step(), NIC_NOTHING, "not one whose address the link has not");
}

static void test_client(void)
{
	begin(NET_DHCP, true);
	dhcp_start_error = -ENOENT;
	is_int(step(), NIC_NO_CLIENT, "no DHCP client: an event");
	is_str(taken(shown), "71 eth0: ipconfig, the DHCP client, is not in the image (install klibc-utils "
	       "and run update-initramfs -u)\n", "and what to do");
	is_int(nic.state, NIC_BACKOFF, "it is tried again all the same");
	begin(NET_DHCP, true);
	dhcp_start_error = -EACCES;
	is_int(step(), NIC_NOTHING, "one that cannot be started");
	is_str(taken(shown), "71 eth0: ipconfig cannot be started: Permission denied\n",
	       "has nothing to do with IPv6");
}

static void test_stop(void)
{
	begin(NET_DHCP, true);
	is_int(nic_stop(&nic), NIC_NOTHING, "nothing to stop");
	is_str(taken(asked), "", "nothing is done");
	step();
	taken(asked);
	is_int(nic_stop(&nic), NIC_NOTHING, "a client without a lease");
	is_str(taken(asked), "ipconfig stop\nremove eth0\n", "is ended");
	begin(NET_DHCP, true);
	step();
	taken(asked);
	store_lease();
	is_int(nic_stop(&nic), NIC_CAME_UP, "a lease that was not seen yet");
	is_str(taken(asked), "ipconfig stop\nroute 2 0.0.0.0/0 via 192.0.2.1\nwrite eth0 dhcp\n", "counts");
}

int main(void)
{
	test_bind();
	test_static();
	test_link();
	test_refused();
	test_carrier();
	test_dhcp();
	test_client();
	test_stop();
	return done_testing();
}
