// SPDX-License-Identifier: GPL-2.0-or-later
/* The guard against a kernel of our own in place of rtnetlink; tests/net/test_guard has the real one. */
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "keeper/guard.h"
#include "kernel/kmsg.h"
#include "tap.h"

#define MESSAGES_MAX 600

/* What the kernel has, and what it reports as events. */
static struct nlreq has[MESSAGES_MAX], reported[8];
static unsigned n_has, n_reported;
static int open_err, dump_err, events_err;
static unsigned opened, closed, ups, again_addrs, again_routes, again_last, again_replaced;
static int again_index, again_err, up_err;
static struct guard g;

static struct addr ip(const char *text)
{
	struct addr a = { 0 };

	scan_addr(span_of(text), &a);
	return a;
}

static struct nlmsg message(struct nlreq *q)
{
	struct span rest = { (const char *)q->words, q->len };
	struct nlmsg m = { 0 };

	nlmsg_end(q, 1);
	nlmsg_next(&rest, &m);
	return m;
}

static void make_addr(struct nlreq *q, uint16_t type, int index, const char *text, uint8_t flags)
{
	struct ifaddrmsg info = { .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = index,
				  .ifa_flags = flags };
	struct addr a = ip(text);

	nlmsg_begin(q, type, 0, &info, sizeof(info));
	nlmsg_attr_addr(q, IFA_LOCAL, &a);
	nlmsg_attr_addr(q, IFA_ADDRESS, &a);
}

static void make_route(struct nlreq *q, uint16_t type, int index, const char *via, uint8_t table,
		       uint8_t protocol)
{
	struct rtmsg info = { .rtm_family = AF_INET, .rtm_table = table, .rtm_protocol = protocol,
			      .rtm_type = RTN_UNICAST };
	struct addr a = ip(via);

	nlmsg_begin(q, type, 0, &info, sizeof(info));
	nlmsg_attr_addr(q, RTA_GATEWAY, &a);
	nlmsg_attr_u32(q, RTA_OIF, index);
}

int rtnl_open(struct rtnl *r, unsigned groups)
{
	r->fd = r->events = (int)groups;
	opened += !open_err;
	return open_err;
}

void rtnl_close(struct rtnl *r)
{
	r->fd = r->events = -1;
	closed++;
}

int rtnl_dump(struct rtnl *r, uint16_t type, void (*fn)(void *arg, const struct nlmsg *m), void *arg)
{
	unsigned i;

	(void)r;
	for (i = 0; i < n_has; i++) {
		struct nlmsg m = message(&has[i]);

		if (m.type == (type == RTM_GETADDR ? RTM_NEWADDR : RTM_NEWROUTE))
			fn(arg, &m);
	}
	return dump_err;
}

int rtnl_links(struct rtnl *r, void (*fn)(void *arg, const struct nlmsg_link *l), void *arg)
{
	static const struct nlmsg_link links[] = {
		{ .index = 2, .name = "ens3", .has_mac = true, .mac = { 2, 0, 0, 0, 0, 1 } },
		{ .index = 3, .name = "ens4", .has_mac = true, .mac = { 2, 0, 0, 0, 0, 2 } },
	};

	(void)r;
	fn(arg, &links[0]);
	fn(arg, &links[1]);
	return 0;
}

int rtnl_events(struct rtnl *r, void (*fn)(void *arg, const struct nlmsg *m), void *arg)
{
	unsigned i;

	(void)r;
	for (i = 0; i < n_reported; i++) {
		struct nlmsg m = message(&reported[i]);

		fn(arg, &m);
	}
	n_reported = 0;
	return events_err;
}

int rtnl_again(struct rtnl *r, uint16_t type, enum rtnl_place place, struct span body)
{
	struct nlmsg m = { .type = type, .body = body };
	struct nlmsg_route route;
	struct nlmsg_addr a;

	(void)r;
	again_addrs += type == RTM_NEWADDR;
	again_routes += type == RTM_NEWROUTE;
	again_last += place == RTNL_LAST;
	again_replaced += place == RTNL_REPLACE;
	again_index = nlmsg_read_addr(&m, &a) ? a.index : nlmsg_read_route(&m, &route) ? route.index : 0;
	return again_err;
}

int rtnl_link_up(struct rtnl *r, int index, bool up)
{
	(void)r;
	ups += up && index == 2;
	return up_err;
}

/* ens3 carries a session; ens4 does not. */
static void make_machine(void)
{
	n_has = 0;
	make_addr(&has[n_has++], RTM_NEWADDR, 2, "192.0.2.10", IFA_F_PERMANENT);
	make_addr(&has[n_has++], RTM_NEWADDR, 2, "192.0.2.99", 0);
	make_addr(&has[n_has++], RTM_NEWADDR, 3, "198.51.100.7", IFA_F_PERMANENT);
	make_route(&has[n_has++], RTM_NEWROUTE, 2, "192.0.2.1", RT_TABLE_MAIN, RTPROT_BOOT);
	make_route(&has[n_has++], RTM_NEWROUTE, 2, "192.0.2.2", RT_TABLE_MAIN, RTPROT_BOOT);
	make_route(&has[n_has++], RTM_NEWROUTE, 2, "192.0.2.3", RT_TABLE_MAIN, RTPROT_RA);
	make_route(&has[n_has++], RTM_NEWROUTE, 2, "192.0.2.4", 77, RTPROT_BOOT);
	make_route(&has[n_has++], RTM_NEWROUTE, 3, "198.51.100.1", RT_TABLE_MAIN, RTPROT_BOOT);
}

static void test_saved(void)
{
	struct addr local = ip("192.0.2.10");

	ok(!guard_step(&g), "off: nothing is restored");
	make_machine();
	is_int(guard_on(&g, &local, 1), 0, "on");
	ok(g.n_nics == 1 && !strcmp(g.nics[0].name, "ens3"), "the NIC that has the address");
	ok(g.n == 3 && g.saved[0].type == RTM_NEWADDR && g.saved[1].type == RTM_NEWROUTE &&
	   g.saved[2].type == RTM_NEWROUTE, "its permanent address and the routes of the main table");
	ok(!g.saved[1].last && g.saved[2].last, "the preferred route first");
	ok(!guard_step(&g), "without an event nothing is restored");
}

/* A row: an event, and whether the NIC is restored. */
static void test_events(void)
{
	static const struct {
		const char *name;
		char kind;			/* a: address, r: route, l: link */
		uint16_t type;
		int index;
		const char *text;
		unsigned flags;
		bool restored;
	} rows[] = {
		{ "the address is removed", 'a', RTM_DELADDR, 2, "192.0.2.10", IFA_F_PERMANENT, true },
		{ "an address is added", 'a', RTM_NEWADDR, 2, "192.0.2.10", IFA_F_PERMANENT, false },
		{ "one that is not saved", 'a', RTM_DELADDR, 2, "192.0.2.11", IFA_F_PERMANENT, false },
		{ "one of another NIC", 'a', RTM_DELADDR, 3, "198.51.100.7", IFA_F_PERMANENT, false },
		{ "a route is removed", 'r', RTM_DELROUTE, 2, "192.0.2.2", 0, true },
		{ "a route that is not saved", 'r', RTM_DELROUTE, 2, "192.0.2.8", 0, false },
		{ "the link goes down", 'l', RTM_NEWLINK, 2, "", 0, true },
		{ "the link is up", 'l', RTM_NEWLINK, 2, "", IFF_UP, false },
		{ "another link goes down", 'l', RTM_NEWLINK, 3, "", 0, false },
	};
	unsigned i, restored = 0;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ifinfomsg info = { .ifi_index = rows[i].index, .ifi_flags = rows[i].flags };

		if (rows[i].kind == 'a')
			make_addr(&reported[0], rows[i].type, rows[i].index, rows[i].text, rows[i].flags);
		else if (rows[i].kind == 'r')
			make_route(&reported[0], rows[i].type, rows[i].index, rows[i].text, RT_TABLE_MAIN,
				   RTPROT_BOOT);
		else {
			nlmsg_begin(&reported[0], rows[i].type, 0, &info, sizeof(info));
			nlmsg_attr(&reported[0], IFLA_IFNAME, "ens3", 5);
		}
		n_reported = 1;
		ups = again_addrs = again_routes = again_last = 0;
		is_int(guard_step(&g), rows[i].restored, rows[i].name);
		restored += rows[i].restored;
		ok(rows[i].restored ? ups == 1 && again_addrs == 2 && again_routes == 4 && again_last == 2 :
		   !ups && !again_addrs && !again_routes, "the link and, twice, all that is saved");
	}
	is_int(g.nics[0].restored, restored, "counted");
	events_err = -ENOBUFS;
	ok(guard_step(&g), "lost events may have been about any NIC");
	events_err = 0;
	guard_off(&g);
	ok(!g.on && closed == opened && !guard_step(&g), "off");
}

static void test_limits(void)
{
	struct addr local = ip("192.0.2.10");
	unsigned i;

	open_err = -EPERM;
	is_int(guard_on(&g, &local, 1), -EPERM, "no socket");
	open_err = 0;
	dump_err = -EINTR;
	is_int(guard_on(&g, &local, 1), -EINTR, "no dump");
	dump_err = 0;
	ok(!g.on && !g.n_nics && closed == opened, "nothing is protected");
	for (i = n_has; i < GUARD_MAX + 1 && i < MESSAGES_MAX; i++)
		make_route(&has[n_has++], RTM_NEWROUTE, 2, "192.0.2.1", RT_TABLE_MAIN, RTPROT_BOOT);
	is_int(guard_on(&g, &local, 1), 0, "as many as fit");
	for (i = 0; i < 8; i++)
		make_route(&has[n_has++], RTM_NEWROUTE, 2, "192.0.2.1", RT_TABLE_MAIN, RTPROT_BOOT);
	is_int(guard_on(&g, &local, 1), -E2BIG, "one more");
	ok(g.on && g.n > 3 && closed + 1 == opened, "the protection is as it was before");
	guard_off(&g);
	is_int(guard_on(&g, &local, 1), -E2BIG, "there was none");
	ok(!g.on && closed == opened, "nothing is protected");
}

static bool step(void)
{
	n_reported = 1;
	ups = again_addrs = again_routes = again_last = again_replaced = 0;
	return guard_step(&g);
}

static bool replaced_by(const char *via, uint16_t flags)
{
	struct nlmsghdr h;

	make_route(&reported[0], RTM_NEWROUTE, 3, via, RT_TABLE_MAIN, RTPROT_BOOT);
	memcpy(&h, reported[0].words, sizeof(h));
	h.nlmsg_flags = flags;
	memcpy(reported[0].words, &h, sizeof(h));
	return step();
}

/* `ip route replace`: there is no event about the route that goes. */
static void test_replaced(void)
{
	struct addr local = ip("192.0.2.10");

	make_machine();
	guard_on(&g, &local, 1);
	ok(!replaced_by("198.51.100.9", NLM_F_CREATE), "a default route is added beside ours");
	ok(replaced_by("198.51.100.9", NLM_F_CREATE | NLM_F_REPLACE), "one takes the place of ours");
	ok(again_routes == 4 && again_replaced == 1, "which takes it back, once");
	up_err = -ENODEV;
	make_addr(&reported[0], RTM_DELADDR, 2, "192.0.2.10", IFA_F_PERMANENT);
	is_int(step(), false, "the link has disappeared: nothing can be restored");
	ok(!again_addrs && g.nics[0].gone, "and nothing is tried");
	up_err = 0;
	guard_off(&g);
}

static bool link_event(uint16_t type, int index, const char *name, uint8_t mac)
{
	struct ifinfomsg info = { .ifi_index = index };
	uint8_t address[6] = { 2, 0, 0, 0, 0, mac };

	nlmsg_begin(&reported[0], type, 0, &info, sizeof(info));
	nlmsg_attr(&reported[0], IFLA_IFNAME, name, strlen(name) + 1);
	nlmsg_attr(&reported[0], IFLA_ADDRESS, address, sizeof(address));
	return step();
}

static void test_unplugged(void)
{
	struct addr local = ip("192.0.2.10");
	static struct wait w;
	unsigned before;

	make_machine();
	guard_on(&g, &local, 1);
	before = g.nics[0].restored;
	ok(!link_event(RTM_DELLINK, 2, "ens3", 1), "unplugged: nothing is restored");
	ok(!link_event(RTM_NEWLINK, 7, "eth1", 9), "another NIC is plugged in");
	ok(!link_event(RTM_NEWLINK, 8, "eth0", 1), "the same, which has not got its name yet");
	wait_begin(&w, SYS_FOREVER);
	guard_wait(&g, &w);
	ok(w.n == 1 && w.until < SYS_FOREVER, "it is waited for, but not for ever");
	ok(link_event(RTM_NEWLINK, 8, "ens3", 1), "it has got its name");
	ok(again_addrs == 2 && again_routes == 4 && again_index == 8 && g.nics[0].index == 8,
	   "its addresses and routes are restored, on the link that it is now");
	is_int(g.nics[0].restored, before + 1, "which is counted");
	make_addr(&reported[0], RTM_DELADDR, 8, "192.0.2.10", IFA_F_PERMANENT);
	ok(step(), "and protected");
	again_err = -ENETUNREACH;
	make_addr(&reported[0], RTM_DELADDR, 8, "192.0.2.10", IFA_F_PERMANENT);
	ok(!step() && g.nics[0].restored == before + 2, "what fails is not counted");
	again_err = 0;
	guard_off(&g);
}

int main(void)
{
	kmsg_file = "/dev/null";
	test_saved();
	test_events();
	test_limits();
	test_replaced();
	test_unplugged();
	return done_testing();
}
