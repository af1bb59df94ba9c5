// SPDX-License-Identifier: GPL-2.0-or-later
/* The items manager NIC and lease NIC. */
#include "system/machine.h"
#include "system/status/status.h"

#define NM "/run/NetworkManager/conf.d/iscsiroot.conf"
#define IFUPDOWN "/run/iscsiroot/networking.env"
#define LEASE(state, seconds, since) "version=1\nstate=" state "\naddress=192.0.2.50\nserver=192.0.2.1\n" \
	"seconds=" seconds "\nsince=" since "\nnoted=" since "\n"
#define RETRY " (check the DHCP server; renewal is retried)"
#define NOT_RENEWED "warn lease ens3: 192.0.2.50 is kept but not renewed: "

/* A machine whose boot set up ens3, and files that make it another one. */
static const struct {
	const char *name;
	const char *files[4][2];
	const char *item;
} cases[] = {
	{ "no network manager", { { NULL, NULL } }, "ok manager ens3: no network manager found" },
	{ "NetworkManager without its file", { { "usr/sbin/NetworkManager", "" } },
	  "warn manager ens3: " NM " is missing: a network manager can remove the address "
	  "(systemctl restart iscsiroot-network)" },
	{ "each with its file", { { "usr/sbin/NetworkManager", "" }, { "sbin/ifup", "" }, { NM, "" }, { IFUPDOWN, "" } },
	  "ok manager ens3: not managed by ifupdown (" IFUPDOWN "), NetworkManager (" NM ")" },
	{ "switched off", { { "usr/sbin/NetworkManager", "" },
	  { "etc/iscsi/iscsi.initramfs", "ISCSI_TARGET_NAME=iqn.2001-04.com.example:one\nISCSI_TARGET_IP=192.0.2.10\n"
	    "ISCSI_INITIATOR=iqn.2001-04.com.example:guest\nISCSI_NETWORK=leave\n" } },
	  "ok manager ens3: not protected (ISCSI_NETWORK=leave)" },
	{ "a lease", { { "run/iscsiroot/lease-ens3", LEASE("good", "3600", "11500.000000") } },
	  "ok lease ens3: 192.0.2.50 from 192.0.2.1, 59 min left" },
	{ "an infinite lease", { { "run/iscsiroot/lease-ens3", LEASE("good", "4294967295", "1.000000") } },
	  "ok lease ens3: 192.0.2.50 from 192.0.2.1, never expires" },
	{ "expired, its client is gone", { { "run/iscsiroot/lease-ens3", LEASE("good", "60", "11232.000000") } },
	  NOT_RENEWED "expired 4 min ago (/etc/init.d/iscsiroot start)" },
	{ "the same with systemd", { { "run/iscsiroot/lease-ens3", LEASE("good", "60", "11232.000000") },
	  { "run/systemd/system/x", "" } }, NOT_RENEWED "expired 4 min ago (systemctl restart iscsiroot-lease@ens3)" },
	{ "no answer yet", { { "run/iscsiroot/lease-ens3", LEASE("asking", "0", "0.000000") } },
	  NOT_RENEWED "no DHCP server has answered since this boot" RETRY },
	{ "no answer any more", { { "run/iscsiroot/lease-ens3", LEASE("silent", "120", "11232.000000") } },
	  NOT_RENEWED "expired 3 min ago" RETRY },
	{ "refused", { { "run/iscsiroot/lease-ens3", LEASE("refused", "120", "11500.000000") } },
	  "warn lease ens3: the server refuses to renew 192.0.2.50, which is kept (reserve the address on the server)" },
	{ "another address", { { "run/iscsiroot/lease-ens3", LEASE("other", "120", "11500.000000") "other=192.0.2.9\n" } },
	  "warn lease ens3: 192.0.2.1 offers 192.0.2.9 instead of 192.0.2.50, which is kept (reserve the address on the "
	  "server, or reboot when convenient)" },
};

int main(void)
{
	static struct status st;
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		machine_begin();
		machine_file("proc/uptime", "11532.70 22000.01\n");
		machine_file("run/iscsiroot/handoff", "version=1\nengine=iscsistart\n\nnetwork=ens3\nmethod=dhcp\n"
			     "address=192.0.2.50/24\n\nsession=1\ntarget=iqn.2001-04.com.example:one\n"
			     "portal=192.0.2.10:3260\n\nroot=/dev/sda\ndevice=sda\n");
		for (k = 0; k < 4 && cases[i].files[k][0]; k++)
			machine_file(cases[i].files[k][0], cases[i].files[k][1]);
		memset(&st, 0, sizeof(st));
		report_begin(&st.c.report, true);
		is_int(status_open(&st, machine_dir), 0, "the machine");
		report_begin(&st.c.report, true);
		status_net(&st);
		has_item(&st.c.report, cases[i].item, cases[i].name);
		close(st.c.root);
	}
	machine_end();
	return done_testing();
}
