// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/quote.h"
#include "formats/netconf.h"

#define VALUE_MAX 1024		/* a domain search list is the longest */

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
 * Take the next KEY=VALUE off @text. A value longer than @buf or with a NUL is returned empty, with
 * @bad set. False at the end, and on a malformed value (@text is then not empty).
 */
static bool next_value(struct span *text, struct span *key, char *buf, size_t size, bool *bad)
{
	struct span rest = *text, raw;
	struct out o;

	while (rest.n && *rest.p == '\n')
		rest = (struct span){ rest.p + 1, rest.n - 1 };
	*key = (struct span){ rest.p, 0 };
	while (key->n < rest.n && key->p[key->n] != '=' && key->p[key->n] != '\n')
		key->n++;
	raw = (struct span){ rest.p + key->n, rest.n - key->n };
	out_init(&o, buf, size);
	rest = raw;
	if (rest.n && *rest.p == '=') {
		rest = (struct span){ rest.p + 1, rest.n - 1 };
		if (quote_word(&rest, &o))
			return false;
	}
	raw.n -= rest.n;
	*bad = o.overflow || (raw.n && memchr(raw.p, '\0', raw.n));
	if (*bad)
		buf[0] = '\0';
	span_cut(&rest, '\n', &raw);
	*text = rest;
	return key->n;
}

/* Host and domain names from DHCP; none may begin with a hyphen. */
static bool is_host(struct span v, bool list)
{
	struct span one;

	if (!span_only(v, list ? "._- " : "._-") || (v.n > HOST_MAX && !list))
		return false;
	while (v.n) {
		span_cut(&v, ' ', &one);
		if (one.n && *one.p == '-')
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

static bool is_cidr(struct span v, struct addr *a, uint8_t *prefix)
{
	struct addr got;
	uint8_t length;
	bool cut;

	if (!scan_cidr(v, &got, &length, &cut) || !cut || got.family != 4)
		return false;
	*a = got;
	*prefix = length;
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
		return is_cidr(v, &a, &prefix);
	case IS_HOST:
	case IS_HOSTS:
		return is_host(v, kind == IS_HOSTS);
	case IS_NUMBER:
		return scan_uint(v, INT64_MAX, &n);
	default:
		return is_printable(v);
	}
}

void netconf_put(struct span key, const char *value, struct out *o)
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
		netconf_put(key, value, o);
	}
	return !conf.n && !o->overflow;
}

/* ipconfig writes 0.0.0.0 where there is none. */
static void read_ipv4(struct span v, struct addr *a)
{
	struct addr got;

	if (scan_ipv4(v, &got) && (got.b[0] | got.b[1] | got.b[2] | got.b[3]))
		*a = got;
}

static void read_route(struct lease *l, struct span key, struct span v)
{
	struct route *rt;
	uint64_t i;
	int kind = route_kind(key, &i);

	if (kind < 0)
		return;
	l->routes_cut |= i >= LEASE_ROUTES_MAX;
	if (i >= LEASE_ROUTES_MAX || i > l->n_routes)
		return;
	rt = &l->routes[i];
	if (kind == IS_CIDR && is_cidr(v, &rt->to, &rt->prefix))
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
	addr_mask_length(&mask, &l->prefix);
	return !conf.n && l->address.family;
}

bool netconf_get(struct span conf, const char *name, char *buf, size_t size, bool *bad)
{
	struct span key;

	while (next_value(&conf, &key, buf, size, bad))
		if (span_eq(key, name))
			return true;
	*bad = conf.n;
	buf[0] = '\0';
	return false;
}
