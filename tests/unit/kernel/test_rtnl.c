// SPDX-License-Identifier: GPL-2.0-or-later
/* The requests, and the kernel's answers to them, over a socket pair. tests/net has the kernel itself. */
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/rtnl.h"
#include "tap.h"

static struct rtnl nl;
static int kernel, events;		/* the other ends */
static uint32_t words[256];		/* the last request */

static void open_pair(void)
{
	int a[2], b[2];

	/* which keeps datagrams apart and, unlike SOCK_DGRAM, ignores sendto(2)'s address */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, a) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, b))
		return;
	nl = (struct rtnl){ a[0], b[0], 0 };
	kernel = a[1];
	events = b[1];
}

static void close_pair(void)
{
	rtnl_close(&nl);
	close(kernel);
	close(events);
}

static void put(int fd, struct nlreq *q, uint32_t seq)
{
	if (!nlmsg_end(q, seq) || send(fd, q->words, q->len, 0) < 0)
		printf("# cannot send\n");
}

/* An acknowledgement, or the end of a dump. */
static void put_result(uint16_t type, uint16_t flags, uint32_t seq, int err)
{
	struct nlmsgerr e = { .error = err };
	struct nlreq q;

	nlmsg_begin(&q, type, flags, &e, type == NLMSG_DONE ? sizeof(int) : sizeof(e));
	put(kernel, &q, seq);
}

static void put_link(int fd, uint32_t seq, int index, const char *name, unsigned link_flags)
{
	struct ifinfomsg info = { .ifi_index = index, .ifi_flags = link_flags };
	struct nlreq q;

	nlmsg_begin(&q, RTM_NEWLINK, NLM_F_MULTI, &info, sizeof(info));
	nlmsg_attr(&q, IFLA_IFNAME, name, strlen(name) + 1);
	put(fd, &q, seq);
}

/* The oldest request that was not taken yet; its type is 0 where there is none. */
static struct nlmsg take(void)
{
	ssize_t n = recv(kernel, words, sizeof(words), 0);
	struct span rest = { (const char *)words, n > 0 ? n : 0 };
	struct nlmsg m = { 0 };

	nlmsg_next(&rest, &m);
	return m;
}

static void test_results(void)
{
	static const int errors[] = { 0, -EPERM, -ENODEV };
	unsigned i;

	open_pair();
	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		put_result(NLMSG_ERROR, 0, nl.seq, -EINVAL);	/* of an earlier request */
		put_result(NLMSG_ERROR, 0, nl.seq + 1, errors[i]);
		is_int(rtnl_link_up(&nl, 7, true), errors[i], "the kernel's result");
	}
	is_int(rtnl_link_up(&nl, 7, true), -EAGAIN, "no answer");
	close(kernel);
	ok(rtnl_link_up(&nl, 7, true) < 0, "the socket is closed");
	close_pair();
}

/* Is its first attribute this one? */
static bool has_attr(const struct nlmsg *m, uint16_t type, const void *value, size_t n)
{
	const char *at = m->body.p + sizeof(struct ifinfomsg);
	struct rtattr a;

	if (m->body.n < sizeof(struct ifinfomsg) + sizeof(a) + n)
		return false;
	memcpy(&a, at, sizeof(a));
	return a.rta_type == type && a.rta_len == sizeof(a) + n && !memcmp(at + sizeof(a), value, n);
}

static void test_link_requests(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 9 };
	static const uint32_t mtu = 9000;
	struct nlmsg_link l;
	struct ifinfomsg info;
	struct nlmsg m;

	open_pair();
	rtnl_link_up(&nl, 7, true);
	m = take();
	memcpy(&info, m.body.p, sizeof(info));
	ok(m.type == RTM_NEWLINK && m.flags == (NLM_F_REQUEST | NLM_F_ACK) && m.seq == 1 &&
	   info.ifi_index == 7 && info.ifi_flags == IFF_UP && info.ifi_change == IFF_UP, "up");
	rtnl_link_up(&nl, 7, false);
	m = take();
	memcpy(&info, m.body.p, sizeof(info));
	ok(m.seq == 2 && !info.ifi_flags && info.ifi_change == IFF_UP, "down");
	rtnl_link_rename(&nl, 7, "ens3");
	m = take();
	ok(nlmsg_read_link(&m, &l) && !strcmp(l.name, "ens3") && l.index == 7, "rename");
	rtnl_link_mtu(&nl, 7, 9000);
	m = take();
	ok(has_attr(&m, IFLA_MTU, &mtu, sizeof(mtu)), "mtu");
	rtnl_link_mac(&nl, 7, mac);
	m = take();
	ok(has_attr(&m, IFLA_ADDRESS, mac, sizeof(mac)), "hardware address");
	close_pair();
}

static struct addr ip(const char *text)
{
	struct addr a = { 0 };

	scan_addr(span_of(text), &a);
	return a;
}

static void test_address(void)
{
	static const struct addr none;
	struct addr a = ip("192.0.2.10"), a6 = ip("2001:db8::10"), peer = ip("198.51.100.8");
	struct ifaddrmsg info;
	struct nlmsg_addr got;
	struct nlmsg m;

	open_pair();
	put_result(NLMSG_ERROR, 0, 1, -EEXIST);
	is_int(rtnl_addr_add(&nl, 7, &a, 24, &none), 0, "an address that exists is no failure");
	m = take();
	ok(m.flags == (NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL) &&
	   nlmsg_read_addr(&m, &got) && got.index == 7 && got.prefix == 24 && addr_eq(&got.addr, &a),
	   "the address");
	ok(m.body.n > 4 && !memcmp(m.body.p + m.body.n - 4, "\xc0\x00\x02\xff", 4), "its broadcast address");
	rtnl_addr_add(&nl, 7, &a6, 64, &none);
	m = take();
	memcpy(&info, m.body.p, sizeof(info));
	ok(info.ifa_family == AF_INET6 && info.ifa_flags == IFA_F_NODAD && info.ifa_prefixlen == 64,
	   "IPv6: without duplicate address detection");
	rtnl_addr_add(&nl, 7, &a, 24, &peer);
	m = take();
	memcpy(&info, m.body.p, sizeof(info));
	ok(info.ifa_prefixlen == 32 && nlmsg_read_addr(&m, &got) && addr_eq(&got.addr, &a), "with a peer");
	close_pair();
}

static void test_route(void)
{
	static const struct {
		const char *name, *to, *via;
		uint8_t prefix;
		unsigned how;
		uint16_t type, flags;
	} rows[] = {
		{ "before others", "198.51.100.0", "192.0.2.1", 24, 0, RTM_NEWROUTE, 0 },
		{ "behind others", "198.51.100.0", "192.0.2.1", 24, ROUTE_LAST, RTM_NEWROUTE, NLM_F_APPEND },
		{ "default", "0.0.0.0", "192.0.2.1", 0, 0, RTM_NEWROUTE, 0 },
		{ "IPv6 is never appended", "2001:db8:1::", "2001:db8::1", 48, ROUTE_LAST, RTM_NEWROUTE,
		  NLM_F_EXCL },
		{ "deleted", "198.51.100.0", "192.0.2.1", 24, ROUTE_DELETE, RTM_DELROUTE, 0 },
	};
	unsigned i;

	open_pair();
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct route rt = { .to = ip(rows[i].to), .via = ip(rows[i].via), .prefix = rows[i].prefix };
		struct nlmsg_route r;
		struct nlmsg m;

		put_result(NLMSG_ERROR, 0, nl.seq + 1, -EEXIST);
		is_int(rtnl_route(&nl, 7, &rt, rows[i].how), 0, "a route that exists is no failure");
		m = take();
		ok(m.type == rows[i].type && (m.flags & (NLM_F_APPEND | NLM_F_EXCL)) == rows[i].flags,
		   "%s: the request", rows[i].name);
		m.type = RTM_NEWROUTE;
		ok(nlmsg_read_route(&m, &r) && r.index == 7 && r.table == RT_TABLE_MAIN &&
		   r.prefix == rt.prefix && addr_eq(&r.to, &rt.to) && addr_eq(&r.via, &rt.via),
		   "%s: the route", rows[i].name);
	}
	close_pair();
}

static void count(void *arg, const struct nlmsg_link *l)
{
	(void)l;
	++*(int *)arg;
}

static void test_dump(void)
{
	int n = 0;

	open_pair();
	put_link(kernel, 1, 2, "eth0", IFF_UP);
	put_link(kernel, 1, 3, "eth1", 0);
	put_result(NLMSG_DONE, NLM_F_MULTI, 1, 0);
	ok(!rtnl_links(&nl, count, &n) && n == 2, "all links");
	ok(take().flags == (NLM_F_REQUEST | NLM_F_DUMP), "one dump");
	ok(!take().type, "and no other request");

	put_link(kernel, 2, 2, "eth0", IFF_UP);
	put_result(NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, 2, 0);
	put_result(NLMSG_ERROR, 0, 3, -EBUSY);
	put_link(kernel, 4, 2, "eth0", IFF_UP);
	put_result(NLMSG_DONE, NLM_F_MULTI, 4, 0);
	n = 0;
	ok(!rtnl_links(&nl, count, &n) && nl.seq == 4, "an inconsistent or busy dump is repeated");
	is_int(rtnl_links(&nl, count, &n), -EAGAIN, "no answer");
	close_pair();
}

static void test_free_name(void)
{
	struct nlmsg_link l;
	struct nlmsg m;

	open_pair();
	put_link(kernel, 1, 5, "ens3", 0);
	put_result(NLMSG_DONE, NLM_F_MULTI, 1, 0);
	put_result(NLMSG_ERROR, 0, 2, 0);
	is_int(rtnl_free_name(&nl, "ens3"), 0, "a name is freed");
	take();
	m = take();
	ok(nlmsg_read_link(&m, &l) && l.index == 5 && !strcmp(l.name, "rename5"), "by a rename");
	put_link(kernel, 3, 5, "ens3", IFF_UP);
	put_result(NLMSG_DONE, NLM_F_MULTI, 3, 0);
	is_int(rtnl_free_name(&nl, "ens3"), -EBUSY, "not of a link that is up");
	close_pair();
}

static void see(void *arg, const struct nlmsg *m)
{
	*(unsigned *)arg += m->type == RTM_NEWLINK;
}

static void test_events(void)
{
	static const char big[40000];
	unsigned n = 0;

	open_pair();
	ok(!rtnl_drain(&nl), "no event");
	put_link(events, 0, 2, "eth0", 0);
	ok(rtnl_drain(&nl) && !rtnl_drain(&nl), "events are drained");
	put_link(events, 0, 2, "eth0", 0);
	put_link(events, 0, 3, "eth1", 0);
	ok(!rtnl_events(&nl, see, &n) && n == 2, "events are passed on");
	n = 0;
	ok(send(events, big, sizeof(big), 0) == sizeof(big), "a datagram that does not fit");
	put_link(events, 0, 2, "eth0", 0);
	ok(rtnl_events(&nl, see, &n) == -ENOBUFS && n == 1, "is told, and the next one is passed on");
	close_pair();
	ok(nl.fd == -1 && nl.events == -1, "closed");
	rtnl_close(&nl);
}

int main(void)
{
	test_results();
	test_link_requests();
	test_address();
	test_route();
	test_dump();
	test_free_name();
	test_events();
	return done_testing();
}
