// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan: one ip= parameter. Three dialects share it:
 *   kernel (nfsroot.rst)  CLIENT:SERVER:GATEWAY:NETMASK:HOSTNAME:DEVICE:AUTOCONF:DNS:DNS:NTP
 *   dracut.cmdline(7)     the same with MTU:MAC after AUTOCONF; DEVICE:AUTOCONF[:MTU[:MAC]]; IPv6
 *   initramfs-tools(7)    the kernel's; AUTOCONF or DEVICE alone
 */
#include <string.h>

#include "plan/parts.h"

#define FIELDS_MAX 14		/* a MAC with colons takes six */

enum word_kind { W_NONE, W_DHCP, W_OFF, W_STATIC, W_REFUSED, W_LATER };

static enum word_kind word_kind(struct span s)
{
	/* a blank on either side of each */
	static const char *const words[] = {
		[W_DHCP] = " dhcp on any both single-dhcp dhcp4 ",
		[W_OFF] = " off none ",
		[W_STATIC] = " static ",
		[W_REFUSED] = " bootp rarp ",
		[W_LATER] = " auto6 dhcp6 link6 either6 auto link-local ibft ",
	};
	enum word_kind k;

	for (k = W_DHCP; k <= W_LATER; k++)
		if (span_listed(s, words[k]))
			return k;
	return W_NONE;
}

/* Colons within brackets do not count. 0: too many fields, or a bracket that is not closed. */
static unsigned split_ip(struct span s, struct span field[FIELDS_MAX])
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

bool parse_mac(struct work *w, struct span text, uint8_t mac[6])
{
	uint8_t m[6];

	if (!scan_mac(span_unbracket(text), m) || (m[0] & 1))
		return plan_reject(w, "not the hardware address of a NIC", text, NULL);
	memcpy(mac, m, sizeof(m));
	return true;
}

bool parse_device(struct work *w, struct span s, char *device)
{
	/* the kernel takes more, but these are written into files that shells read */
	if (!s.n || !span_only(s, "._-@+") || span_eq(s, ".") || span_eq(s, "..") ||
	    !span_copy(s, device, DEVNAME_MAX + 1))
		return plan_reject(w, "not the name of a network device", s, NULL);
	return true;
}

bool parse_hostname(struct span s, char *hostname)
{
	if (!span_only(s, "-._") || (s.n && strchr("-._", *s.p)))
		return false;
	return span_copy(s, hostname, HOSTNAME_MAX + 1);
}

static bool parse_addr(struct work *w, struct span s, const char *reason,
		       struct addr *a)
{
	struct addr got;

	if (!scan_addr(span_unbracket(s), &got) || (*s.p == '[' && got.family != 6))
		return plan_reject(w, reason, s, NULL);
	/* nobody set 0.0.0.0 on purpose: the kernel's own way to say "none" */
	if (got.family == 4 && !memcmp(got.b, "\0\0\0\0", 4))
		return true;
	if (!addr_is_one(&got))
		return plan_reject(w, "not the address of one host", s, NULL);
	*a = got;
	return true;
}

static bool parse_netmask(struct work *w, struct span s, struct plan_net *n,
			  bool has_prefix)
{
	struct addr mask;
	uint8_t prefix = 0;
	uint64_t v;

	if (scan_uint(s, n->address.family == 6 ? 128 : 32, &v))
		prefix = v;
	else if (n->address.family == 6 || !scan_ipv4(s, &mask) || !addr_mask_length(&mask, &prefix))
		return plan_reject(w, "not a netmask", s, "255.255.255.0 or 24");
	if (has_prefix && prefix != n->prefix)
		return plan_reject(w, "the netmask contradicts the address's prefix length", s,
				   "leave one of them out");
	n->prefix = prefix;
	return true;
}

static uint8_t classful(const struct addr *a)
{
	return a->b[0] < 128 ? 8 : a->b[0] < 192 ? 16 : 24;
}

/* CLIENT and NETMASK, and PEER in the server's place: dracut's, told by its prefix length. */
static bool parse_static(struct work *w, struct span client, struct span peer,
			 struct span mask, struct plan_net *n)
{
	bool has_prefix = false, peer_prefix = false;

	if (!scan_cidr(client, &n->address, &n->prefix, &has_prefix))
		return plan_reject(w, "not an address", client,
				   "ADDRESS or ADDRESS/LENGTH, IPv6 in brackets");
	if (!addr_is_one(&n->address))
		return plan_reject(w, "not the address of one host", client, NULL);
	if (peer.n && memchr(peer.p, '/', peer.n)) {
		if (!scan_cidr(peer, &n->peer, &n->prefix, &peer_prefix) ||
		    n->peer.family != n->address.family)
			return plan_reject(w, "not the address of a peer", peer, NULL);
		has_prefix = true;
	}
	if (mask.n && !parse_netmask(w, mask, n, has_prefix))
		return false;
	if (!mask.n && !has_prefix) {
		if (n->address.family == 6)
			return plan_reject(w, "an IPv6 address without a prefix length", client,
					   "[ADDRESS]/64");
		n->prefix = classful(&n->address);
		plan_warn(w, "no netmask, so that of the address's class counts", client,
			  "ADDRESS/LENGTH says it");
	}
	if (!n->prefix)
		return plan_reject(w, "a prefix length of 0", client, NULL);
	return true;
}

static bool parse_mtu(struct work *w, struct span s, struct plan_net *n)
{
	if (n->address.family == 6)
		return parse_uint16(w, s, 1280, &n->mtu, "not an MTU", "1280 to 65535 with IPv6");
	return parse_uint16(w, s, 68, &n->mtu, "not an MTU", "68 to 65535");
}

/* MTU and then a MAC, which may have fallen into six fields. */
static bool parse_mtu_mac(struct work *w, const struct span *field, unsigned n,
			  struct plan_net *net)
{
	struct span mac;

	if (n && field[0].n && !parse_mtu(w, field[0], net))
		return false;
	if (n < 2 || (n == 2 && !field[1].n))
		return true;
	mac = field[1];
	mac.n = field[n - 1].p + field[n - 1].n - mac.p;
	net->set_mac = true;
	return parse_mac(w, mac, net->new_mac);
}

static bool add_dns(struct work *w, struct span s, struct plan_net *n)
{
	struct addr a = { 0 };

	if (!s.n)
		return true;
	if (!parse_addr(w, s, "not the address of a name server", &a))
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
static bool parse_tail(struct work *w, const struct span *field, unsigned n,
		       struct plan_net *net)
{
	struct addr a;

	if (!n)
		return true;
	if (is_number(field[0]) || (!field[0].n && n > 1 && field[1].n &&
				    !scan_addr(span_unbracket(field[1]), &a)))
		return parse_mtu_mac(w, field, n, net);
	if (n > 3)
		return plan_reject(w, "too many fields", field[3], NULL);
	return add_dns(w, field[0], net) && (n < 2 || add_dns(w, field[1], net)) &&
	       (n < 3 || !field[2].n ||
		parse_addr(w, field[2], "not the address of a time server", &net->ntp));
}

static bool refuse_word(struct work *w, struct span word)
{
	if (word_kind(word) == W_LATER)
		return plan_reject(w, "not supported yet", word, "use dhcp or a static address");
	if (word_kind(word) == W_REFUSED)
		return plan_reject(w, "not supported", word, "use dhcp");
	return plan_reject(w, "not a way to configure an address", word,
			   "dhcp, none, or one of ip='s other words");
}

/* AUTOCONF, when it is known whether there is an address. */
static bool parse_autoconf(struct work *w, struct span word, struct plan_net *n)
{
	enum word_kind kind = word_kind(word);

	if (word.n && (kind == W_NONE || kind == W_REFUSED || kind == W_LATER))
		return refuse_word(w, word);
	if (n->address.family) {
		n->method = NET_STATIC;
		if (kind == W_DHCP)
			plan_warn(w, "a static address as well, which counts", word, NULL);
		return true;
	}
	if (kind == W_STATIC)
		return plan_reject(w, "static without an address", word, NULL);
	n->method = kind == W_OFF ? NET_OFF : NET_DHCP;
	return true;
}

/* A device by its name or, with hyphens or in brackets, by its hardware address. */
static bool parse_device_field(struct work *w, struct span s, struct plan_net *n)
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
static bool parse_lone(struct work *w, struct span s, struct plan_net *n)
{
	struct addr a;
	uint8_t prefix;
	bool has_prefix;

	if (!s.n || word_kind(s) != W_NONE)
		return parse_autoconf(w, s, n);
	if (looks_like_address(s) || scan_cidr(s, &a, &prefix, &has_prefix)) {
		n->method = NET_STATIC;
		return parse_static(w, s, NOTHING, NOTHING, n);
	}
	n->method = NET_DHCP;
	return parse_device_field(w, s, n);
}

static bool parse_full(struct work *w, const struct span *f, unsigned count,
		       struct plan_net *n)
{
	struct span peer = count > 1 ? f[1] : NOTHING, mask = count > 3 ? f[3] : NOTHING;

	if (f[0].n && !span_eq(f[0], "0.0.0.0") && !parse_static(w, f[0], peer, mask, n))
		return false;
	if (peer.n && !n->peer.family &&
	    !parse_addr(w, peer, "not the address of a server", &n->server))
		return false;
	if (count > 2 && f[2].n && !parse_addr(w, f[2], "not the address of a gateway",
					       &n->gateway))
		return false;
	if (n->address.family && n->gateway.family) {
		if (n->gateway.family != n->address.family)
			return plan_reject(w, "the gateway is of another family than the address",
					   f[2], NULL);
		if (!addr_in(&n->gateway, &n->address, n->prefix))
			plan_warn(w, "the gateway is not on the address's own link", f[2], NULL);
	}
	if (count > 4 && !parse_hostname(f[4], n->hostname))
		return plan_reject(w, "not a host name", f[4], NULL);
	if (count > 5 && !parse_device_field(w, f[5], n))
		return false;
	return parse_autoconf(w, count > 6 ? f[6] : NOTHING, n) &&
	       (count < 8 || parse_tail(w, f + 7, count - 7, n));
}

bool parse_ip(struct work *w, struct span s, struct plan_net *n)
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
		return parse_lone(w, s, n);
	count = split_ip(s, field);
	if (!count)
		return plan_reject(w, "too many fields, or an open bracket", s, NULL);
	if (count == 1)
		return parse_lone(w, s, n);
	if (word_kind(field[1]) != W_NONE && !looks_like_address(field[0]))
		return parse_device_field(w, field[0], n) &&
		       parse_autoconf(w, field[1], n) &&
		       parse_mtu_mac(w, field + 2, count - 2, n);
	return parse_full(w, field, count, n);
}
