// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One ip= parameter. Three dialects share it:
 *   kernel (nfsroot.rst)  CLIENT:SERVER:GATEWAY:NETMASK:HOSTNAME:DEVICE:AUTOCONF:DNS:DNS:NTP
 *   dracut.cmdline(7)     the same with MTU:MAC after AUTOCONF; DEVICE:AUTOCONF[:MTU[:MAC]]; IPv6
 *   initramfs-tools(7)    the kernel's; AUTOCONF or DEVICE alone
 */
#include <string.h>

#include "plan/ip.h"
#include "plan/parse.h"

#define FIELDS_MAX 14		/* a MAC with colons takes six */

/* What AUTOCONF may be; the IPv6 ones last. */
enum autoconf { AC_UNKNOWN, AC_DHCP, AC_OLD, AC_OFF, AC_STATIC, AC_IBFT, AC_AUTO6, AC_DHCP6, AC_LINK6 };

static const struct { const char *name; enum autoconf autoconf; } methods[] = {
	{ "dhcp", AC_DHCP }, { "dhcp4", AC_DHCP }, { "single-dhcp", AC_DHCP }, { "on", AC_DHCP },
	{ "any", AC_DHCP }, { "both", AC_DHCP }, { "all", AC_DHCP }, { "auto", AC_DHCP },
	{ "bootp", AC_OLD }, { "rarp", AC_OLD },
	{ "off", AC_OFF }, { "none", AC_OFF },
	{ "static", AC_STATIC }, { "ibft", AC_IBFT },
	{ "auto6", AC_AUTO6 }, { "either6", AC_AUTO6 }, { "dhcp6", AC_DHCP6 },
	{ "link6", AC_LINK6 }, { "link-local", AC_LINK6 },
};

static enum autoconf find_autoconf(struct span s)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (span_eq(s, methods[i].name))
			return methods[i].autoconf;
	return AC_UNKNOWN;
}

/* The first of the methods that @word has, between commas. */
static enum autoconf first_method(struct span word)
{
	struct span first;

	span_cut(&word, ',', &first);
	return find_autoconf(first);
}

/* Colons within brackets do not count. 0: too many fields, or a bracket that is not closed. */
static unsigned ip_split(struct span s, struct span field[FIELDS_MAX])
{
	unsigned n = 0;
	size_t i, from = 0;
	bool inside = false;

	for (i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] == '[')
			inside = true;
		else if (i < s.n && s.p[i] == ']')
			inside = false;
		if (i < s.n && (inside || s.p[i] != ':'))
			continue;
		if (n == FIELDS_MAX)
			return 0;
		field[n++] = (struct span){ s.p + from, i - from };
		from = i + 1;
	}
	return inside ? 0 : n;
}

static bool ip_addr(struct work *w, struct span s, const char *reason,
		    struct addr *a)
{
	struct addr got;

	if (!scan_addr(span_unbracket(s), &got) || (*s.p == '[' && got.family != 6))
		return work_reject(w, reason, s, NULL);
	/* the kernel's way to write that there is none */
	if (got.family == 4 && !memcmp(got.b, "\0\0\0\0", 4))
		return true;
	if (!parse_is_unicast(&got))
		return work_reject(w, "not a unicast address", s, NULL);
	*a = got;
	return true;
}

static bool ip_netmask(struct work *w, struct span s, struct plan_net *n,
		       bool has_prefix)
{
	struct addr mask;
	uint8_t prefix = 0;
	uint64_t v;

	if (scan_uint(s, n->address.family == 6 ? 128 : 32, &v))
		prefix = v;
	else if (n->address.family == 6 || !scan_ipv4(s, &mask) || !addr_mask_length(&mask, &prefix))
		return work_reject(w, "not a valid netmask", s, "use 255.255.255.0 or 24");
	if (has_prefix && prefix != n->prefix)
		return work_reject(w, "netmask and prefix length of the address differ", s,
				   "leave one of them out");
	n->prefix = prefix;
	return true;
}

static uint8_t classful(const struct addr *a)
{
	return a->b[0] < 128 ? 8 : a->b[0] < 192 ? 16 : 24;
}

/* CLIENT and NETMASK, and PEER in the server's place: dracut's, told by its prefix length. */
static bool ip_static(struct work *w, struct span client, struct span peer,
		      struct span mask, struct plan_net *n)
{
	bool has_prefix = false, peer_prefix = false;

	if (!scan_cidr(client, &n->address, &n->prefix, &has_prefix))
		return work_reject(w, "not a valid address", client,
				   "use ADDRESS or ADDRESS/LENGTH, IPv6 in brackets");
	if (!parse_is_unicast(&n->address))
		return work_reject(w, "not a unicast address", client, NULL);
	if (peer.n && memchr(peer.p, '/', peer.n)) {
		if (!scan_cidr(peer, &n->peer, &n->prefix, &peer_prefix) ||
		    n->peer.family != n->address.family)
			return work_reject(w, "not a valid peer address", peer, NULL);
		has_prefix = true;
	}
	if (mask.n && !ip_netmask(w, mask, n, has_prefix))
		return false;
	if (!mask.n && !has_prefix) {
		if (n->address.family == 6)
			return work_reject(w, "IPv6 address without a prefix length", client,
					   "use [ADDRESS]/64");
		n->prefix = classful(&n->address);
		work_warn(w, "no netmask, using that of the address's class", client,
			  "write ADDRESS/LENGTH");
	}
	if (!n->prefix)
		return work_reject(w, "prefix length 0 is not allowed", client, NULL);
	return true;
}

static bool ip_mtu(struct work *w, struct span s, struct plan_net *n)
{
	if (n->address.family == 6)
		return parse_uint16(w, s, 1280, &n->mtu, "not a valid MTU",
				    "use 1280 to 65535 with IPv6");
	return parse_uint16(w, s, 68, &n->mtu, "not a valid MTU", "use 68 to 65535");
}

/* MTU and then a MAC, which may have fallen into six fields. */
static bool ip_mtu_mac(struct work *w, const struct span *field, unsigned n,
		       struct plan_net *net)
{
	struct span mac;

	if (n && field[0].n && !ip_mtu(w, field[0], net))
		return false;
	if (n < 2 || (n == 2 && !field[1].n))
		return true;
	mac = field[1];
	mac.n = field[n - 1].p + field[n - 1].n - mac.p;
	net->set_mac = true;
	return parse_mac(w, mac, net->new_mac);
}

static bool ip_add_dns(struct work *w, struct span s, struct plan_net *n)
{
	struct addr a = { 0 };

	if (!s.n)
		return true;
	if (!ip_addr(w, s, "not a valid name server address", &a))
		return false;
	if (a.family)
		n->dns[n->n_dns++] = a;
	return true;
}

static bool is_number(struct span s)
{
	uint64_t v;

	return scan_uint(s, UINT64_MAX, &v);
}

/* What stands after AUTOCONF: the kernel's DNS:DNS:NTP, or dracut's MTU:MAC. */
static bool ip_tail(struct work *w, const struct span *field, unsigned n,
		    struct plan_net *net)
{
	struct addr a;

	if (!n)
		return true;
	if (is_number(field[0]) || (!field[0].n && n > 1 && field[1].n &&
				    !scan_addr(span_unbracket(field[1]), &a)))
		return ip_mtu_mac(w, field, n, net);
	if (n > 3)
		return work_reject(w, "too many fields", field[3], NULL);
	return ip_add_dns(w, field[0], net) && (n < 2 || ip_add_dns(w, field[1], net)) &&
	       (n < 3 || !field[2].n ||
		ip_addr(w, field[2], "not a valid time server address", &net->ntp));
}

/* dhcp,TYPE,ID: both are the client's identity, which ipconfig cannot be given. */
static void skip_client_id(struct work *w, struct span *rest)
{
	struct span id = *rest;
	const char *comma = rest->n ? memchr(rest->p, ',', rest->n) : NULL;
	struct span type = { rest->p, comma ? (size_t)(comma - rest->p) : rest->n };

	if (!type.n || !is_number(type))
		return;
	work_warn(w, "the client identifier is not sent", id, NULL);
	*rest = NOTHING;
}

/* One of them; what is missing of it in this version is a warning. */
static bool take_method(struct work *w, struct span word, bool has[AC_LINK6 + 1])
{
	enum autoconf kind = find_autoconf(word);

	if (kind == AC_UNKNOWN)
		return work_reject(w, "unknown autoconfiguration method", word,
				   "use dhcp or a static address");
	if (kind == AC_OLD)
		work_warn(w, "using DHCP", word, NULL);
	else if (kind == AC_IBFT)
		work_warn(w, "has no effect, using DHCP", word, HINT_NO_IBFT);
	else if (kind == AC_DHCP6 || span_eq(word, "either6"))
		work_warn(w, "DHCPv6 is not done yet, using router advertisements", word, NULL);
	has[kind == AC_OLD || kind == AC_IBFT ? AC_DHCP : kind] = true;
	return true;
}

static enum net_method six_method(const bool has[AC_LINK6 + 1])
{
	return has[AC_AUTO6] ? NET_AUTO6 : has[AC_DHCP6] ? NET_DHCP6 : NET_LINK6;
}

/* AUTOCONF, when it is known whether there is an address. */
static bool ip_autoconf(struct work *w, struct span word, struct ip_entry *e)
{
	bool has[AC_LINK6 + 1] = { false };
	struct plan_net *n = &e->net;
	struct span rest = word, one;
	bool six;

	while (rest.n) {
		span_cut(&rest, ',', &one);
		if (!take_method(w, one, has))
			return false;
		if (has[AC_DHCP])
			skip_client_id(w, &rest);
	}
	six = has[AC_AUTO6] || has[AC_DHCP6] || has[AC_LINK6];
	e->method6 = six ? six_method(has) : NET_OFF;
	if (n->address.family) {
		n->method = NET_STATIC;
		e->also6 = six && n->address.family == 4;
		if (has[AC_DHCP] || (six && !e->also6))
			work_warn(w, "ignored, a static address is given as well", word, NULL);
		return true;
	}
	if (has[AC_STATIC])
		return work_reject(w, "a static configuration needs an address", word, NULL);
	n->method = six && !has[AC_DHCP] ? e->method6 : has[AC_OFF] && !has[AC_DHCP] ? NET_OFF : NET_DHCP;
	e->also6 = six && has[AC_DHCP];
	return true;
}

/* A device by its name or, with hyphens or in brackets, by its hardware address. */
static bool ip_device_field(struct work *w, struct span s, struct plan_net *n)
{
	uint8_t mac[6];

	if (!s.n || span_eq(s, "*"))
		return true;
	if (span_eq_nocase(s, "BOOTIF")) {
		if (!w->has_bootif)
			work_warn(w, "no BOOTIF= is given, using every NIC", s, NULL);
		return true;
	}
	if (scan_mac(span_unbracket(s), mac)) {
		n->device[0] = '\0';
		n->has_mac = true;
		return parse_mac(w, s, n->mac);
	}
	return parse_device(w, s, n->device);
}

static bool looks_like_address(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!strchr("0123456789./", s.p[i]))
			return s.p[0] == '[';
	return s.n;
}

/* A word, an address or a device alone. */
static bool ip_lone(struct work *w, struct span s, struct ip_entry *e)
{
	struct plan_net *n = &e->net;
	struct addr a;
	uint8_t prefix;
	bool has_prefix;

	if (!s.n || first_method(s) != AC_UNKNOWN)
		return ip_autoconf(w, s, e);
	if (looks_like_address(s) || scan_cidr(s, &a, &prefix, &has_prefix)) {
		n->method = NET_STATIC;
		return ip_static(w, s, NOTHING, NOTHING, n);
	}
	n->method = NET_DHCP;
	return ip_device_field(w, s, n);
}

static bool ip_gateway(struct work *w, struct span s, struct plan_net *n)
{
	if (!s.n)
		return true;
	if (!ip_addr(w, s, "not a valid gateway address", &n->gateway))
		return false;
	if (!n->address.family || !n->gateway.family)
		return true;
	if (n->gateway.family != n->address.family)
		return work_reject(w, "gateway and address are of different families", s, NULL);
	if (!addr_in(&n->gateway, &n->address, n->prefix))
		work_warn(w, "the gateway is not in the subnet of the address", s, NULL);
	return true;
}

static bool ip_full(struct work *w, const struct span *f, unsigned count, struct ip_entry *e)
{
	struct span peer = count > 1 ? f[1] : NOTHING, mask = count > 3 ? f[3] : NOTHING;
	struct plan_net *n = &e->net;

	if (f[0].n && !span_eq(f[0], "0.0.0.0") && !ip_static(w, f[0], peer, mask, n))
		return false;
	if (peer.n && !n->peer.family &&
	    !ip_addr(w, peer, "not a valid server address", &n->server))
		return false;
	if (count > 2 && !ip_gateway(w, f[2], n))
		return false;
	if (count > 4 && !parse_hostname(f[4], n->hostname))
		return work_reject(w, "not a valid host name", f[4], NULL);
	if (count > 5 && !ip_device_field(w, f[5], n))
		return false;
	return ip_autoconf(w, count > 6 ? f[6] : NOTHING, e) &&
	       (count < 8 || ip_tail(w, f + 7, count - 7, n));
}

static void ip_begin(struct ip_entry *e)
{
	memset(e, 0, sizeof(*e));	/* padding too: entries are compared */
	e->net.device[0] = '*';
	e->net.source = SRC_CMDLINE;
}

bool ip_parse(struct work *w, struct span s, struct ip_entry *e)
{
	struct span field[FIELDS_MAX];
	struct addr a;
	unsigned count;
	uint8_t prefix;
	bool has_prefix;

	ip_begin(e);
	if (s.n && !strchr("[:", *s.p) && scan_cidr(s, &a, &prefix, &has_prefix) && a.family == 6)
		return ip_lone(w, s, e);
	count = ip_split(s, field);
	if (!count)
		return work_reject(w, "too many fields, or a missing closing bracket", s, NULL);
	if (count == 1)
		return ip_lone(w, s, e);
	if (first_method(field[1]) != AC_UNKNOWN && !looks_like_address(field[0]))
		return ip_device_field(w, field[0], &e->net) && ip_autoconf(w, field[1], e) &&
		       ip_mtu_mac(w, field + 2, count - 2, &e->net);
	return ip_full(w, field, count, e);
}

bool ip6_parse(struct work *w, struct span s, struct ip_entry *e)
{
	bool has[AC_LINK6 + 1] = { false };
	enum autoconf kind = find_autoconf(s);

	ip_begin(e);
	e->net.method = NET_DHCP6;
	if (kind == AC_OFF || kind == AC_STATIC || !s.n) {
		e->net.method = NET_OFF;
		return true;
	}
	if (kind == AC_UNKNOWN && !ip_device_field(w, s, &e->net))
		return false;
	if (!take_method(w, kind < AC_AUTO6 ? span_of("dhcp6") : s, has))
		return false;
	e->net.method = six_method(has);
	return true;
}

bool ip_asks_firmware(struct span s)
{
	struct span field[FIELDS_MAX], rest, one;
	unsigned i, n = ip_split(s, field);

	for (i = 0; i < n; i++)
		for (rest = field[i]; rest.n;) {
			span_cut(&rest, ',', &one);
			if (find_autoconf(one) == AC_IBFT)
				return true;
		}
	return false;
}
