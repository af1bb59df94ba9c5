/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of boot/net: a kernel with a table of links in place of rtnetlink, which writes down
 * every request in `asked`; and a console in place of the timeline, in `shown`.
 */
#ifndef ISCSIROOT_FAKE_RTNL_H
#define ISCSIROOT_FAKE_RTNL_H

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>

#include <stdarg.h>

#include "base/sys.h"
#include "kernel/rtnl.h"
#include "runtime/timeline.h"
#include "tap.h"

#define FAKE_LINKS 80

static struct nlmsg_link links[FAKE_LINKS];
static unsigned n_links;
static char asked[8192], shown[8192];
static unsigned notes;			/* in the timeline, shown or not */
static const char *refused = "";	/* requests that begin so fail, */
static int refused_with, refusals;	/* with that error, that many times */
static bool changed;			/* a link event is waiting */
static struct addr has_addr;		/* of rtnl_has_addr() */

/* What was asked for or shown since the last call. */
__attribute__((unused))
static const char *taken(char *text)
{
	static char copy[8192];

	memcpy(copy, text, sizeof(copy));
	text[0] = '\0';
	return copy;
}

__attribute__((format(printf, 1, 2)))
static int ask(const char *fmt, ...)
{
	char line[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	snprintf(asked + strlen(asked), sizeof(asked) - strlen(asked), "%s\n", line);
	if (!refusals || !*refused || strncmp(line, refused, strlen(refused)))
		return 0;
	refusals--;
	return refused_with;
}

__attribute__((unused))
static void refuse(const char *request, int err, int times)
{
	refused = request;
	refused_with = err;
	refusals = times;
}

__attribute__((unused))
static struct addr ip(const char *text)
{
	struct addr a = { 0 };

	scan_addr(span_of(text), &a);
	return a;
}

/* A usable link; its ifindex is its place in the table and two, the last byte of its address, too. */
__attribute__((unused))
static struct nlmsg_link *add_link(const char *name, bool carrier)
{
	struct nlmsg_link *l = &links[n_links++];

	*l = (struct nlmsg_link){ .index = (int)n_links + 1, .type = ARPHRD_ETHER, .mtu = 1500,
				  .mac = { 2 }, .has_mac = true, .has_parent = true };
	l->flags = carrier ? IFF_LOWER_UP | IFF_RUNNING : 0;
	l->mac[5] = l->index;
	snprintf(l->name, sizeof(l->name), "%s", name);
	return l;
}

static struct nlmsg_link *find_link(int index)
{
	unsigned i;

	for (i = 0; i < n_links; i++)
		if (links[i].index == index)
			return &links[i];
	return NULL;
}

int rtnl_open(struct rtnl *r, unsigned groups)
{
	r->fd = r->events = 0;
	return ask("open %u", groups);
}

void rtnl_close(struct rtnl *r)
{
	r->fd = r->events = -1;
}

bool rtnl_drain(struct rtnl *r)
{
	bool was = changed;

	(void)r;
	changed = false;
	return was;
}

int rtnl_links(struct rtnl *r, void (*fn)(void *arg, const struct nlmsg_link *l), void *arg)
{
	unsigned i;

	(void)r;
	for (i = 0; i < n_links; i++)
		if (links[i].index)
			fn(arg, &links[i]);
	return 0;
}

int rtnl_link(struct rtnl *r, int index, void (*fn)(void *arg, const struct nlmsg_link *l), void *arg)
{
	(void)r;
	if (find_link(index))
		fn(arg, find_link(index));
	return 0;
}

bool rtnl_has_addr(struct rtnl *r, int index, const struct addr *a)
{
	(void)r;
	return find_link(index) && addr_eq(a, &has_addr);
}

int rtnl_link_up(struct rtnl *r, int index, bool up)
{
	int err = ask("%s %d", up ? "up" : "down", index);

	(void)r;
	if (!err && find_link(index))
		find_link(index)->flags = (find_link(index)->flags & ~IFF_UP) | (up ? IFF_UP : 0);
	return err;
}

int rtnl_link_rename(struct rtnl *r, int index, const char *name)
{
	(void)r;
	return ask("rename %d %s", index, name);
}

int rtnl_free_name(struct rtnl *r, const char *name)
{
	(void)r;
	return ask("free %s", name);
}

int rtnl_link_mtu(struct rtnl *r, int index, unsigned mtu)
{
	(void)r;
	return ask("mtu %d %u", index, mtu);
}

int rtnl_link_mac(struct rtnl *r, int index, const uint8_t mac[6])
{
	(void)r;
	return ask("mac %d %02x", index, mac[5]);
}

int rtnl_addr_add(struct rtnl *r, int index, const struct addr *a, uint8_t prefix,
		  const struct addr *peer)
{
	char text[64];

	(void)r;
	out_text(text, sizeof(text), "%pI/%u%s", a, prefix, peer->family ? " peer" : "");
	return ask("addr %d %s", index, text);
}

int rtnl_route(struct rtnl *r, int index, const struct route *rt, unsigned how)
{
	char to[64], via[64];

	(void)r;
	out_text(to, sizeof(to), "%pI/%u", &rt->to, rt->prefix);
	out_text(via, sizeof(via), "%pI", &rt->via);
	return ask("route %d %s via %s%s%s%s", index, to, via, how & ROUTE_ONLINK ? " onlink" : "",
		   how & ROUTE_LAST ? " last" : "", how & ROUTE_DELETE ? " delete" : "");
}

void timeline_note(enum step step, enum event ev, const char *object, int code, const char *text,
		   bool show)
{
	(void)step;
	(void)ev;
	notes++;
	if (show)
		snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%d %s: %s\n", code,
			 object, text);
}

void timeline_cause(const struct cause *c, bool show)
{
	timeline_note(STEP_NET, EV_RETRY, c->object, c->code, c->text, show);
}

int timeline_report(const char *object, enum cause_id id, const char *fmt, ...)
{
	struct cause c;
	va_list ap;

	va_start(ap, fmt);
	cause_vset(&c, object, id, fmt, ap);
	va_end(ap);
	timeline_cause(&c, true);
	return c.code;
}

#endif
