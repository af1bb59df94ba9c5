// SPDX-License-Identifier: GPL-2.0-or-later
/* The items lease and network: is each lease renewed, and does a network manager change a NIC? */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "formats/netconf.h"
#include "kernel/sysfs.h"
#include "runtime/lease_file.h"
#include "system/check/check.h"
#include "system/network/manager_files.h"

static char text[65536];

static DIR *open_dir(const struct check *c, const char *path)
{
	int fd = openat(c->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static struct span read_index(const char *nic, char *buf, size_t size)
{
	return sysfs_read(buf, size, "class/net/%s/ifindex", nic);
}

/* dhclient, dhcpcd or udhcpc with the NIC among its arguments; dhcpcd takes all by itself. */
static bool is_client(const struct check *c, const char *pid, const char *nic)
{
	char path[300], buf[4096];
	struct span rest, name;
	bool dhcpcd;

	out_text(path, sizeof(path), "proc/%s/comm", pid);
	rest = check_read(c, path, buf, sizeof(buf));
	span_cut(&rest, '\n', &name);
	dhcpcd = span_eq(name, "dhcpcd");
	if (!dhcpcd && !span_eq(name, "dhclient") && !span_eq(name, "udhcpc"))
		return false;
	out_text(path, sizeof(path), "proc/%s/cmdline", pid);
	rest = check_read(c, path, buf, sizeof(buf));
	while (rest.n) {
		span_cut(&rest, '\0', &name);
		if (span_eq(name, nic))
			return true;
	}
	return dhcpcd;
}

static bool has_client(const struct check *c, const char *nic)
{
	DIR *d = open_dir(c, "proc");
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d)))
		found = e->d_name[0] >= '1' && e->d_name[0] <= '9' && is_client(c, e->d_name, nic);
	if (d)
		closedir(d);
	return found;
}

static bool networkd_leases(const struct check *c, struct span index)
{
	char path[64];

	return out_text(path, sizeof(path), "run/systemd/netif/leases/%pS", (void *)&index) &&
	       check_exists(c, path);
}

static bool nm_manages(const struct check *c, struct span index)
{
	char path[64];
	struct span value;

	out_text(path, sizeof(path), "run/NetworkManager/devices/%pS", (void *)&index);
	return text_setting(check_read(c, path, text, sizeof(text)), "managed", &value) &&
	       (span_eq(value, "true") || span_eq(value, "1"));
}

/*
 * Does our own client run? Whether the server answers is reported by status. A client that runs records
 * that a lease has expired, so a good lease that has expired shows that it no longer runs.
 */
static bool renews(const struct check *c, const char *nic)
{
	struct lease_state r;

	return lease_read(c->root, nic, &r) &&
	       (r.state != LEASE_GOOD || !lease_ended(&r, check_uptime(c)));
}

static bool check_lease(struct check *c, const char *nic)
{
	char path[64], buf[16], proto[16], address[64], seconds[16];
	struct span conf, index;
	uint64_t n = 0;
	bool bad;

	out_text(path, sizeof(path), "run/net-%s.conf", nic);
	conf = check_read(c, path, text, sizeof(text));
	if (!netconf_get(conf, "PROTO", proto, sizeof(proto), &bad) || strcmp(proto, "dhcp"))
		return true;
	netconf_get(conf, "IPV4ADDR", address, sizeof(address), &bad);
	netconf_get(conf, "DHCPLEASETIME", seconds, sizeof(seconds), &bad);
	if (scan_uint(span_of(seconds), UINT32_MAX, &n) && n == LEASE_FOREVER)
		return true;
	index = read_index(nic, buf, sizeof(buf));
	if (renews(c, nic) || networkd_leases(c, index) || nm_manages(c, index) || has_client(c, nic))
		return true;
	report_item(&c->report, CHECK_WARN, "lease",
		    "use a static ip= on the kernel command line, or an infinite lease",
		    "%s has %s for %s s and nothing renews it", nic, address, seconds);
	return false;
}

/* KeepConfiguration= in the .network file or one of its drop-ins. */
static bool keeps(const struct check *c, struct span files, char sep)
{
	static char conf[16384];
	char path[256];
	struct span one, value;

	while (files.n) {
		span_cut(&files, sep, &one);
		if (!one.n || !span_copy((struct span){ one.p + 1, one.n - 1 }, path, sizeof(path)))
			continue;
		if (text_setting(check_read(c, path, conf, sizeof(conf)), "KeepConfiguration",
				 &value) && !span_eq(value, "no"))
			return true;
	}
	return false;
}

static bool networkd_hurts(const struct check *c, struct span index)
{
	char path[64];
	struct span state, admin, files;

	out_text(path, sizeof(path), "run/systemd/netif/links/%pS", (void *)&index);
	state = check_read(c, path, text, sizeof(text));
	if (!text_setting(state, "ADMIN_STATE", &admin) ||
	    (!span_eq(admin, "configured") && !span_eq(admin, "configuring")))
		return false;
	return !(text_setting(state, "NETWORK_FILE", &files) && keeps(c, files, '\n')) &&
	       !(text_setting(state, "NETWORK_FILE_DROPINS", &files) && keeps(c, files, ':'));
}

static bool ifupdown_hurts(const struct check *c, const char *nic)
{
	struct span main;
	struct dirent *e;
	char path[320];
	bool found;
	DIR *d;

	if (!check_exists(c, "sbin/ifdown") && !check_exists(c, "usr/sbin/ifdown"))
		return false;
	main = check_read(c, "etc/network/interfaces", text, sizeof(text));
	found = text_ifupdown(main, nic);
	/* Debian's own file includes the directory; an administrator's may not */
	d = text_sources(main) ? open_dir(c, "etc/network/interfaces.d") : NULL;
	while (d && !found && (e = readdir(d))) {
		out_text(path, sizeof(path), "etc/network/interfaces.d/%s", e->d_name);
		found = e->d_name[0] != '.' &&
			text_ifupdown(check_read(c, path, text, sizeof(text)), nic);
	}
	if (d)
		closedir(d);
	return found;
}

/* The managers' own configuration, to be reported where it names a protected NIC. */
static const struct {
	const char *manager, *dir, *suffix;
	bool (*is_for)(struct span file, const char *nic);
} configs[] = {
	{ "netplan", "etc/netplan", ".yaml", text_netplan },
	{ "systemd-networkd", "etc/systemd/network", ".network", text_networkd },
	{ "NetworkManager", "etc/NetworkManager/system-connections", ".nmconnection", text_keyfile },
};

static bool ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && !strcmp(name + n - m, suffix);
}

static void report_config(struct check *c, size_t k, const char *nic)
{
	DIR *d = open_dir(c, configs[k].dir);
	struct dirent *e;
	char path[320];

	while (d && (e = readdir(d))) {
		out_text(path, sizeof(path), "%s/%s", configs[k].dir, e->d_name);
		if (ends_in(e->d_name, configs[k].suffix) &&
		    configs[k].is_for(check_read(c, path, text, sizeof(text)), nic))
			report_ok(&c->report, "network", "%s (/%s) also configures %s: ignored, "
				  "the NIC is protected", configs[k].manager, path, nic);
	}
	if (d)
		closedir(d);
}

static void report_kept_off(struct check *c, const char *nic)
{
	size_t k;

	if (ifupdown_hurts(c, nic))
		report_ok(&c->report, "network", "ifupdown also configures %s: ignored, the NIC is "
			  "protected", nic);
	for (k = 0; k < sizeof(configs) / sizeof(*configs); k++)
		report_config(c, k, nic);
}

static bool check_manager(struct check *c, const char *nic)
{
	char buf[16], todo[160];
	struct span index = read_index(nic, buf, sizeof(buf));
	unsigned faults = 0;

	if (check_exists(c, &MANAGER_IFUPDOWN[1]) && manager_can_name(nic)) {
		report_kept_off(c, nic);
	} else if (ifupdown_hurts(c, nic)) {
		faults++;
		out_text(todo, sizeof(todo), "add no-auto-down %s to /etc/network/interfaces",
			 nic);
		report_item(&c->report, CHECK_WARN, "network", todo,
			    "ifupdown can take %s down, and the root with it", nic);
	}
	if (networkd_hurts(c, index)) {
		faults++;
		report_item(&c->report, CHECK_WARN, "network",
			    "set KeepConfiguration=yes in its .network file",
			    "systemd-networkd can remove the address of %s, and the root with it",
			    nic);
	}
	if (nm_manages(c, index)) {
		faults++;
		out_text(todo, sizeof(todo),
			 "set unmanaged-devices=interface-name:%s in NetworkManager.conf(5)", nic);
		report_item(&c->report, CHECK_WARN, "network", todo,
			    "NetworkManager can take %s down, and the root with it", nic);
	}
	return !faults;
}

void check_network(struct check *c)
{
	bool leases = true, managers = true;
	unsigned i;

	for (i = 0; i < c->n_nics; i++)
		leases &= check_lease(c, c->nics[i]);
	for (i = 0; i < c->n_nics; i++)
		managers &= check_manager(c, c->nics[i]);
	if (c->nics_cut)
		report_item(&c->report, CHECK_WARN, "network", NULL,
			    "more than %d network interfaces, the others are not looked at", NICS_MAX);
	if (leases)
		report_ok(&c->report, "lease", "all DHCP leases are being renewed");
	if (managers)
		report_ok(&c->report, "network",
			  "no network manager changes the root's NICs");
}
