// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/quote.h"
#include "system/network/manager_files.h"

/* No wildcard of networkd and NetworkManager, no blank, nothing that a unit name would have to
 * escape. */
bool manager_can_name(const char *nic)
{
	return *nic && *nic != '.' && span_only(span_of(nic), "._-");
}

void manager_networkd(const char *nic, struct out *o)
{
	out_fmt(o, MANAGER_MARK ": %s carries the root and is not managed by systemd-networkd.\n"
		"[Match]\nName=%s\n\n[Link]\nUnmanaged=yes\n", nic, nic);
}

static void put_nics(const struct handoff *h, const char *before, char sep, struct out *o)
{
	unsigned i, n = 0;

	for (i = 0; i < h->n_nics; i++) {
		if (!manager_can_name(h->nics[i].name))
			continue;
		if (n++)
			out_ch(o, sep);
		out_fmt(o, "%s%s", before, h->nics[i].name);
	}
}

static void put_servers(const struct handoff *h, char sep, struct out *o)
{
	unsigned i;

	for (i = 0; i < h->n_servers; i++) {
		if (i)
			out_ch(o, sep);
		out_addr(o, &h->servers[i]);
	}
}

static void put_search(const struct handoff *h, char sep, struct out *o)
{
	const char *p;

	for (p = h->search; *p; p++)
		out_ch(o, *p == ' ' ? sep : *p);
}

/* nmcli cannot override the setting in [keyfile]; another file may, but not that of our own
 * section. */
void manager_nm(const struct handoff *h, bool dns, struct out *o)
{
	out_str(o, MANAGER_MARK ": these carry the root and are not managed by NetworkManager.\n"
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

void manager_ifupdown(struct span defaults, const struct handoff *h, struct out *o)
{
	char theirs[1024];
	struct out t;

	out_init(&t, theirs, sizeof(theirs));
	find_exclude(defaults, &t);
	if (t.overflow || span_has_control((struct span){ theirs, t.len }))
		t.len = 0;
	out_str(o, MANAGER_MARK ": read by networking.service for ifup(8) and ifdown(8).\n"
		"EXCLUDE_INTERFACES='");
	if (t.len && !memchr(theirs, '\'', t.len)) {
		out_span(o, (struct span){ theirs, t.len });
		out_ch(o, ' ');
	}
	put_nics(h, "", ' ', o);
	out_str(o, "'\n");
}

void manager_resolved(const struct handoff *h, struct out *o)
{
	if (!h->n_servers)
		return;
	out_str(o, MANAGER_MARK ": the name servers of the boot.\n[Resolve]\nDNS=");
	put_servers(h, ' ', o);
	out_ch(o, '\n');
	if (h->search[0])
		out_fmt(o, "Domains=%s\n", h->search);
}

void manager_resolv(const struct handoff *h, struct out *o)
{
	unsigned i;

	if (!h->n_servers)
		return;
	if (h->search[0])
		out_fmt(o, "search %s\n", h->search);
	for (i = 0; i < h->n_servers; i++)
		out_fmt(o, "nameserver %pI\n", &h->servers[i]);
}
