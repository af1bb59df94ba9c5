// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ipconfig's file: whatever comes out is lines of KEY='text' with nothing outside the quotes but
 * an escaped quote, and is the same when it is cleaned once more, and read as the same lease. The
 * lease written as that of a static interface is read as the same, too.
 */
#include <stdlib.h>
#include <string.h>

#include "boot/net/netconf.h"

static void check_line(struct span line)
{
	bool quoted = false;
	size_t i = 0;

	while (i < line.n && line.p[i] != '=')
		i++;
	if (!i || i++ == line.n)
		abort();
	for (; i < line.n; i++) {
		if (line.p[i] < 0x20 || line.p[i] > 0x7e)
			abort();
		if (line.p[i] == '\'')
			quoted = !quoted;
		else if (!quoted && (line.p[i] != '\\' || line.p[i + 1] != '\'' || i++ == line.n))
			abort();
	}
	if (quoted)
		abort();
}

static void must(bool good)
{
	if (!good)
		abort();
}

static bool same_addr(const struct addr *a, const struct addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* Of a lease what a static interface can have as well. */
static void check_same(const struct lease *a, const struct lease *b)
{
	must(same_addr(&a->address, &b->address) && same_addr(&a->gateway, &b->gateway));
	must(a->prefix == b->prefix && a->n_dns == b->n_dns && !strcmp(a->hostname, b->hostname));
	for (unsigned i = 0; i < a->n_dns; i++)
		must(same_addr(&a->dns[i], &b->dns[i]));
}

static void check_static(const struct lease *l)
{
	static const struct addr six = { 6, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
	static struct plan p;
	static char text[4096];
	struct addr servers[RESOLV_SERVERS];
	struct plan_net *n = &p.nets[0];
	struct lease again;
	bool nets[NETS_MAX] = { true, l->prefix & 1 };
	struct out o;

	memset(&p, 0, sizeof(p));
	p.n_nets = 2;
	n->method = p.nets[1].method = NET_STATIC;
	n->address = n->server = l->address;
	n->gateway = l->gateway;
	n->prefix = l->prefix;
	n->n_dns = l->n_dns;
	memcpy(n->dns, l->dns, sizeof(l->dns));
	memcpy(n->hostname, l->hostname, sizeof(n->hostname));
	p.nets[1].address = p.nets[1].gateway = p.nets[1].dns[0] = p.nets[1].dns[1] = six;
	p.nets[1].n_dns = 2;
	p.nets[1].prefix = 64;
	must(netconf_servers(&p, servers) == l->n_dns + 1 - (l->n_dns == 2 && same_addr(&l->dns[0], &l->dns[1])));
	out_init(&o, text, sizeof(text));
	netconf_static(&p, nets, "eth0", false, &o);
	must(!o.overflow && netconf_parse((struct span){ text, o.len }, &again) && !again.dhcp);
	check_same(l, &again);
}

/* Whatever was read is within its bounds, and says what it may. */
static void check_lease(const struct lease *l)
{
	must(l->prefix <= 32 && l->n_routes <= LEASE_ROUTES_MAX && l->n_dns <= 2);
	must(memchr(l->hostname, 0, sizeof(l->hostname)) && memchr(l->search, 0, sizeof(l->search)));
	for (unsigned i = 0; i < l->n_routes; i++)
		must(l->routes[i].to.family == 4 && l->routes[i].prefix <= 32);
	for (const char *c = l->search; *c; c++)
		must(*c == ' ' || (unsigned char)*c > ' ');
	for (const char *c = l->hostname; *c; c++)
		must((unsigned char)*c > ' ' && !strchr("'\"\\$`;&|<>()", *c));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char once[2 * NETCONF_MAX], twice[2 * NETCONF_MAX];
	char refused[24];
	struct span rest, line;
	struct lease l, again;
	struct out o;
	bool good;

	if (size > NETCONF_MAX)
		return 0;
	good = netconf_parse((struct span){ (const char *)data, size }, &l);
	check_lease(&l);
	if (good)
		check_static(&l);
	out_init(&o, once, sizeof(once));
	if (!netconf_clean((struct span){ (const char *)data, size }, &o, refused))
		return 0;
	rest = span_of(once);
	while (rest.n) {
		if (!span_cut(&rest, '\n', &line))
			abort();
		check_line(line);
	}
	/* of a key that stands there twice the first value is read and the last one is emptied */
	if (!refused[0]) {
		must(netconf_parse(span_of(once), &again) == good && again.dhcp == l.dhcp);
		check_same(&l, &again);
	}
	out_init(&o, twice, sizeof(twice));
	must(netconf_clean(span_of(once), &o, refused) && !strcmp(once, twice));
	return 0;
}
