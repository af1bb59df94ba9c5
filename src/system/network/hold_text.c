// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/quote.h"
#include "formats/keyval.h"
#include "system/network/hold_text.h"

#define VALUE_MAX 1024		/* a root= or a target's name, with room */

static bool add_nic(struct hold *h, const char *name)
{
	if (h->n == NICS_MAX || !span_copy(span_of(name), h->nics[h->n].name, DEVNAME_MAX + 1))
		return false;
	h->n++;
	return true;
}

/* A key of a NIC's block. */
static bool nic_key(struct hold_nic *nic, struct span key, struct span value)
{
	bool cut;

	if (span_eq(key, "method"))
		nic->dhcp = span_eq(value, "dhcp");
	else if (span_eq(key, "address") && !nic->address.family)
		return scan_cidr(value, &nic->address, &nic->prefix, &cut) && cut;
	else if (span_eq(key, "hostname"))
		return span_only(value, "._-") &&
		       span_copy(value, nic->hostname, sizeof(nic->hostname));
	return true;
}

static bool resolver_key(struct hold *h, struct span key, struct span value)
{
	struct addr a;

	if (span_eq(key, "search"))
		return span_only(value, "._- ") &&
		       span_copy(value, h->search, sizeof(h->search));
	if (!span_eq(key, "nameserver"))
		return true;
	if (!scan_addr(value, &a) || h->n_servers == RESOLV_SERVERS)
		return false;
	h->servers[h->n_servers++] = a;
	return true;
}

bool hold_read(struct span handoff, struct hold *h)
{
	bool good = true, version = false, fresh = true;
	struct span key, block = { 0 };
	char value[VALUE_MAX];

	memset(h, 0, sizeof(*h));
	while (good && keyval_next(&handoff, &key, value, sizeof(value))) {
		if (fresh)
			block = key;
		fresh = !key.n;
		if (span_eq(key, "version"))
			version = good = !strcmp(value, "1");
		else if (span_eq(key, "network") && span_eq(block, "network"))
			good = add_nic(h, value);
		else if (span_eq(block, "network"))
			good = nic_key(&h->nics[h->n - 1], key, span_of(value));
		else if (span_eq(block, "search"))
			good = resolver_key(h, key, span_of(value));
	}
	return good && version && !handoff.n;
}

/* No pattern's character of networkd and NetworkManager, no blank, nothing a unit has to escape. */
bool hold_named(const char *nic)
{
	return *nic && *nic != '.' && span_only(span_of(nic), "._-");
}

void hold_networkd(const char *nic, struct out *o)
{
	out_fmt(o, HOLD_MARK ": %s carries the root and is not managed by systemd-networkd.\n"
		"[Match]\nName=%s\n\n[Link]\nUnmanaged=yes\n", nic, nic);
}

static void put_nics(const struct hold *h, const char *before, char sep, struct out *o)
{
	unsigned i, n = 0;

	for (i = 0; i < h->n; i++) {
		if (!hold_named(h->nics[i].name))
			continue;
		if (n++)
			out_ch(o, sep);
		out_fmt(o, "%s%s", before, h->nics[i].name);
	}
}

static void put_servers(const struct hold *h, char sep, struct out *o)
{
	unsigned i;

	for (i = 0; i < h->n_servers; i++) {
		if (i)
			out_ch(o, sep);
		out_addr(o, &h->servers[i]);
	}
}

static void put_search(const struct hold *h, char sep, struct out *o)
{
	const char *p;

	for (p = h->search; *p; p++)
		out_ch(o, *p == ' ' ? sep : *p);
}

/* keyfile's setting cannot be overruled by nmcli; another file may set it anew, but not this section. */
void hold_nm(const struct hold *h, bool dns, struct out *o)
{
	out_str(o, HOLD_MARK ": these carry the root and are not managed by NetworkManager.\n"
		"[keyfile]\nunmanaged-devices+=");
	put_nics(h, "interface-name:=", ';', o);
	out_str(o, "\n\n[device-iscsiroot]\nmatch-device=");
	put_nics(h, "interface-name:=", ';', o);
	out_str(o, "\nmanaged=0\n");
	if (!dns || !h->n_servers)
		return;
	out_str(o, "\n[global-dns]\nsearches=");
	put_search(h, ',', o);
	out_str(o, "\n\n[global-dns-domain-*]\nservers=");
	put_servers(h, ',', o);
	out_ch(o, '\n');
}

/* The last assignment counts. */
static void find_exclude(struct span defaults, struct out *o)
{
	struct span line;

	while (defaults.n) {
		span_cut(&defaults, '\n', &line);
		if (!span_take(&line, "EXCLUDE_INTERFACES="))
			continue;
		o->len = 0;
		o->buf[0] = '\0';
		if (line.n && quote_word(&line, o))
			o->len = 0;
	}
}

void hold_ifupdown(struct span defaults, const struct hold *h, struct out *o)
{
	char theirs[1024];
	struct out t;

	out_init(&t, theirs, sizeof(theirs));
	find_exclude(defaults, &t);
	if (t.overflow || span_has_control((struct span){ theirs, t.len }))
		t.len = 0;
	out_str(o, HOLD_MARK ": read by networking.service for ifup(8) and ifdown(8).\n"
		"EXCLUDE_INTERFACES='");
	if (t.len && !memchr(theirs, '\'', t.len)) {
		out_span(o, (struct span){ theirs, t.len });
		out_ch(o, ' ');
	}
	put_nics(h, "", ' ', o);
	out_str(o, "'\n");
}

void hold_resolved(const struct hold *h, struct out *o)
{
	if (!h->n_servers)
		return;
	out_str(o, HOLD_MARK ": the name servers of the boot.\n[Resolve]\nDNS=");
	put_servers(h, ' ', o);
	out_ch(o, '\n');
	if (h->search[0])
		out_fmt(o, "Domains=%s\n", h->search);
}

void hold_resolv(const struct hold *h, struct out *o)
{
	unsigned i;

	if (!h->n_servers)
		return;
	if (h->search[0])
		out_fmt(o, "search %s\n", h->search);
	for (i = 0; i < h->n_servers; i++)
		out_fmt(o, "nameserver %pI\n", &h->servers[i]);
}
