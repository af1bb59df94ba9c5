// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "boot/net/netconf.h"

static void put_addr(struct out *o, const char *key, const struct addr *a)
{
	static const struct addr none = { .family = 4 };

	out_fmt(o, "%s='%pI'\n", key, a && a->family ? a : &none);
}

static const struct plan_net *find_static(const struct plan *p, const bool nets[NETS_MAX],
					  uint8_t family)
{
	unsigned i;

	for (i = 0; i < p->n_nets; i++)
		if (nets[i] && p->nets[i].method == NET_STATIC &&
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

	addr_fill(&mask, 0, true);
	addr_fill(&mask, c->prefix, false);
	addr_fill(&broadcast, c->prefix, true);
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
	out_fmt(o, "IPV6NETMASK='%u'\n", c->prefix);
	if (c->gateway.family == 6)
		put_addr(o, "IPV6GATEWAY", &c->gateway);
	if (find_dns(c, 6, 0))
		put_addr(o, "IPV6DNS0", find_dns(c, 6, 0));
	if (find_dns(c, 6, 1))
		put_addr(o, "IPV6DNS1", find_dns(c, 6, 1));
}

void netconf_static(const struct plan *p, const bool nets[NETS_MAX], const char *device, bool only6,
		    struct out *o)
{
	const struct plan_net *c4 = find_static(p, nets, 4), *c6 = find_static(p, nets, 6);
	const struct plan_net *c = c4 ? c4 : c6;

	if (!only6 && c) {
		netconf_put(span_of("DEVICE"), device, o);
		out_str(o, "PROTO='none'\n");
		if (c4)
			put_static4(c4, o);
		netconf_put(span_of("HOSTNAME"), c->hostname, o);
		out_str(o, "DNSDOMAIN=''\nNISDOMAIN=''\n");
		put_addr(o, "ROOTSERVER", c->server.family == 4 ? &c->server : NULL);
		out_str(o, "ROOTPATH=''\nfilename=''\nDHCPLEASETIME='0'\nDOMAINSEARCH=''\n");
	}
	if (c6)
		put_static6(c6, o);
}

static bool conf_path(const char *device, char path[48])
{
	return out_text(path, 48, "/run/net-%s.conf", device);
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

int netconf_write(const struct plan *p, const bool nets[NETS_MAX], bool dhcp, const char *device,
		  char refused[24])
{
	static char raw[NETCONF_MAX], text[NETCONF_MAX];
	char path[48];
	struct out o;
	ssize_t n;

	refused[0] = '\0';
	out_init(&o, text, sizeof(text));
	if (!conf_path(device, path))
		return -ENAMETOOLONG;
	if (dhcp) {
		n = sys_read(AT_FDCWD, path, raw, sizeof(raw));
		if (n < 0)
			return n;
		if (!netconf_clean((struct span){ raw, n }, &o, refused))
			return -EBADMSG;
	}
	netconf_static(p, nets, device, dhcp, &o);
	if (o.overflow)
		return -E2BIG;
	/* an @ may be that of a root-path's credentials */
	return sys_write_atomic(path, strchr(text, '@') ? 0600 : 0644, text, o.len);
}

static unsigned add_server(struct addr *list, unsigned n, const struct addr *a)
{
	if (n < RESOLV_SERVERS && a->family && !addr_among(list, n, a))
		list[n++] = *a;
	return n;
}

unsigned netconf_servers(const struct plan *p, struct addr list[RESOLV_SERVERS])
{
	unsigned i, j, n = 0, given = p->n_nameservers - p->n_leased;

	for (i = 0; i < given; i++)
		n = add_server(list, n, &p->nameservers[i]);
	for (i = 0; i < p->n_nets; i++)
		for (j = 0; j < p->nets[i].n_dns; j++)
			n = add_server(list, n, &p->nets[i].dns[j]);
	for (i = given; i < p->n_nameservers; i++)
		n = add_server(list, n, &p->nameservers[i]);
	return n;
}

int netconf_resolv(const struct plan *p)
{
	struct addr list[RESOLV_SERVERS];
	unsigned i, n = netconf_servers(p, list);
	char text[512];
	struct out o;

	if (!n)
		return 0;
	out_init(&o, text, sizeof(text));
	if (*p->search)
		out_fmt(&o, "search %s\n", p->search);
	for (i = 0; i < n; i++)
		out_fmt(&o, "nameserver %pI\n", &list[i]);
	return sys_write_atomic("/etc/resolv.conf", 0644, text, o.len);
}
