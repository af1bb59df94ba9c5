// SPDX-License-Identifier: GPL-2.0-or-later
/* The items manager NIC and lease NIC: are the root's NICs protected, and are their leases
 * renewed? */
#include "base/sys.h"
#include "runtime/lease_file.h"
#include "system/network/protect.h"
#include "system/status/status.h"
#include "system/status/text.h"

#define AGAIN "systemctl restart iscsiroot-network"

/* Each manager that is here, with the file that keeps it off. */
struct managers {
	const struct status *st;
	const char *missing;		/* the file that is not there; NULL: none */
	struct out held;
};

static void add(struct managers *m, const char *name, const char *file)
{
	if (!check_exists(&m->st->c, file + 1)) {
		m->missing = file;
		return;
	}
	out_fmt(&m->held, "%s%s (%s)", m->held.len ? ", " : "", name, file);
}

/* The managers that are installed; networkd's directory exists once it has run. */
static void find_managers(struct managers *m, const char *nic)
{
	char path[96];

	if (check_exists(&m->st->c, "sbin/ifup") || check_exists(&m->st->c, "usr/sbin/ifup"))
		add(m, "ifupdown", MANAGER_IFUPDOWN);
	out_text(path, sizeof(path), MANAGER_NETWORKD, nic);
	if (check_exists(&m->st->c, "run/systemd/netif/links"))
		add(m, "systemd-networkd", path);
	if (check_exists(&m->st->c, "usr/sbin/NetworkManager"))
		add(m, "NetworkManager", MANAGER_NM);
}

static void report_manager(struct status *st, const char *nic, bool left)
{
	struct report *r = &st->c.report;
	struct managers m = { .st = st };
	char name[32], held[384];

	out_init(&m.held, held, sizeof(held));
	out_text(name, sizeof(name), "manager %s", nic);
	find_managers(&m, nic);
	if (!manager_can_name(nic))
		report_item(r, CHECK_WARN, name, "rename it with ifname=", "not protected: network "
			    "managers cannot be given a name with these characters");
	else if (left)
		report_ok(r, name, "not protected (ISCSI_NETWORK=leave)");
	else if (m.missing)
		report_item(r, CHECK_WARN, name, AGAIN, "%s is missing: a network manager can "
			    "remove the address", m.missing);
	else if (!m.held.len)
		report_ok(r, name, "no network manager found");
	else
		report_ok(r, name, "not managed by %s", held);
}

static void put_left(const struct status *st, const struct lease_state *w, struct out *o)
{
	uint64_t since = w->since / 1000000, past = st->uptime > since ? st->uptime - since : 0;

	if (!w->since) {
		out_str(o, "no DHCP server has answered since this boot");
	} else if (w->seconds == LEASE_FOREVER) {
		out_str(o, "never expires");
	} else if (lease_ended(w, st->uptime)) {
		out_str(o, "expired ");
		status_text_age(o, past - w->seconds);
		out_str(o, " ago");
	} else {
		status_text_age(o, w->seconds - past);
		out_str(o, " left");
	}
}

/* A client that runs would have recorded that a good lease has expired, so it must be started
 * again. */
static void put_todo(const struct status *st, const char *nic, const struct lease_state *w, struct out *o)
{
	if (w->state != LEASE_GOOD)
		out_str(o, "check the DHCP server; renewal is retried");
	else if (check_exists(&st->c, "run/systemd/system"))
		out_fmt(o, "systemctl restart iscsiroot-lease@%s", nic);
	else
		out_str(o, "/etc/init.d/iscsiroot start");
}

static void report_lease(struct status *st, const char *nic, const struct lease_state *w)
{
	struct report *r = &st->c.report;
	char name[32], left[64], todo[96];
	struct out o;

	out_text(name, sizeof(name), "lease %s", nic);
	out_init(&o, left, sizeof(left));
	put_left(st, w, &o);
	if (w->state == LEASE_GOOD && !lease_ended(w, st->uptime)) {
		report_ok(r, name, "%pI from %pI, %s", (void *)&w->address, (void *)&w->server, left);
	} else if (w->state == LEASE_OTHER) {
		report_item(r, CHECK_WARN, name, "reserve the address on the server, or reboot when "
			    "convenient", "%pI offers %pI instead of %pI, which is kept",
			    (void *)&w->server, (void *)&w->other, (void *)&w->address);
	} else if (w->state == LEASE_REFUSED) {
		report_item(r, CHECK_WARN, name, "reserve the address on the server",
			    "the server refuses to renew %pI, which is kept", (void *)&w->address);
	} else {
		out_init(&o, todo, sizeof(todo));
		put_todo(st, nic, w, &o);
		report_item(r, CHECK_WARN, name, todo, "%pI is kept but not renewed: %s",
			    (void *)&w->address, left);
	}
}

void status_net(struct status *st)
{
	const struct handoff *h = &st->c.handoff;
	struct lease_state w;
	unsigned i;
	bool left;

	if (!h->n_nics)
		return;
	left = protect_is_off(st->c.dir);
	for (i = 0; i < h->n_nics; i++) {
		report_manager(st, h->nics[i].name, left);
		if (lease_read(st->c.root, h->nics[i].name, &w))
			report_lease(st, h->nics[i].name, &w);
	}
}
