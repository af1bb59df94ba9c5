// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/spawn.h"
#include "base/sys.h"
#include "formats/netconf.h"
#include "kernel/kmsg.h"
#include "runtime/lease_file.h"
#include "system/network/protect.h"
#include "system/network/renew.h"

#define PROGRAM "/usr/lib/iscsiroot/" RENEW_EVENT

static int renew_fail(const char *what, const char *why)
{
	char line[512];

	out_text(line, sizeof(line), "%s: %s", what, why);
	sys_say("lease", line);
	return CODE_SYSTEM;
}

static int save(const char *nic, const struct lease_state *r)
{
	int err = manager_can_name(nic) ? lease_save(nic, r) : -EINVAL;

	return err ? renew_fail(nic, sys_error(err)) : CODE_DONE;
}

/* Does the lease expire? ipconfig recorded that in the initramfs; one that cannot be read is
 * renewed. */
static bool expires(const char *nic)
{
	static char text[NETCONF_MAX];
	char path[48], seconds[16];
	uint64_t v;
	ssize_t n;
	bool bad;

	out_text(path, sizeof(path), "/run/net-%s.conf", nic);
	n = sys_read(AT_FDCWD, path, text, sizeof(text));
	if (n <= 0 || !netconf_get((struct span){ text, n }, "DHCPLEASETIME", seconds,
				   sizeof(seconds), &bad))
		return true;
	return !scan_uint(span_of(seconds), UINT32_MAX, &v) || v != LEASE_FOREVER;
}

/*
 * As ipconfig asked in the initramfs (klibc usr/kinit/ipconfig/dhcp_proto.c): no client identifier,
 * its vendor class, the host name where ip= gives one; for the address that the NIC has.
 */
static int become_client(const struct handoff_nic *nic, const char *busybox)
{
	char address[48], name[HOSTNAME_MAX + 16];
	const char *argv[] = { "busybox", "udhcpc", "-f", "-i", nic->name, "-s", PROGRAM, "-C", "-V",
			       "Linux ipconfig", "-r", address, "-t", "4", "-T", "3", "-A", "20",
			       NULL, NULL, NULL };
	const char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	unsigned last = 18;

	out_text(address, sizeof(address), "%pI", &nic->addresses[0].address);
	if (nic->hostname[0]) {
		out_text(name, sizeof(name), "hostname:%s", nic->hostname);
		argv[last++] = "-x";
		argv[last] = name;
	}
	execve(busybox, (char *const *)argv, (char *const *)env);
	return renew_fail(busybox, sys_error(errno));
}

/* Returns only where the client cannot be started. */
static int start_client(const struct handoff_nic *nic)
{
	struct lease_state r = { .address = nic->addresses[0].address };
	char busybox[64];
	int code;

	if (!spawn_find("busybox", busybox, sizeof(busybox)))
		return renew_fail(nic->name, "busybox not found, the lease is not renewed (install busybox)");
	lease_read(AT_FDCWD, nic->name, &r);	/* keep what a previous client recorded of the server */
	r.state = LEASE_ASKING;
	code = save(nic->name, &r);
	return code ? code : become_client(nic, busybox);
}

int renew_run(const char *nic)
{
	static struct handoff h;
	int code = protect_open("", &h);
	unsigned i;

	if (code)
		return code == CODE_NOT_ASKED ? CODE_DONE : code;
	for (i = 0; i < h.n_nics && strcmp(h.nics[i].name, nic); i++)
		;
	if (i == h.n_nics)
		return renew_fail(nic, "not configured at boot");
	if (!h.nics[i].dhcp || h.nics[i].addresses[0].address.family != 4 || !expires(nic))
		return CODE_DONE;
	code = start_client(&h.nics[i]);
	/* check and status would take it for the file of a running client */
	lease_remove(nic);
	return code;
}

/* The parameters of udhcpc's event (networking/udhcp/dhcpc.c, fill_envp). */
static void read_granted(struct lease_state *r, struct addr *ip)
{
	const char *address = getenv("ip"), *server = getenv("serverid"), *lease = getenv("lease");

	ip->family = 0;
	if (address)
		scan_ipv4(span_of(address), ip);
	if (server)
		scan_ipv4(span_of(server), &r->server);
	if (lease)
		scan_uint(span_of(lease), UINT32_MAX, &r->seconds);
}

/* Log a change, once. @was: the state before */
static void log_change(const char *nic, const struct lease_state *r, enum lease_condition was)
{
	if (r->state == LEASE_GOOD && was != LEASE_ASKING && was != LEASE_GOOD)
		kmsg_log("<5>", "iscsiroot: lease: %s: %pI is renewed again by %pI", nic,
			 &r->address, &r->server);
	if (r->state == was)
		return;
	if (r->state == LEASE_SILENT)
		kmsg_log("<4>", "iscsiroot: lease: %s: %pI is not renewed, no DHCP server "
			 "answers (the address is kept, renewal is retried)", nic, &r->address);
	else if (r->state == LEASE_REFUSED)
		kmsg_log("<4>", "iscsiroot: lease: %s: %pI is not renewed, the DHCP server "
			 "refuses it (the address is kept, renewal is retried)", nic, &r->address);
	else if (r->state == LEASE_OTHER)
		kmsg_log("<4>", "iscsiroot: lease: %s: %pI is not renewed, the DHCP server "
			 "offers %pI instead (the address is kept until the next boot)", nic,
			 &r->address, &r->other);
}

int renew_event(const char *event)
{
	const char *nic = getenv("interface");
	enum lease_condition was;
	struct lease_state r;
	struct addr ip;

	if (!nic || !lease_read(AT_FDCWD, nic, &r))
		return renew_fail(nic ? nic : "no interface", "not a lease of iscsiroot");
	was = r.state;
	if (!strcmp(event, "bound") || !strcmp(event, "renew")) {
		read_granted(&r, &ip);
		r.state = addr_eq(&ip, &r.address) ? LEASE_GOOD : LEASE_OTHER;
		r.other = r.state == LEASE_OTHER ? ip : (struct addr){ 0 };
		r.since = sys_boottime();
	} else if (!strcmp(event, "nak")) {
		r.state = LEASE_REFUSED;
	} else if (!strcmp(event, "leasefail") || (!strcmp(event, "deconfig") && was == LEASE_GOOD)) {
		/* deconfig is also sent when the client starts, and after a nak */
		r.state = LEASE_SILENT;
	}
	if (r.state != was)
		r.noted = sys_boottime();
	log_change(nic, &r, was);
	return save(nic, &r);
}
