// SPDX-License-Identifier: GPL-2.0-or-later
/* The items lease and network: is each lease renewed, and does a network manager change a NIC? */
#include "system/check/check.h"
#include "system/machine.h"

#define LEASED "DEVICE='ens3'\nPROTO='dhcp'\nIPV4ADDR='192.0.2.50'\nDHCPLEASETIME='3600'\n"
#define RENEWED "ok lease: all DHCP leases are being renewed\n"
#define UNCHANGED "ok network: no network manager changes the root's NICs\n"
#define LOST "warn lease: ens3 has 192.0.2.50 for 3600 s and nothing renews it " \
	"(use a static ip= on the kernel command line, or an infinite lease)\n"
#define OURS(state) "version=1\nstate=" state "\naddress=192.0.2.50\nserver=192.0.2.1\nseconds=3600\n" \
	"since=100.000000\nnoted=100.000000\n"

/* A good machine, and files that make it another one. */
static const struct {
	const char *name;
	const char *files[4][2];
	const char *items;
} cases[] = {
	{ "a lease that nothing renews", { { "run/net-ens3.conf", LEASED } }, LOST UNCHANGED },
	{ "a static address", { { "run/net-ens3.conf", "PROTO='none'\n" } }, RENEWED UNCHANGED },
	{ "an infinite lease", { { "run/net-ens3.conf", "PROTO='dhcp'\nDHCPLEASETIME='4294967295'\n" } },
	  RENEWED UNCHANGED },
	{ "our own client", { { "run/net-ens3.conf", LEASED }, { "run/iscsiroot/lease-ens3", OURS("good") } },
	  RENEWED UNCHANGED },
	{ "our own client, while no server answers", { { "run/net-ens3.conf", LEASED },
	  { "proc/uptime", "9999.00 1.00\n" }, { "run/iscsiroot/lease-ens3", OURS("silent") } }, RENEWED UNCHANGED },
	{ "our own client is gone, its lease has ended", { { "run/net-ens3.conf", LEASED },
	  { "proc/uptime", "9999.00 1.00\n" }, { "run/iscsiroot/lease-ens3", OURS("good") } }, LOST UNCHANGED },
	{ "systemd-networkd has the lease", { { "run/net-ens3.conf", LEASED }, { "run/systemd/netif/leases/2", "" } },
	  RENEWED UNCHANGED },
	{ "dhcpcd, which takes all NICs", { { "run/net-ens3.conf", LEASED }, { "proc/77/comm", "dhcpcd\n" } },
	  RENEWED UNCHANGED },
	{ "another NIC's dhclient", { { "run/net-ens3.conf", LEASED }, { "proc/77/comm", "dhclient\n" },
	  { "proc/77/cmdline", "ens4" } }, LOST UNCHANGED },
	{ "ifupdown, by a file that it reads", { { "sbin/ifdown", "" },
	  { "etc/network/interfaces", "source /etc/network/interfaces.d/*\n" },
	  { "etc/network/interfaces.d/x", "iface ens3 inet manual\n" } },
	  RENEWED "warn network: ifupdown can take ens3 down, and the root with it "
	  "(add no-auto-down ens3 to /etc/network/interfaces)\n" },
	{ "ifupdown, by a file that it does not read", { { "sbin/ifdown", "" }, { "etc/network/interfaces", "" },
	  { "etc/network/interfaces.d/x", "iface ens3 inet manual\n" } }, RENEWED UNCHANGED },
	{ "ifupdown is not installed", { { "etc/network/interfaces", "iface ens3 inet dhcp\n" } },
	  RENEWED UNCHANGED },
	{ "ifupdown, of a NIC that is protected", { { "sbin/ifdown", "" },
	  { "etc/network/interfaces", "iface ens3 inet dhcp\n" }, { "run/iscsiroot/networking.env", "" } },
	  "ok network: ifupdown also configures ens3: ignored, the NIC is protected\n" RENEWED UNCHANGED },
	{ "systemd-networkd", { { "run/systemd/netif/links/2", "ADMIN_STATE=configured\nNETWORK_FILE=/etc/x.network\n" },
	  { "etc/x.network", "[Network]\nDHCP=yes\n" } },
	  RENEWED "warn network: systemd-networkd can remove the address of ens3, and the root with it "
	  "(set KeepConfiguration=yes in its .network file)\n" },
	{ "systemd-networkd, which keeps the address", {
	  { "run/systemd/netif/links/2", "ADMIN_STATE=configured\nNETWORK_FILE=/etc/x.network\n" },
	  { "etc/x.network", "[Network]\nKeepConfiguration=yes\n" } }, RENEWED UNCHANGED },
	{ "NetworkManager", { { "run/NetworkManager/devices/2", "[device]\nmanaged=true\n" } },
	  RENEWED "warn network: NetworkManager can take ens3 down, and the root with it "
	  "(set unmanaged-devices=interface-name:ens3 in NetworkManager.conf(5))\n" },
	{ "a netplan file for a NIC that is protected", { { "run/iscsiroot/networking.env", "" },
	  { "etc/netplan/a.yaml", "network:\n  ethernets:\n    ens3:\n      dhcp4: true\n" },
	  { "etc/netplan/a.txt", "    ens3:\n" } },
	  "ok network: netplan (/etc/netplan/a.yaml) also configures ens3: ignored, the NIC is protected\n"
	  RENEWED UNCHANGED },
};

/* check reports leases first, so their items are not where a NIC's own are. */
static bool same_items(const char *got, const char *want)
{
	const char *line = want;
	size_t n;

	for (; *line; line += n + 1) {
		n = strcspn(line, "\n");
		if (!memmem(got, strlen(got), line, n + 1))
			return false;
	}
	return strlen(got) == strlen(want);
}

int main(void)
{
	static struct check c;
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		machine_begin();
		machine_file("sys/class/net/ens3/device/x", "");
		machine_file("sys/class/net/ens3/ifindex", "2\n");
		machine_file("proc/uptime", "3000.50 1.00\n");
		for (k = 0; k < 4 && cases[i].files[k][0]; k++)
			machine_file(cases[i].files[k][0], cases[i].files[k][1]);
		memset(&c, 0, sizeof(c));
		report_begin(&c.report, true);
		is_int(check_open(&c, machine_dir), 0, "the machine");
		check_network(&c);
		if (!ok(same_items(machine_items(&c.report), cases[i].items), "%s", cases[i].name))
			printf("# got: %s# want: %s", machine_items(&c.report), cases[i].items);
		close(c.root);
	}
	machine_end();
	return done_testing();
}
