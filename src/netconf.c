// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netconf.h"
#include "sys.h"

#define VALUE_MAX 1024		/* a domain search list is the longest */
#define RESOLV_SERVERS 3	/* MAXNS of glibc's resolver */

enum kind { IS_DEVICE, IS_PROTO, IS_IPV4, IS_CIDR, IS_HOST, IS_HOSTS, IS_NUMBER, IS_TEXT };

/* What ipconfig writes (klibc usr/kinit/ipconfig/main.c, dump_device_config). */
static const struct { char key[15]; uint8_t kind; } known[] = {
	{ "DEVICE", IS_DEVICE },	{ "PROTO", IS_PROTO },
	{ "IPV4ADDR", IS_IPV4 },	{ "IPV4BROADCAST", IS_IPV4 },
	{ "IPV4NETMASK", IS_IPV4 },	{ "IPV4GATEWAY", IS_IPV4 },
	{ "IPV4DNS0", IS_IPV4 },	{ "IPV4DNS1", IS_IPV4 },
	{ "HOSTNAME", IS_HOST },	{ "DNSDOMAIN", IS_HOST },
	{ "NISDOMAIN", IS_TEXT },	{ "ROOTSERVER", IS_IPV4 },
	{ "ROOTPATH", IS_TEXT },	{ "filename", IS_TEXT },
	{ "UPTIME", IS_NUMBER },	{ "DHCPLEASETIME", IS_NUMBER },
	{ "DOMAINSEARCH", IS_HOSTS },
};

#define N_KNOWN (sizeof(known) / sizeof(*known))

/* IPV4ROUTE0SUBNET, IPV4ROUTE0GATEWAY, ...: the kind, or -1. */
static int route_kind(struct span key, uint64_t *index)
{
	struct span digits;

	if (key.n < 9 || memcmp(key.p, "IPV4ROUTE", 9))
		return -1;
	key.p += 9;
	key.n -= 9;
	digits = (struct span){ key.p, 0 };
	while (digits.n < key.n && key.p[digits.n] >= '0' && key.p[digits.n] <= '9')
		digits.n++;
	key.p += digits.n;
	key.n -= digits.n;
	if (!scan_uint(digits, 255, index))
		return -1;
	return span_eq(key, "SUBNET") ? IS_CIDR : span_eq(key, "GATEWAY") ? IS_IPV4 : -1;
}

static int kind_of(struct span key)
{
	uint64_t index;
	size_t i;

	for (i = 0; i < N_KNOWN; i++)
		if (span_eq(key, known[i].key))
			return known[i].kind;
	return route_kind(key, &index);
}

/*
 * Take the next KEY=VALUE off @text as a shell reads what ipconfig writes: 'quoted' parts and
 * backslashed bytes between them. A value longer than @buf or with a NUL comes out as empty and
 * with @bad set. False at the end, and where a quote does not end (@text is then not empty).
 */
static bool next_value(struct span *text, struct span *key, char *buf, size_t size, bool *bad)
{
	struct span rest = *text;
	struct out o;
	bool quoted = false;

	while (rest.n && *rest.p == '\n')
		rest = (struct span){ rest.p + 1, rest.n - 1 };
	*key = (struct span){ rest.p, 0 };
	while (key->n < rest.n && key->p[key->n] != '=' && key->p[key->n] != '\n')
		key->n++;
	rest = (struct span){ rest.p + key->n, rest.n - key->n };
	if (rest.n && *rest.p == '=')
		rest = (struct span){ rest.p + 1, rest.n - 1 };
	out_init(&o, buf, size);
	*bad = false;
	for (; rest.n && (quoted || *rest.p != '\n'); rest.p++, rest.n--) {
		if (*rest.p == '\'') {
			quoted = !quoted;
			continue;
		}
		if (*rest.p == '\\' && !quoted && rest.n > 1)
			rest = (struct span){ rest.p + 1, rest.n - 1 };
		*bad |= !*rest.p;
		out_ch(&o, *rest.p);
	}
	if (quoted)
		return false;
	*bad |= o.overflow;
	if (*bad)
		buf[0] = '\0';
	*text = rest;
	return key->n;
}

static bool is_host(struct span v, bool list)
{
	size_t i;

	if (v.n > HOST_MAX && !list)
		return false;
	for (i = 0; i < v.n; i++) {
		char c = v.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '.' || c == '_' || (c == '-' && i && v.p[i - 1] != ' ') ||
		    (c == ' ' && list))
			continue;
		return false;
	}
	return true;
}

static bool is_printable(struct span v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] < 0x20 || v.p[i] > 0x7e)
			return false;
	return true;
}

static bool scan_cidr(struct span v, struct addr *a, uint8_t *prefix)
{
	struct span head;
	uint64_t len;

	if (!span_cut(&v, '/', &head) || !scan_uint(v, 32, &len) || !scan_ipv4(head, a))
		return false;
	*prefix = len;
	return true;
}

static bool is_device(struct span v)
{
	return v.n && v.n <= DEVNAME_MAX && is_printable(v) && !memchr(v.p, '/', v.n) &&
	       !memchr(v.p, ' ', v.n) && *v.p != '.';
}

static bool is_kind(struct span v, enum kind kind)
{
	struct addr a;
	uint8_t prefix;
	uint64_t n;

	switch (kind) {
	case IS_DEVICE:
		return is_device(v);
	case IS_PROTO:
		return span_eq(v, "none") || span_eq(v, "dhcp");
	case IS_IPV4:
		return !v.n || scan_ipv4(v, &a);
	case IS_CIDR:
		return scan_cidr(v, &a, &prefix);
	case IS_HOST:
	case IS_HOSTS:
		return is_host(v, kind == IS_HOSTS);
	case IS_NUMBER:
		return scan_uint(v, INT64_MAX, &n);
	default:
		return is_printable(v);
	}
}

static void put_value(struct out *o, struct span key, const char *value)
{
	out_span(o, key);
	out_str(o, "='");
	for (; *value; value++) {
		if (*value == '\'')
			out_str(o, "'\\'");
		out_ch(o, *value);
	}
	out_str(o, "'\n");
}

bool netconf_clean(struct span conf, struct out *o, char refused[24])
{
	char value[VALUE_MAX];
	struct span key;
	bool bad;

	refused[0] = '\0';
	while (next_value(&conf, &key, value, sizeof(value), &bad)) {
		int kind = kind_of(key);

		if (kind < 0)
			continue;
		if (bad || !is_kind(span_of(value), kind)) {
			if (!refused[0])
				span_copy(key, refused, 24);
			value[0] = '\0';
		}
		put_value(o, key, value);
	}
	return !conf.n && !o->overflow;
}

/* 0.0.0.0 is ipconfig's way to say that there is none. */
static void read_ipv4(struct span v, struct addr *a)
{
	struct addr got;

	if (scan_ipv4(v, &got) && (got.b[0] | got.b[1] | got.b[2] | got.b[3]))
		*a = got;
}

static uint8_t mask_length(const struct addr *mask)
{
	uint8_t n = 0;

	while (n < 32 && mask->b[n / 8] & 0x80 >> n % 8)
		n++;
	return n;
}

static void read_route(struct lease *l, struct span key, struct span v)
{
	struct plan_route *rt;
	uint64_t i;
	int kind = route_kind(key, &i);

	if (kind < 0 || i >= LEASE_ROUTES_MAX || i > l->n_routes)
		return;
	rt = &l->routes[i];
	if (kind == IS_CIDR && scan_cidr(v, &rt->to, &rt->prefix))
		l->n_routes = i + 1;
	else if (kind == IS_IPV4 && i < l->n_routes)
		read_ipv4(v, &rt->via);
}

static void read_value(struct lease *l, struct span key, struct span v, struct addr *mask)
{
	if (span_eq(key, "PROTO"))
		l->dhcp = span_eq(v, "dhcp");
	else if (span_eq(key, "IPV4ADDR"))
		read_ipv4(v, &l->address);
	else if (span_eq(key, "IPV4NETMASK"))
		read_ipv4(v, mask);
	else if (span_eq(key, "IPV4GATEWAY"))
		read_ipv4(v, &l->gateway);
	else if (span_eq(key, "HOSTNAME") && is_host(v, false))
		span_copy(v, l->hostname, sizeof(l->hostname));
	else if (span_eq(key, "DOMAINSEARCH") && v.n && is_host(v, true))
		span_copy(v, l->search, sizeof(l->search));
	else if (span_eq(key, "DNSDOMAIN") && !l->search[0] && is_host(v, false))
		span_copy(v, l->search, sizeof(l->search));
	else if (span_eq(key, "IPV4DNS0") || span_eq(key, "IPV4DNS1"))
		read_ipv4(v, &l->dns[key.p[7] - '0']);
	else
		read_route(l, key, v);
}

bool netconf_parse(struct span conf, struct lease *l)
{
	struct addr mask = { 0 };
	char value[VALUE_MAX];
	struct span key;
	bool bad;

	memset(l, 0, sizeof(*l));
	while (next_value(&conf, &key, value, sizeof(value), &bad))
		read_value(l, key, span_of(value), &mask);
	if (!l->dns[0].family) {
		l->dns[0] = l->dns[1];
		l->dns[1] = (struct addr){ 0 };
	}
	l->n_dns = !!l->dns[0].family + !!l->dns[1].family;
	l->prefix = mask_length(&mask);
	return !conf.n && l->address.family;
}

static void put_addr(struct out *o, const char *key, const struct addr *a)
{
	out_str(o, key);
	out_str(o, "='");
	if (a && a->family)
		out_addr(o, a);
	else
		out_str(o, "0.0.0.0");
	out_str(o, "'\n");
}

static const struct plan_net *find_static(const struct plan *p, unsigned cfgs, uint8_t family)
{
	unsigned i;

	for (i = 0; i < p->n_nets; i++)
		if (cfgs & 1u << i && p->nets[i].method == NET_STATIC &&
		    p->nets[i].address.family == family)
			return &p->nets[i];
	return NULL;
}

/* The n-th name server of the family; NULL: none. */
static const struct addr *find_dns(const struct plan_net *c, uint8_t family, unsigned n)
{
	unsigned i;

	for (i = 0; i < c->n_dns; i++)
		if (c->dns[i].family == family && !n--)
			return &c->dns[i];
	return NULL;
}

static void put_static4(const struct plan_net *c, struct out *o)
{
	struct addr mask = { .family = 4 }, broadcast = c->address;
	unsigned i;

	for (i = 0; i < 32; i++) {
		if (i < c->prefix)
			mask.b[i / 8] |= 0x80 >> i % 8;
		else
			broadcast.b[i / 8] |= 0x80 >> i % 8;
	}
	put_addr(o, "IPV4ADDR", &c->address);
	put_addr(o, "IPV4BROADCAST", &broadcast);
	put_addr(o, "IPV4NETMASK", &mask);
	put_addr(o, "IPV4GATEWAY", c->gateway.family == 4 ? &c->gateway : NULL);
	put_addr(o, "IPV4DNS0", find_dns(c, 4, 0));
	put_addr(o, "IPV4DNS1", find_dns(c, 4, 1));
}

/* The names that initramfs-tools and cloud-init know; the mask is a length. */
static void put_static6(const struct plan_net *c, struct out *o)
{
	out_str(o, "IPV6PROTO='none'\n");
	put_addr(o, "IPV6ADDR", &c->address);
	out_str(o, "IPV6NETMASK='");
	out_uint(o, c->prefix);
	out_str(o, "'\n");
	if (c->gateway.family == 6)
		put_addr(o, "IPV6GATEWAY", &c->gateway);
	if (find_dns(c, 6, 0))
		put_addr(o, "IPV6DNS0", find_dns(c, 6, 0));
	if (find_dns(c, 6, 1))
		put_addr(o, "IPV6DNS1", find_dns(c, 6, 1));
}

void netconf_static(const struct plan *p, unsigned cfgs, const char *device, bool only6,
		    struct out *o)
{
	const struct plan_net *c4 = find_static(p, cfgs, 4), *c6 = find_static(p, cfgs, 6);
	const struct plan_net *c = c4 ? c4 : c6;

	if (!only6 && c) {
		put_value(o, span_of("DEVICE"), device);
		put_value(o, span_of("PROTO"), "none");
		if (c4)
			put_static4(c4, o);
		put_value(o, span_of("HOSTNAME"), c->hostname);
		out_str(o, "DNSDOMAIN=''\nNISDOMAIN=''\n");
		put_addr(o, "ROOTSERVER", c->server.family == 4 ? &c->server : NULL);
		out_str(o, "ROOTPATH=''\nfilename=''\nDHCPLEASETIME='0'\nDOMAINSEARCH=''\n");
	}
	if (c6)
		put_static6(c6, o);
}

static bool conf_path(const char *device, char path[48])
{
	return (size_t)snprintf(path, 48, "/run/net-%s.conf", device) < 48;
}

int netconf_load(const char *device, struct lease *l)
{
	static char text[NETCONF_MAX];
	char path[48];
	ssize_t n;

	if (!conf_path(device, path))
		return -ENAMETOOLONG;
	n = sys_read(AT_FDCWD, path, text, sizeof(text));
	if (n < 0)
		return n;
	return netconf_parse((struct span){ text, n }, l) ? 0 : -EBADMSG;
}

void netconf_remove(const char *device)
{
	char path[48];

	if (conf_path(device, path))
		unlink(path);
}

int netconf_write(const struct plan *p, unsigned cfgs, const char *device, char refused[24])
{
	static char raw[NETCONF_MAX], text[NETCONF_MAX];
	bool dhcp = false;
	char path[48];
	struct out o;
	ssize_t n;
	unsigned i;

	refused[0] = '\0';
	out_init(&o, text, sizeof(text));
	for (i = 0; i < p->n_nets; i++)
		dhcp |= cfgs & 1u << i && p->nets[i].method == NET_DHCP;
	if (!conf_path(device, path))
		return -ENAMETOOLONG;
	if (dhcp) {
		n = sys_read(AT_FDCWD, path, raw, sizeof(raw));
		if (n < 0)
			return n;
		if (!netconf_clean((struct span){ raw, n }, &o, refused))
			return -EBADMSG;
	}
	netconf_static(p, cfgs, device, dhcp, &o);
	if (o.overflow)
		return -E2BIG;
	/* an @ is that of a root-path's credentials, or of another text that nobody has to read */
	return sys_write_atomic(path, strchr(text, '@') ? 0600 : 0644, text, o.len);
}

struct servers {
	unsigned n;
	struct addr list[RESOLV_SERVERS];
	char search[256];
};

static void add_server(struct servers *s, const struct addr *a)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (!memcmp(&s->list[i], a, sizeof(*a)))
			return;
	if (s->n < RESOLV_SERVERS && a->family)
		s->list[s->n++] = *a;
}

/* The name servers of every /run/net-DEV.conf. */
static void add_leases(struct servers *s)
{
	DIR *dir = opendir("/run");
	struct dirent *e;
	struct lease l;
	char device[DEVNAME_MAX + 1];
	unsigned i;

	if (!dir)
		return;
	while ((e = readdir(dir))) {
		struct span name = span_of(e->d_name);

		if (name.n < 10 || memcmp(name.p, "net-", 4) ||
		    memcmp(name.p + name.n - 5, ".conf", 5))
			continue;
		name = (struct span){ name.p + 4, name.n - 9 };
		if (!span_copy(name, device, sizeof(device)) || netconf_load(device, &l))
			continue;
		for (i = 0; i < l.n_dns; i++)
			add_server(s, &l.dns[i]);
		if (!s->search[0])
			span_copy(span_of(l.search), s->search, sizeof(s->search));
	}
	closedir(dir);
}

int handoff_resolv(const struct plan *p)
{
	struct servers s = { 0 };
	char text[512];
	struct out o;
	unsigned i, j;

	for (i = 0; i < p->n_nameservers; i++)
		add_server(&s, &p->nameservers[i]);
	for (i = 0; i < p->n_nets; i++)
		for (j = 0; j < p->nets[i].n_dns; j++)
			add_server(&s, &p->nets[i].dns[j]);
	add_leases(&s);
	if (!s.n)
		return 0;
	out_init(&o, text, sizeof(text));
	if (s.search[0]) {
		out_str(&o, "search ");
		out_str(&o, s.search);
		out_ch(&o, '\n');
	}
	for (i = 0; i < s.n; i++) {
		out_str(&o, "nameserver ");
		out_addr(&o, &s.list[i]);
		out_ch(&o, '\n');
	}
	return sys_write_atomic("/etc/resolv.conf", 0644, text, o.len);
}
