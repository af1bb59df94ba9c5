// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "boot/handoff.h"
#include "formats/keyval.h"
#include "formats/lvm.h"

#define HANDOFF_MAX 32768	/* 16 NICs, 16 sessions, 32 disks and as many volumes: 20 KiB */
#define PARAM_CONF_MAX 8192	/* initramfs-tools writes a line or two */

static void put_uint(struct out *o, const char *key, uint64_t v)
{
	out_fmt(o, "%s=", key);
	out_uint(o, v);
	out_ch(o, '\n');
}

/* ADDRESS[/PREFIX]; nothing where there is none. */
static void put_addr(struct out *o, const char *key, const struct addr *a, int prefix)
{
	if (a->family)
		out_fmt(o, prefix < 0 ? "%s=%pI\n" : "%s=%pI/%d\n", key, a, prefix);
}

/* The lease's address first, whatever the order of the ip=: that is the one to be renewed. */
static void put_nic(struct out *o, const struct plan *p, const struct nic *nic)
{
	bool dhcp = nic->lease.address.family;
	unsigned i;

	out_fmt(o, "\nnetwork=%s\nmac=%pM\nmethod=%s\n", nic->link.name, nic->link.mac,
		dhcp ? "dhcp" : "static");
	if (dhcp) {
		put_addr(o, "address", &nic->lease.address, nic->lease.prefix);
		put_addr(o, "gateway", &nic->lease.gateway, -1);
		if (nic->hostname[0])
			keyval_put(o, "hostname", nic->hostname, '\n');
	}
	for (i = 0; i < p->n_nets; i++) {
		if (!nic->nets[i] || p->nets[i].method != NET_STATIC)
			continue;
		put_addr(o, "address", &p->nets[i].address, p->nets[i].prefix);
		put_addr(o, "gateway", &p->nets[i].gateway, -1);
	}
}

static void put_session(struct out *o, const struct session *s)
{
	char portal[HOST_MAX + 16];

	out_ch(o, '\n');
	put_uint(o, "session", s->sid);
	keyval_put(o, "target", s->target, '\n');
	session_portal(s, portal, sizeof(portal));
	keyval_put(o, "portal", portal, '\n');
	put_uint(o, "tpgt", s->tpgt);
	put_uint(o, "host", s->host);
	put_uint(o, "connection", s->cid);
}

static void put_disk(struct out *o, const struct settle *s, const struct block *b)
{
	char wwid[128];

	out_ch(o, '\n');
	keyval_put(o, "disk", b->name, '\n');
	put_uint(o, "session", s->sessions[b->session].sid);
	put_uint(o, "lun", b->lun);
	disk_attr(s->rootfd, b->name, "device/wwid", wwid, sizeof(wwid));
	if (wwid[0])
		keyval_put(o, "wwid", wwid, '\n');
}

static void put_volume(struct out *o, const struct settle *s, const struct block *b)
{
	const char *rest = b->dm_name;
	char uuid[160], name[DM_NAME_MAX + 1];

	out_ch(o, '\n');
	keyval_put(o, "volume", b->name, '\n');
	keyval_put(o, "name", b->dm_name, '\n');
	disk_attr(s->rootfd, b->name, "dm/uuid", uuid, sizeof(uuid));
	if (strncmp(uuid, "LVM-", 4))
		return;
	lvm_text_name(&rest, name, sizeof(name));
	keyval_put(o, "vg", name, '\n');
	lvm_text_name(&rest, name, sizeof(name));
	keyval_put(o, "lv", name, '\n');
}

static void put_resolver(struct out *o, const struct plan *p)
{
	struct addr list[RESOLV_SERVERS];
	unsigned i, n = netconf_servers(p, list);

	if (!n && !*p->search)
		return;
	out_ch(o, '\n');
	keyval_put(o, "search", p->search, '\n');
	for (i = 0; i < n; i++)
		put_addr(o, "nameserver", &list[i], -1);
}

static void put_all(struct out *o, const struct plan *p, const struct net *n,
		    const struct settle *s)
{
	const struct block *b, *end = s->blocks.b + s->blocks.n;
	const struct nic *nic;
	unsigned i;

	out_str(o, "version=1\nengine=iscsistart\n");
	for (nic = n->nics; nic < n->nics + n->n_nics; nic++)
		if (nic->state == NIC_UP)
			put_nic(o, p, nic);
	for (i = 0; i < s->n_sessions; i++)
		put_session(o, &s->sessions[i]);
	for (b = s->blocks.b; b < end; b++)
		if (b->owner == DISK_OURS && b->base == b - s->blocks.b)
			put_disk(o, s, b);
	for (b = s->blocks.b; b < end; b++)
		if (b->owner == DISK_OURS && b->dm_name[0])
			put_volume(o, s, b);
	put_resolver(o, p);
	out_ch(o, '\n');
	keyval_put(o, "root", s->root, '\n');
	keyval_put(o, "device", s->found < 0 ? "" : s->blocks.b[s->found].name, '\n');
}

static int write_under(const char *root, const char *path, mode_t mode, const struct out *o)
{
	char full[192];

	if (o->overflow)
		return -E2BIG;
	if (!out_text(full, sizeof(full), "%s%s", root, path))
		return -ENAMETOOLONG;
	return sys_write_atomic(full, mode, o->buf, o->len);
}

static bool nic_has(const struct plan *p, const struct nic *nic, const struct addr *a)
{
	unsigned i;

	if (addr_eq(&nic->lease.address, a))
		return true;
	for (i = 0; i < p->n_nets; i++)
		if (nic->nets[i] && addr_eq(&p->nets[i].address, a))
			return true;
	return false;
}

/* The interface that carries the root's session, by its local address; else the first that is up. */
static const struct nic *root_nic(const struct plan *p, const struct net *n,
				  const struct settle *s)
{
	short at = s->found < 0 ? -1 : s->blocks.b[s->found].session;
	char path[64], text[64];
	const struct nic *first = NULL;
	struct addr local = { 0 };
	ssize_t len;
	unsigned i;

	if (at >= 0) {
		out_text(path, sizeof(path), "sys/class/iscsi_host/host%u/ipaddress",
			 s->sessions[at].host);
		len = sys_read(s->rootfd, path, text, sizeof(text));
		while (len > 0 && text[len - 1] == '\n')
			len--;
		if (len > 0)
			scan_addr((struct span){ text, len }, &local);
	}
	for (i = 0; i < n->n_nics; i++) {
		const struct nic *nic = &n->nics[i];

		if (nic->state != NIC_UP)
			continue;
		if (local.family && nic_has(p, nic, &local))
			return nic;
		if (!first)
			first = nic;
	}
	return first;
}

/* One name and a newline: what open-iscsi's net-interface-handler, finalrd and cloud-init read. */
static int write_interface(const char *root, const struct plan *p, const struct net *n,
			   const struct settle *s)
{
	const struct nic *nic = root_nic(p, n, s);
	char line[DEVNAME_MAX + 2], dir[160];
	struct out o;

	if (!nic)
		return 0;
	if (!out_text(dir, sizeof(dir), "%s/run/initramfs", root))
		return -ENAMETOOLONG;
	if (mkdir(dir, 0755) && errno != EEXIST)
		return -errno;
	out_init(&o, line, sizeof(line));
	out_fmt(&o, "%s\n", nic->link.name);
	return write_under(root, "/run/initramfs/open-iscsi.interface", 0644, &o);
}

/* initramfs-tools sources /conf/param.conf after each boot script; what others set there stays. */
static int write_param(const char *root, int rootfd, const char *node)
{
	static char old[PARAM_CONF_MAX], text[PARAM_CONF_MAX + ROOTSPEC_MAX + 16];
	struct span rest, line;
	struct out o;
	ssize_t n;

	if (faccessat(rootfd, "conf", W_OK, 0))
		return 0;
	/* it is sourced as shell: a node's name has no need of these */
	if (strchr(node, '\'') || strchr(node, '\\') || strchr(node, '\n'))
		return -EINVAL;
	n = sys_read(rootfd, "conf/param.conf", old, sizeof(old));
	if (n < 0 && n != -ENOENT)
		return (int)n;
	out_init(&o, text, sizeof(text));
	rest = (struct span){ old, n > 0 ? n : 0 };
	while (rest.n) {
		span_cut(&rest, '\n', &line);
		if (line.n >= 5 && !memcmp(line.p, "ROOT=", 5))
			continue;
		out_fmt(&o, "%pS\n", &line);
	}
	out_fmt(&o, "ROOT='%s'\n", node);
	return write_under(root, "/conf/param.conf", 0644, &o);
}

int handoff_write_under(const char *root, const struct plan *p, const struct net *n,
			const struct settle *s)
{
	static char text[HANDOFF_MAX];
	struct out o;
	int err;

	out_init(&o, text, sizeof(text));
	put_all(&o, p, n, s);
	err = write_under(root, "/run/iscsiroot/handoff", 0600, &o);
	if (!err)
		err = write_interface(root, p, n, s);
	if (!err && strcmp(s->root, p->root_spec))
		err = write_param(root, s->rootfd, s->root);
	return err;
}

int handoff_write(const struct plan *p, const struct net *n, const struct settle *s)
{
	return handoff_write_under("", p, n, s);
}
