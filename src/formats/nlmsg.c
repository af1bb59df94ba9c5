// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/rtnetlink.h>
#include <string.h>

#include "formats/nlmsg.h"

#define FAMILY_INET 2		/* AF_INET, AF_INET6: sys/socket.h is no header of pure code */
#define FAMILY_INET6 10
#define ATTR_PARENT_DEV 56	/* IFLA_PARENT_DEV_NAME, since Linux 5.14 */

static size_t align4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Append @len bytes and what aligns them. */
static void put(struct nlreq *r, const void *data, size_t len)
{
	size_t room = sizeof(r->words) - r->len;

	if (align4(len) > room) {
		r->overflow = true;
		return;
	}
	if (len)
		memcpy((char *)r->words + r->len, data, len);
	memset((char *)r->words + r->len + len, 0, align4(len) - len);
	r->len += align4(len);
}

void nlmsg_begin(struct nlreq *r, uint16_t type, uint16_t flags, const void *head, size_t len)
{
	struct nlmsghdr h = { .nlmsg_type = type, .nlmsg_flags = flags };

	r->len = 0;
	r->overflow = false;
	put(r, &h, sizeof(h));
	put(r, head, len);
}

void nlmsg_attr(struct nlreq *r, uint16_t type, const void *data, size_t len)
{
	struct rtattr a = { .rta_type = type, .rta_len = sizeof(a) + len };

	if (sizeof(a) + align4(len) > sizeof(r->words) - r->len) {
		r->overflow = true;
		return;
	}
	put(r, &a, sizeof(a));
	put(r, data, len);
}

void nlmsg_attr_u32(struct nlreq *r, uint16_t type, uint32_t value)
{
	nlmsg_attr(r, type, &value, sizeof(value));
}

void nlmsg_attr_addr(struct nlreq *r, uint16_t type, const struct addr *a)
{
	if (a->family)
		nlmsg_attr(r, type, a->b, a->family == 6 ? 16 : 4);
}

bool nlmsg_end(struct nlreq *r, uint32_t seq)
{
	struct nlmsghdr h;

	memcpy(&h, r->words, sizeof(h));
	h.nlmsg_len = r->len;
	h.nlmsg_seq = seq;
	memcpy(r->words, &h, sizeof(h));
	return !r->overflow;
}

bool nlmsg_next(struct span *rest, struct nlmsg *m)
{
	struct nlmsghdr h;
	size_t step;

	if (rest->n < sizeof(h))
		return false;
	memcpy(&h, rest->p, sizeof(h));
	if (h.nlmsg_len < sizeof(h) || h.nlmsg_len > rest->n)
		return false;
	m->type = h.nlmsg_type;
	m->flags = h.nlmsg_flags;
	m->seq = h.nlmsg_seq;
	m->body = (struct span){ rest->p + sizeof(h), h.nlmsg_len - sizeof(h) };
	step = align4(h.nlmsg_len);
	if (step > rest->n)
		step = rest->n;
	rest->p += step;
	rest->n -= step;
	return true;
}

/* Take the fixed part of a message off @body. */
static bool take_head(struct span *body, void *head, size_t len)
{
	if (body->n < len)
		return false;
	memcpy(head, body->p, len);
	len = align4(len) < body->n ? align4(len) : body->n;
	body->p += len;
	body->n -= len;
	return true;
}

/* Take the next attribute; false at the end, and where one is cut off (@rest is then not empty). */
static bool next_attr(struct span *rest, unsigned *type, struct span *value)
{
	struct rtattr a;
	size_t step;

	if (rest->n < sizeof(a))
		return false;
	memcpy(&a, rest->p, sizeof(a));
	if (a.rta_len < sizeof(a) || a.rta_len > rest->n)
		return false;
	*type = a.rta_type & NLA_TYPE_MASK;
	*value = (struct span){ rest->p + sizeof(a), a.rta_len - sizeof(a) };
	step = align4(a.rta_len) < rest->n ? align4(a.rta_len) : rest->n;
	rest->p += step;
	rest->n -= step;
	return true;
}

static bool read_name(struct span v, char name[16])
{
	while (v.n && !v.p[v.n - 1])
		v.n--;
	return v.n && span_copy(v, name, 16);
}

bool nlmsg_read_link(const struct nlmsg *m, struct nlmsg_link *l)
{
	struct nlmsg_link got = { 0 };
	struct span rest = m->body, v;
	struct ifinfomsg info;
	unsigned type;

	if (m->type != RTM_NEWLINK || !take_head(&rest, &info, sizeof(info)))
		return false;
	got.index = info.ifi_index;
	got.flags = info.ifi_flags;
	got.type = info.ifi_type;
	while (next_attr(&rest, &type, &v)) {
		if (type == IFLA_IFNAME && !read_name(v, got.name))
			return false;
		if (type == IFLA_MTU && v.n == sizeof(uint32_t))
			memcpy(&got.mtu, v.p, sizeof(uint32_t));
		if (type == IFLA_ADDRESS && v.n == sizeof(got.mac)) {
			memcpy(got.mac, v.p, sizeof(got.mac));
			got.has_mac = true;
		}
		got.has_master |= type == IFLA_MASTER;
		got.has_parent |= type == ATTR_PARENT_DEV;
	}
	if (rest.n || got.index <= 0 || !got.name[0])
		return false;
	*l = got;
	return true;
}

bool nlmsg_read_addr(const struct nlmsg *m, struct nlmsg_addr *a)
{
	struct nlmsg_addr got = { 0 };
	struct span rest = m->body, v;
	struct ifaddrmsg info;
	unsigned type;
	size_t len;

	if (m->type != RTM_NEWADDR || !take_head(&rest, &info, sizeof(info)))
		return false;
	if (info.ifa_family != FAMILY_INET && info.ifa_family != FAMILY_INET6)
		return false;
	len = info.ifa_family == FAMILY_INET ? 4 : 16;
	got.index = info.ifa_index;
	got.prefix = info.ifa_prefixlen;
	got.permanent = info.ifa_flags & IFA_F_PERMANENT;
	got.link_local = info.ifa_scope == RT_SCOPE_LINK;
	while (next_attr(&rest, &type, &v)) {
		/* IFA_ADDRESS is the peer's where IFA_LOCAL is there as well */
		if (v.n != len || (type != IFA_LOCAL && (type != IFA_ADDRESS || got.addr.family)))
			continue;
		got.addr.family = len == 4 ? 4 : 6;
		memcpy(got.addr.b, v.p, len);
	}
	if (rest.n || !got.addr.family)
		return false;
	*a = got;
	return true;
}

static void read_address(struct addr *a, struct span v)
{
	if (v.n == (a->family == 6 ? 16 : 4))
		memcpy(a->b, v.p, v.n);
	else
		a->family = 0;
}

bool nlmsg_read_route(const struct nlmsg *m, struct nlmsg_route *r)
{
	struct nlmsg_route got = { 0 };
	struct span rest = m->body, v;
	struct rtmsg info;
	unsigned type;
	uint32_t n;

	if (m->type != RTM_NEWROUTE || !take_head(&rest, &info, sizeof(info)))
		return false;
	if (info.rtm_family != FAMILY_INET && info.rtm_family != FAMILY_INET6)
		return false;
	got.to.family = info.rtm_family == FAMILY_INET ? 4 : 6;
	got.prefix = info.rtm_dst_len;
	got.table = info.rtm_table;
	got.type = info.rtm_type;
	got.protocol = info.rtm_protocol;
	got.tos = info.rtm_tos;
	while (next_attr(&rest, &type, &v)) {
		if (type == RTA_DST)
			read_address(&got.to, v);
		if (type == RTA_GATEWAY) {
			got.via.family = info.rtm_family == FAMILY_INET ? 4 : 6;
			read_address(&got.via, v);
		}
		if (v.n != sizeof(n))
			continue;
		memcpy(&n, v.p, sizeof(n));
		if (type == RTA_OIF)
			got.index = n;
		if (type == RTA_TABLE)
			got.table = n;
		if (type == RTA_PRIORITY)
			got.priority = n;
	}
	if (rest.n || !got.to.family || got.prefix > (got.to.family == 4 ? 32 : 128))
		return false;
	*r = got;
	return true;
}

void nlmsg_set_index(uint16_t type, void *body, size_t len, int index)
{
	struct span rest = { body, len }, v;
	struct ifaddrmsg addr;
	struct rtmsg route;
	unsigned attr;

	if (type == RTM_NEWADDR && len >= sizeof(addr)) {
		memcpy(&addr, body, sizeof(addr));
		addr.ifa_index = index;
		memcpy(body, &addr, sizeof(addr));
	} else if (type == RTM_NEWROUTE && take_head(&rest, &route, sizeof(route))) {
		while (next_attr(&rest, &attr, &v))
			if (attr == RTA_OIF && v.n == sizeof(index))
				memcpy((char *)body + (v.p - (const char *)body), &index, sizeof(index));
	}
}

bool nlmsg_read_error(const struct nlmsg *m, int *err)
{
	int32_t e = 0;

	if (m->type != NLMSG_ERROR && m->type != NLMSG_DONE)
		return false;
	if (m->body.n >= sizeof(e))
		memcpy(&e, m->body.p, sizeof(e));
	else if (m->type == NLMSG_ERROR)
		return false;
	*err = e > 0 ? 0 : e;
	return true;
}
