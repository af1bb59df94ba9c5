// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "boot/handoff.h"
#include "boot/param_conf.h"
#include "formats/lvm.h"
#include "runtime/handoff_file.h"

/* What root= is where only we know the device. It becomes a link once the device is there. */
#define ROOT_LINK "/dev/iscsiroot-root"
#define FOREVER_S 1000000000
#define SPARE_S 30

static bool root_is_link;

static void add_address(struct handoff_nic *to, const struct addr *address, uint8_t prefix,
			const struct addr *gateway)
{
	if (!address->family || to->n_addresses == HANDOFF_ADDRESSES_MAX)
		return;
	to->addresses[to->n_addresses++] = (struct handoff_address){ *address, prefix, *gateway };
}

/* The lease's address comes first, whatever the order of the ip=: it is the one to be renewed. */
static void add_nic(struct handoff *h, const struct plan *p, const struct nic *nic)
{
	struct handoff_nic *to = &h->nics[h->n_nics++];
	unsigned i;

	out_text(to->name, sizeof(to->name), "%s", nic->link.name);
	memcpy(to->mac, nic->link.mac, sizeof(to->mac));
	to->dhcp = nic->lease.address.family;
	add_address(to, &nic->lease.address, nic->lease.prefix, &nic->lease.gateway);
	if (to->dhcp)
		out_text(to->hostname, sizeof(to->hostname), "%s", nic->hostname);
	for (i = 0; i < p->n_nets; i++)
		if (nic->nets[i] && p->nets[i].method == NET_STATIC)
			add_address(to, &p->nets[i].address, p->nets[i].prefix, &p->nets[i].gateway);
}

static void add_session(struct handoff *h, const struct session *s)
{
	struct handoff_session *to = &h->sessions[h->n_sessions++];

	to->sid = s->sid;
	to->tpgt = s->tpgt;
	to->host = s->host;
	to->connection = s->cid;
	out_text(to->target, sizeof(to->target), "%s", s->target);
	session_portal(s, to->portal, sizeof(to->portal));
}

static void add_disk(struct handoff *h, const struct settle *s, const struct block *b)
{
	struct handoff_disk *to = &h->disks[h->n_disks++];

	out_text(to->name, sizeof(to->name), "%s", b->name);
	to->sid = s->sessions[b->session].sid;
	to->lun = b->lun;
	disk_attr(b->name, "device/wwid", to->wwid, sizeof(to->wwid));
}

static void add_volume(struct handoff *h, const struct settle *s, const struct block *b)
{
	struct handoff_volume *to = &h->volumes[h->n_volumes++];
	const char *rest = b->dm_name;
	char uuid[160];

	(void)s;
	out_text(to->name, sizeof(to->name), "%s", b->name);
	out_text(to->dm_name, sizeof(to->dm_name), "%s", b->dm_name);
	disk_attr(b->name, "dm/uuid", uuid, sizeof(uuid));
	if (strncmp(uuid, "LVM-", 4))
		return;
	lvm_name(&rest, to->vg, sizeof(to->vg));
	lvm_name(&rest, to->lv, sizeof(to->lv));
}

static bool is_disk(const struct settle *s, const struct block *b)
{
	return b->owner == DISK_OURS && b->base == b - s->blocks.b;
}

static bool is_volume(const struct settle *s, const struct block *b)
{
	(void)s;
	return (b->owner == DISK_OURS || b->owner == DISK_MIXED) && *b->dm_name;
}

/*
 * Add the devices of one kind, at most @max. A place is reserved for @roots, the root's own; it may
 * be NULL or of another kind.
 * Return: how many were left out.
 */
static unsigned add_devices(struct handoff *h, const struct settle *s, const struct block *roots,
			    bool (*is_one)(const struct settle *, const struct block *),
			    void (*add)(struct handoff *, const struct settle *, const struct block *),
			    unsigned max)
{
	const struct block *b = s->blocks.b, *end = b + s->blocks.n;
	unsigned n = 0, left_out = 0;

	if (roots && !is_one(s, roots))
		roots = NULL;
	for (; b < end; b++) {
		if (!is_one(s, b))
			continue;
		if (n + (roots && b < roots) >= max) {
			left_out++;
			continue;
		}
		add(h, s, b);
		n++;
	}
	return left_out;
}

static void report_left_out(const char *what, unsigned n, unsigned max)
{
	if (n)
		timeline_report(what, CAUSE(HANDOFF_CUT), n, max);
}

static void gather(struct handoff *h, const struct plan *p, const struct net *n,
		   const struct settle *s)
{
	const struct block *root = s->found < 0 ? NULL : &s->blocks.b[s->found];
	const struct block *disk = root && root->base >= 0 ? &s->blocks.b[root->base] : NULL;
	const struct nic *nic;
	unsigned i;

	memset(h, 0, sizeof(*h));
	out_text(h->engine, sizeof(h->engine), p->native ? "native" : "iscsistart");
	for (nic = n->nics; nic < n->nics + n->n_nics; nic++)
		if (nic->state == NIC_UP)
			add_nic(h, p, nic);
	for (i = 0; i < s->n_sessions; i++)
		add_session(h, &s->sessions[i]);
	report_left_out("disks", add_devices(h, s, disk, is_disk, add_disk, HANDOFF_DISKS_MAX),
			HANDOFF_DISKS_MAX);
	report_left_out("volumes", add_devices(h, s, root, is_volume, add_volume, HANDOFF_VOLUMES_MAX),
			HANDOFF_VOLUMES_MAX);
	out_text(h->search, sizeof(h->search), "%s", p->search);
	h->n_servers = netconf_servers(p, h->servers);
	out_text(h->root, sizeof(h->root), "%s", s->root);
	if (root)
		out_text(h->device, sizeof(h->device), "%s", root->name);
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
	const struct nic *first = NULL;
	struct addr local = { 0 };
	unsigned i;

	if (at >= 0)
		session_local(&s->sessions[at], &local);
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

int handoff_write_under(const char *root, const struct plan *p, const struct net *n,
			const struct settle *s)
{
	static struct handoff h;
	int err;

	gather(&h, p, n, s);
	err = handoff_save(root, &h);
	if (!err)
		err = write_interface(root, p, n, s);
	if (!err && strcmp(s->root, p->root_spec))
		err = param_conf_set(root, "ROOT", s->root);
	if (!err && root_is_link && symlink(s->root, ROOT_LINK) && errno != EEXIST)
		err = -errno;
	return err;
}

void handoff_others_turn(const struct plan *p, int64_t deadline)
{
	int64_t left = (deadline - sys_now()) / 1000000, up = sys_boottime() / 1000000;
	char text[24];
	int err;

	out_text(text, sizeof(text), "%u", deadline == SYS_FOREVER ? FOREVER_S : (unsigned)(up + left + SPARE_S));
	err = param_conf_set("", "ROOTDELAY", text);
	if (!err && p->root_kind == ROOT_LUN && !access("/conf", F_OK)) {
		root_is_link = true;
		err = param_conf_set("", "ROOT", ROOT_LINK);
	}
	if (err)
		timeline_report("/conf/param.conf", CAUSE(PARAM_CONF_FAILED), sys_error(-err));
}

int handoff_write(const struct plan *p, const struct net *n, const struct settle *s)
{
	return handoff_write_under("", p, n, s);
}
