// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages as a kernel sends them, cut off at every byte, and what is not for us. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "formats/nlmsg.h"
#include "tap.h"

#define AF_V4 2
#define AF_V6 10

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };

static struct span bytes(const struct nlreq *r)
{
	return (struct span){ (const char *)r->words, r->len };
}

/* The messages are built with our own builder, whose bytes test_build() holds to literal ones. */
static void make_link(struct nlreq *r)
{
	struct ifinfomsg info = { .ifi_index = 3, .ifi_type = 1, .ifi_flags = 0x11043 };

	nlmsg_begin(r, RTM_NEWLINK, NLM_F_MULTI, &info, sizeof(info));
	nlmsg_attr(r, IFLA_IFNAME, "eth0", 5);
	nlmsg_attr_u32(r, IFLA_MTU, 1500);
	nlmsg_attr(r, IFLA_ADDRESS, mac, sizeof(mac));
	nlmsg_attr(r, 56, "0000:00:03.0", 13);
	nlmsg_end(r, 42);
}

static void make_addr(struct nlreq *r, const struct addr *local, const struct addr *peer)
{
	struct ifaddrmsg info = { .ifa_family = local->family == 4 ? AF_V4 : AF_V6,
				  .ifa_prefixlen = 24, .ifa_index = 3 };

	nlmsg_begin(r, RTM_NEWADDR, NLM_F_MULTI, &info, sizeof(info));
	if (peer)
		nlmsg_attr_addr(r, IFA_ADDRESS, peer);
	nlmsg_attr_addr(r, peer || local->family == 4 ? IFA_LOCAL : IFA_ADDRESS, local);
	nlmsg_end(r, 42);
}

static void test_build(void)
{
	static const uint8_t want[] = {
		0x2c, 0, 0, 0, 0x10, 0, 5, 0, 7, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
		9, 0, 3, 0, 'e', 't', 'h', '0', 0, 0, 0, 0,
	};
	struct ifinfomsg info = { .ifi_index = 3, .ifi_flags = 1, .ifi_change = 1 };
	struct addr none = { 0 };
	struct nlreq r;
	int i;

	nlmsg_begin(&r, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, &info, sizeof(info));
	nlmsg_attr(&r, IFLA_IFNAME, "eth0", 5);
	nlmsg_attr_addr(&r, IFLA_ADDRESS, &none);
	ok(nlmsg_end(&r, 7) && r.len == sizeof(want) && !memcmp(r.words, want, sizeof(want)),
	   "a request is what the kernel reads, byte for byte");
	for (i = 0; i < 60; i++)
		nlmsg_attr_u32(&r, IFLA_MTU, 1500);
	ok(!nlmsg_end(&r, 7) && r.len <= sizeof(r.words), "one that does not fit is not to be sent");
}

static void test_link(void)
{
	struct nlmsg_link l;
	struct nlreq r;
	struct nlmsg m;
	struct span rest;
	size_t cut, taken = 0;

	make_link(&r);
	rest = bytes(&r);
	ok(nlmsg_next(&rest, &m) && !rest.n && m.seq == 42 && m.flags == NLM_F_MULTI, "one message");
	ok(nlmsg_read_link(&m, &l), "a link is read");
	ok(l.index == 3 && l.type == 1 && l.mtu == 1500 && l.flags == 0x11043, "its numbers");
	is_str(l.name, "eth0", "its name");
	ok(l.has_mac && !memcmp(l.mac, mac, 6), "its hardware address");
	ok(l.has_parent && !l.has_master, "a device behind it, and no master");
	for (cut = 0; cut < r.len; cut++) {
		rest = (struct span){ (const char *)r.words, cut };
		taken += nlmsg_next(&rest, &m);
	}
	is_int(taken, 0, "cut off anywhere it is no message");
	for (cut = 0, taken = 0; cut < r.len - 16; cut++) {
		/* attributes' ends, and the padding behind them, are where less is still whole */
		struct nlmsg part = { .type = RTM_NEWLINK,
				      .body = { (const char *)r.words + 16, cut } };

		taken += nlmsg_read_link(&part, &l);
	}
	is_int(taken, 4 + 1 + 3 + 3, "a body cut off is read only between two attributes");
	m = (struct nlmsg){ .type = RTM_DELLINK, .body = { (const char *)r.words + 16, r.len - 16 } };
	ok(!nlmsg_read_link(&m, &l), "another kind of message is not a link");
}

static void test_bad_link(void)
{
	struct ifinfomsg info = { .ifi_index = 3 };
	struct nlmsg_link l;
	struct nlmsg m;
	struct nlreq r;
	struct span rest;

	nlmsg_begin(&r, RTM_NEWLINK, 0, &info, sizeof(info));
	nlmsg_attr(&r, IFLA_IFNAME, "a-name-of-16-byt", 16);
	nlmsg_end(&r, 1);
	rest = bytes(&r);
	ok(nlmsg_next(&rest, &m) && !nlmsg_read_link(&m, &l), "a name that is too long");
	nlmsg_begin(&r, RTM_NEWLINK, 0, &info, sizeof(info));
	nlmsg_attr(&r, IFLA_ADDRESS, mac, 4);
	nlmsg_end(&r, 1);
	rest = bytes(&r);
	ok(nlmsg_next(&rest, &m) && !nlmsg_read_link(&m, &l), "no name");
	nlmsg_begin(&r, RTM_NEWLINK, 0, &info, sizeof(info));
	nlmsg_attr(&r, IFLA_IFNAME, "ib0", 4);
	nlmsg_attr(&r, IFLA_ADDRESS, "12345678901234567890", 20);
	nlmsg_attr(&r, IFLA_MASTER, "\1\0\0\0", 4);
	nlmsg_end(&r, 1);
	rest = bytes(&r);
	ok(nlmsg_next(&rest, &m) && nlmsg_read_link(&m, &l) && !l.has_mac && l.has_master,
	   "an InfiniBand address is none of ours; a master is seen");
}

static void test_stream(void)
{
	struct span rest;
	struct nlmsg m;
	struct nlreq r;
	char two[1024];
	uint32_t len;

	make_link(&r);
	memcpy(two, r.words, r.len);
	memcpy(two + r.len, r.words, r.len);
	rest = (struct span){ two, 2 * r.len };
	ok(nlmsg_next(&rest, &m) && nlmsg_next(&rest, &m) && !nlmsg_next(&rest, &m) && !rest.n,
	   "two messages in a datagram");
	rest = (struct span){ two, 2 * r.len - 1 };
	ok(nlmsg_next(&rest, &m) && !nlmsg_next(&rest, &m) && rest.n, "the second cut off: told");
	len = 15;
	memcpy(two, &len, sizeof(len));
	rest = (struct span){ two, r.len };
	ok(!nlmsg_next(&rest, &m) && rest.n == r.len, "a length below the header's");
	len = 0xffffffff;
	memcpy(two, &len, sizeof(len));
	ok(!nlmsg_next(&rest, &m) && rest.n == r.len, "a length beyond the datagram");
}

static void test_addr(void)
{
	const struct addr v4 = { 4, { 192, 0, 2, 5 } }, peer = { 4, { 192, 0, 2, 9 } };
	const struct addr v6 = { 6, { 0x20, 1, 0xd, 0xb8, [15] = 5 } };
	struct nlmsg_addr a;
	struct nlmsg m;
	struct nlreq r;
	struct span rest;

	make_addr(&r, &v4, NULL);
	rest = bytes(&r);
	ok(nlmsg_next(&rest, &m) && nlmsg_read_addr(&m, &a) && a.index == 3 && a.prefix == 24 &&
	   !memcmp(&a.addr, &v4, sizeof(v4)), "an IPv4 address");
	make_addr(&r, &v4, &peer);
	rest = bytes(&r);
	ok(nlmsg_next(&rest, &m) && nlmsg_read_addr(&m, &a) && !memcmp(&a.addr, &v4, sizeof(v4)),
	   "of a point-to-point link the local one");
	make_addr(&r, &v6, NULL);
	rest = bytes(&r);
	ok(nlmsg_next(&rest, &m) && nlmsg_read_addr(&m, &a) && !memcmp(&a.addr, &v6, sizeof(v6)),
	   "an IPv6 address");
	m.body.n = 7;
	ok(!nlmsg_read_addr(&m, &a), "cut off in its head");
	m.body.n = 8;
	ok(!nlmsg_read_addr(&m, &a), "without an address");
}

static struct span ended(struct nlreq *r)
{
	nlmsg_end(r, 1);
	return bytes(r);
}

static void test_route(void)
{
	struct rtmsg head = { .rtm_family = 2, .rtm_dst_len = 24, .rtm_table = RT_TABLE_MAIN,
			      .rtm_protocol = RTPROT_BOOT, .rtm_type = RTN_UNICAST };
	const struct addr to = { 4, { 203, 0, 113 } }, via = { 4, { 192, 0, 2, 1 } };
	const struct addr six = { 6, { 0x20, 1, 0xd, 0xb8 } };
	struct nlmsg_route rt;
	struct nlmsg m;
	struct nlreq r;
	struct span rest;

	nlmsg_begin(&r, RTM_NEWROUTE, 0, &head, sizeof(head));
	nlmsg_attr_addr(&r, RTA_DST, &to);
	nlmsg_attr_addr(&r, RTA_GATEWAY, &via);
	nlmsg_attr_u32(&r, RTA_OIF, 3);
	rest = ended(&r);
	ok(nlmsg_next(&rest, &m) && nlmsg_read_route(&m, &rt) && rt.index == 3 && rt.prefix == 24 &&
	   rt.table == RT_TABLE_MAIN && rt.type == RTN_UNICAST && rt.protocol == RTPROT_BOOT &&
	   addr_eq(&rt.to, &to) && addr_eq(&rt.via, &via), "a route");
	nlmsg_attr_u32(&r, RTA_TABLE, 1000);
	rest = ended(&r);
	ok(nlmsg_next(&rest, &m) && nlmsg_read_route(&m, &rt) && rt.table == 1000,
	   "a table whose number does not fit the head");
	nlmsg_attr_addr(&r, RTA_DST, &six);
	rest = ended(&r);
	ok(nlmsg_next(&rest, &m) && !nlmsg_read_route(&m, &rt), "an address of the other family");
	head.rtm_family = 10;
	head.rtm_dst_len = 0;
	nlmsg_begin(&r, RTM_NEWROUTE, 0, &head, sizeof(head));
	nlmsg_attr_u32(&r, RTA_OIF, 3);
	rest = ended(&r);
	ok(nlmsg_next(&rest, &m) && nlmsg_read_route(&m, &rt) && rt.to.family == 6 && !rt.prefix &&
	   !rt.via.family, "a default route of IPv6, on the link");
	m.body.n = 11;
	ok(!nlmsg_read_route(&m, &rt), "cut off in its head");
	head.rtm_dst_len = 129;
	nlmsg_begin(&r, RTM_NEWROUTE, 0, &head, sizeof(head));
	rest = ended(&r);
	ok(nlmsg_next(&rest, &m) && !nlmsg_read_route(&m, &rt), "a length that is none");
	head.rtm_family = 28;
	nlmsg_begin(&r, RTM_NEWROUTE, 0, &head, sizeof(head));
	rest = ended(&r);
	ok(nlmsg_next(&rest, &m) && !nlmsg_read_route(&m, &rt), "another family");
	nlmsg_begin(&r, RTM_DELROUTE, 0, &head, sizeof(head));
	rest = ended(&r);
	ok(nlmsg_next(&rest, &m) && !nlmsg_read_route(&m, &rt), "another message");
}

static void test_error(void)
{
	struct nlmsg m = { .type = NLMSG_ERROR, .body = { "\xef\xff\xff\xff", 4 } };
	int err = 1;

	ok(nlmsg_read_error(&m, &err) && err == -17, "an error");
	m.body.p = "\0\0\0\0";
	ok(nlmsg_read_error(&m, &err) && !err, "an acknowledgement");
	m.body.n = 3;
	ok(!nlmsg_read_error(&m, &err), "an error cut off");
	m.type = NLMSG_DONE;
	ok(nlmsg_read_error(&m, &err) && !err, "the end of a dump");
	m.type = RTM_NEWLINK;
	ok(!nlmsg_read_error(&m, &err), "a link is no error");
}

int main(void)
{
	test_build();
	test_link();
	test_bad_link();
	test_stream();
	test_addr();
	test_route();
	test_error();
	return done_testing();
}
