// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/rtnl.h"

#define RECV_MAX 32768		/* the largest datagram of a dump */
#define READS_MAX 256		/* datagrams read in a row */
#define DUMPS_MAX 8		/* a dump during which links changed is repeated */

static uint32_t recv_words[RECV_MAX / 4];

static int open_socket(unsigned groups)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd, err;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&sa, sizeof(sa)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

void rtnl_close(struct rtnl *r)
{
	if (r->fd >= 0)
		close(r->fd);
	if (r->events >= 0)
		close(r->events);
	r->fd = r->events = -1;
}

int rtnl_open(struct rtnl *r, unsigned groups)
{
	int err;

	r->seq = 0;
	r->fd = -1;
	r->events = open_socket(groups);
	if (r->events < 0)
		return r->events;
	err = open_socket(0);
	if (err < 0) {
		rtnl_close(r);
		return err;
	}
	r->fd = err;
	return 0;
}

/* One datagram from the kernel. Return: its length; -EAGAIN: none; -ENOBUFS: some were lost. */
static ssize_t receive(int fd)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { recv_words, sizeof(recv_words) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov,
			      .msg_iovlen = 1 };
	ssize_t n;

	do
		n = recvmsg(fd, &msg, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -ENOBUFS;
	return from.nl_pid ? 0 : n;
}

bool rtnl_drain(struct rtnl *r)
{
	unsigned reads = 0;

	while (reads < READS_MAX && receive(r->events) != -EAGAIN)
		reads++;
	return reads;
}

int rtnl_events(struct rtnl *r, void (*fn)(void *arg, const struct nlmsg *m), void *arg)
{
	unsigned reads;
	struct span rest;
	struct nlmsg m;
	int err = 0;

	for (reads = 0; reads < READS_MAX; reads++) {
		ssize_t n = receive(r->events);

		if (n == -ENOBUFS)
			err = -ENOBUFS;
		else if (n < 0)
			break;
		rest = (struct span){ (const char *)recv_words, n > 0 ? n : 0 };
		while (nlmsg_next(&rest, &m))
			fn(arg, &m);
	}
	return err;
}

static int send_request(struct rtnl *r, struct nlreq *q)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	ssize_t n;

	if (!nlmsg_end(q, ++r->seq))
		return -EMSGSIZE;
	do
		n = sendto(r->fd, q->words, q->len, 0, (struct sockaddr *)&to, sizeof(to));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/*
 * Read the answer to the last request and pass each message of it to @fn.
 * Return: the error code of the kernel's answer, 0 for success; -EAGAIN if there is no answer;
 * -EINTR if a dump is inconsistent or incomplete.
 */
static int read_answer(struct rtnl *r, void (*fn)(void *arg, const struct nlmsg *m), void *arg)
{
	struct nlmsg m;
	struct span rest;
	unsigned i;
	bool broken = false;
	int err;

	for (i = 0; i < READS_MAX; i++) {
		ssize_t n = receive(r->fd);

		if (n == -ENOBUFS) {
			broken = true;
			continue;
		}
		if (n < 0)
			return broken ? -EINTR : n;
		rest = (struct span){ (const char *)recv_words, n };
		while (nlmsg_next(&rest, &m)) {
			if (m.seq != r->seq)
				continue;
			broken |= !!(m.flags & NLM_F_DUMP_INTR);
			if (nlmsg_read_error(&m, &err))
				return err ? err : broken ? -EINTR : 0;
			if (fn)
				fn(arg, &m);
		}
		broken |= rest.n > 0;
	}
	return -EINTR;
}

static int request(struct rtnl *r, struct nlreq *q)
{
	int err = send_request(r, q);

	return err ? err : read_answer(r, NULL, NULL);
}

int rtnl_dump(struct rtnl *r, uint16_t type, void (*fn)(void *arg, const struct nlmsg *m), void *arg)
{
	struct ifinfomsg any = { 0 };
	struct nlreq q;
	unsigned i;
	int err = 0;

	for (i = 0; i < DUMPS_MAX; i++) {
		nlmsg_begin(&q, type, NLM_F_REQUEST | NLM_F_DUMP, &any, sizeof(any));
		err = send_request(r, &q);
		if (!err)
			err = read_answer(r, fn, arg);
		if (err != -EINTR && err != -EBUSY)
			break;
	}
	return err;
}

int rtnl_again(struct rtnl *r, uint16_t type, enum rtnl_place place, struct span body)
{
	/* the first byte is the family; IPv4 allows several routes to one destination */
	bool six = body.n && *body.p == AF_INET6;
	uint16_t flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
	struct nlreq q;
	int err;

	if (type == RTM_NEWROUTE && place == RTNL_REPLACE)
		flags |= NLM_F_REPLACE;
	else if (type == RTM_NEWADDR || six)
		flags |= NLM_F_EXCL;
	else if (place == RTNL_LAST)
		flags |= NLM_F_APPEND;
	nlmsg_begin(&q, type, flags, body.p, body.n);
	err = request(r, &q);
	return err == -EEXIST ? 0 : err;
}

struct link_call {
	void (*fn)(void *arg, const struct nlmsg_link *l);
	void *arg;
};

static void call_link(void *arg, const struct nlmsg *m)
{
	const struct link_call *c = arg;
	struct nlmsg_link l;

	if (nlmsg_read_link(m, &l))
		c->fn(c->arg, &l);
}

int rtnl_links(struct rtnl *r, void (*fn)(void *arg, const struct nlmsg_link *l), void *arg)
{
	struct link_call c = { fn, arg };

	return rtnl_dump(r, RTM_GETLINK, call_link, &c);
}

int rtnl_link(struct rtnl *r, int index, void (*fn)(void *arg, const struct nlmsg_link *l),
	      void *arg)
{
	struct ifinfomsg info = { .ifi_index = index };
	struct link_call c = { fn, arg };
	struct nlreq q;
	int err;

	nlmsg_begin(&q, RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, &info, sizeof(info));
	err = send_request(r, &q);
	return err ? err : read_answer(r, call_link, &c);
}

struct addr_search {
	int index;
	const struct addr *addr;
	bool found;
};

static void match_addr(void *arg, const struct nlmsg *m)
{
	struct addr_search *s = arg;
	struct nlmsg_addr a;

	if (nlmsg_read_addr(m, &a) && a.index == s->index && addr_eq(&a.addr, s->addr))
		s->found = true;
}

bool rtnl_has_addr(struct rtnl *r, int index, const struct addr *a)
{
	struct addr_search s = { index, a, false };

	return !rtnl_dump(r, RTM_GETADDR, match_addr, &s) && s.found;
}

static void begin_link(struct nlreq *q, int index, unsigned flags, unsigned change)
{
	struct ifinfomsg info = { .ifi_index = index, .ifi_flags = flags, .ifi_change = change };

	nlmsg_begin(q, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, &info, sizeof(info));
}

int rtnl_link_up(struct rtnl *r, int index, bool up)
{
	struct nlreq q;

	begin_link(&q, index, up ? IFF_UP : 0, IFF_UP);
	return request(r, &q);
}

int rtnl_link_rename(struct rtnl *r, int index, const char *name)
{
	struct nlreq q;

	begin_link(&q, index, 0, 0);
	nlmsg_attr(&q, IFLA_IFNAME, name, strlen(name) + 1);
	return request(r, &q);
}

struct name_search {
	const char *name;
	int index;
};

static void match_name(void *arg, const struct nlmsg_link *l)
{
	struct name_search *s = arg;

	if (!strcmp(l->name, s->name) && !(l->flags & IFF_UP))
		s->index = l->index;
}

int rtnl_free_name(struct rtnl *r, const char *name)
{
	struct name_search s = { name, 0 };
	char spare[24];
	int err;

	err = rtnl_links(r, match_name, &s);
	if (err || !s.index)
		return err ? err : -EBUSY;
	out_text(spare, sizeof(spare), "rename%d", s.index);
	return rtnl_link_rename(r, s.index, spare);
}

int rtnl_link_mtu(struct rtnl *r, int index, unsigned mtu)
{
	struct nlreq q;

	begin_link(&q, index, 0, 0);
	nlmsg_attr_u32(&q, IFLA_MTU, mtu);
	return request(r, &q);
}

int rtnl_link_mac(struct rtnl *r, int index, const uint8_t mac[6])
{
	struct nlreq q;

	begin_link(&q, index, 0, 0);
	nlmsg_attr(&q, IFLA_ADDRESS, mac, 6);
	return request(r, &q);
}

static uint8_t family_of(const struct addr *a)
{
	return a->family == 6 ? AF_INET6 : AF_INET;
}

int rtnl_addr_add(struct rtnl *r, int index, const struct addr *a, uint8_t prefix,
		  const struct addr *peer)
{
	struct ifaddrmsg info = { .ifa_family = family_of(a), .ifa_prefixlen = prefix,
				  .ifa_index = index };
	struct addr broadcast = *a;
	struct nlreq q;
	int err;

	if (a->family == 6)
		info.ifa_flags = IFA_F_NODAD;
	if (peer->family)
		info.ifa_prefixlen = a->family == 6 ? 128 : 32;
	nlmsg_begin(&q, RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &info,
		    sizeof(info));
	nlmsg_attr_addr(&q, IFA_LOCAL, a);
	nlmsg_attr_addr(&q, IFA_ADDRESS, peer->family ? peer : a);
	if (a->family == 4 && !peer->family && prefix < 31) {
		addr_fill(&broadcast, prefix, true);
		nlmsg_attr_addr(&q, IFA_BROADCAST, &broadcast);
	}
	err = request(r, &q);
	return err == -EEXIST ? 0 : err;
}

int rtnl_route(struct rtnl *r, int index, const struct route *rt, unsigned how)
{
	struct rtmsg info = { .rtm_family = family_of(&rt->to), .rtm_dst_len = rt->prefix,
			      .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_BOOT,
			      .rtm_type = RTN_UNICAST };
	uint16_t flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
	struct nlreq q;
	int err;

	info.rtm_flags = how & ROUTE_ONLINK ? RTNH_F_ONLINK : 0;
	info.rtm_scope = rt->via.family ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	/* appending to an IPv6 route turns it into a multipath route */
	if (rt->to.family == 6)
		flags |= NLM_F_EXCL;
	else if (how & ROUTE_LAST)
		flags |= NLM_F_APPEND;
	if (how & ROUTE_DELETE)
		nlmsg_begin(&q, RTM_DELROUTE, NLM_F_REQUEST | NLM_F_ACK, &info, sizeof(info));
	else
		nlmsg_begin(&q, RTM_NEWROUTE, flags, &info, sizeof(info));
	if (rt->prefix)
		nlmsg_attr_addr(&q, RTA_DST, &rt->to);
	nlmsg_attr_addr(&q, RTA_GATEWAY, &rt->via);
	if (index)
		nlmsg_attr_u32(&q, RTA_OIF, index);
	err = request(r, &q);
	return err == -EEXIST ? 0 : err;
}
