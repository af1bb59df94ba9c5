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

/* What AUTOCONF may be. */
enum autoconf { AC_UNKNOWN, AC_DHCP, AC_OFF, AC_STATIC, AC_REJECTED, AC_NOT_YET };

static const struct { const char *name; enum autoconf autoconf; } methods[] = {
	{ "dhcp", AC_DHCP }, { "dhcp4", AC_DHCP }, { "single-dhcp", AC_DHCP }, { "on", AC_DHCP },
	{ "any", AC_DHCP }, { "both", AC_DHCP },
	{ "off", AC_OFF }, { "none", AC_OFF },
	{ "static", AC_STATIC },
	{ "bootp", AC_REJECTED }, { "rarp", AC_REJECTED },
	{ "auto6", AC_NOT_YET }, { "dhcp6", AC_NOT_YET }, { "link6", AC_NOT_YET },
	{ "either6", AC_NOT_YET }, { "auto", AC_NOT_YET }, { "link-local", AC_NOT_YET },
	{ "ibft", AC_NOT_YET },
};

static enum autoconf find_autoconf(struct span s)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (span_eq(s, methods[i].name))
			return methods[i].autoconf;
	return AC_UNKNOWN;
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

static bool reject_autoconf(struct work *w, struct span word)
{
	if (find_autoconf(word) == AC_NOT_YET)
		return work_reject(w, "not supported yet", word, "use dhcp or a static address");
	if (find_autoconf(word) == AC_REJECTED)
		return work_reject(w, "not supported", word, "use dhcp");
	return work_reject(w, "unknown autoconfiguration method", word,
			   "use dhcp or a static address");
}

/* AUTOCONF, when it is known whether there is an address. */
static bool ip_autoconf(struct work *w, struct span word, struct plan_net *n)
{
	enum autoconf kind = find_autoconf(word);

	if (word.n && (kind == AC_UNKNOWN || kind == AC_REJECTED || kind == AC_NOT_YET))
		return reject_autoconf(w, word);
	if (n->address.family) {
		n->method = NET_STATIC;
		if (kind == AC_DHCP)
			work_warn(w, "ignored, a static address is given as well", word, NULL);
		return true;
	}
	if (kind == AC_STATIC)
		return work_reject(w, "a static configuration needs an address", word, NULL);
	n->method = kind == AC_OFF ? NET_OFF : NET_DHCP;
	return true;
}

/* A device by its name or, with hyphens or in brackets, by its hardware address. */
static bool ip_device_field(struct work *w, struct span s, struct plan_net *n)
{
	uint8_t mac[6];

	if (!s.n || span_eq(s, "*"))
		return true;
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
static bool ip_lone(struct work *w, struct span s, struct plan_net *n)
{
	struct addr a;
	uint8_t prefix;
	bool has_prefix;

	if (!s.n || find_autoconf(s) != AC_UNKNOWN)
		return ip_autoconf(w, s, n);
	if (looks_like_address(s) || scan_cidr(s, &a, &prefix, &has_prefix)) {
		n->method = NET_STATIC;
		return ip_static(w, s, NOTHING, NOTHING, n);
	}
	n->method = NET_DHCP;
	return ip_device_field(w, s, n);
}

static bool ip_full(struct work *w, const struct span *f, unsigned count,
		    struct plan_net *n)
{
	struct span peer = count > 1 ? f[1] : NOTHING, mask = count > 3 ? f[3] : NOTHING;

	if (f[0].n && !span_eq(f[0], "0.0.0.0") && !ip_static(w, f[0], peer, mask, n))
		return false;
	if (peer.n && !n->peer.family &&
	    !ip_addr(w, peer, "not a valid server address", &n->server))
		return false;
	if (count > 2 && f[2].n && !ip_addr(w, f[2], "not a valid gateway address",
					       &n->gateway))
		return false;
	if (n->address.family && n->gateway.family) {
		if (n->gateway.family != n->address.family)
			return work_reject(w, "gateway and address are of different families",
					   f[2], NULL);
		if (!addr_in(&n->gateway, &n->address, n->prefix))
			work_warn(w, "the gateway is not in the subnet of the address", f[2], NULL);
	}
	if (count > 4 && !parse_hostname(f[4], n->hostname))
		return work_reject(w, "not a valid host name", f[4], NULL);
	if (count > 5 && !ip_device_field(w, f[5], n))
		return false;
	return ip_autoconf(w, count > 6 ? f[6] : NOTHING, n) &&
	       (count < 8 || ip_tail(w, f + 7, count - 7, n));
}

bool ip_parse(struct work *w, struct span s, struct plan_net *n)
{
	struct span field[FIELDS_MAX];
	struct addr a;
	unsigned count;
	uint8_t prefix;
	bool has_prefix;

	memset(n, 0, sizeof(*n));	/* padding too: entries are compared */
	n->device[0] = '*';
	n->source = SRC_CMDLINE;
	if (s.n && !strchr("[:", *s.p) && scan_cidr(s, &a, &prefix, &has_prefix) && a.family == 6)
		return ip_lone(w, s, n);
	count = ip_split(s, field);
	if (!count)
		return work_reject(w, "too many fields, or a missing closing bracket", s, NULL);
	if (count == 1)
		return ip_lone(w, s, n);
	if (find_autoconf(field[1]) != AC_UNKNOWN && !looks_like_address(field[0]))
		return ip_device_field(w, field[0], n) &&
		       ip_autoconf(w, field[1], n) &&
		       ip_mtu_mac(w, field + 2, count - 2, n);
	return ip_full(w, field, count, n);
}
