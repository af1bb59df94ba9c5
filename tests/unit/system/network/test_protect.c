// SPDX-License-Identifier: GPL-2.0-or-later
/* The files that protect the boot's NICs from network managers, written and removed again. */
#include "base/codes.h"
#include "system/machine.h"
#include "system/network/protect.h"

#define NETWORKD "run/systemd/network/0-iscsiroot-ens3.network"
#define NM "run/NetworkManager/conf.d/iscsiroot.conf"
#define IFUPDOWN "run/iscsiroot/networking.env"
#define CONFIG "ISCSI_TARGET_NAME=iqn.2001-04.com.example:one\nISCSI_TARGET_IP=192.0.2.10\n" \
	"ISCSI_INITIATOR=iqn.2001-04.com.example:guest\n"

static const char *content(const char *path)
{
	static char text[4096];
	int fd = open(machine_path(path), O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	close(fd);
	if (n < 0)
		return "none";
	text[n] = '\0';
	return text;
}

static void good_machine(void)
{
	machine_begin();
	machine_file("run/iscsiroot/handoff", "version=1\nengine=iscsistart\n\nnetwork=ens3\nmethod=static\n"
		     "address=192.0.2.50/24\n\nsearch=example.com\nnameserver=192.0.2.53\n\nroot=/dev/sda\ndevice=sda\n");
	machine_file("etc/iscsi/iscsi.initramfs", CONFIG);
	machine_file("etc/resolv.conf", "nameserver 198.51.100.1\n");
	machine_file("etc/default/networking", "EXCLUDE_INTERFACES=wlan0\n");
}

int main(void)
{
	static struct handoff h;

	good_machine();
	is_int(protect_open(machine_dir, &h), CODE_DONE, "a hand-off");
	ok(h.n_nics == 1 && !strcmp(h.nics[0].name, "ens3"), "its NIC");
	is_int(protect_is_off(machine_dir), false, "protection is not switched off");
	is_int(protect_write(machine_dir, false), CODE_DONE, "the files are written");
	ok(strstr(content(NETWORKD), "\nName=ens3\n"), "for systemd-networkd");
	ok(strstr(content(NM), "interface-name:=ens3\n"), "for NetworkManager");
	ok(strstr(content(IFUPDOWN), "EXCLUDE_INTERFACES='wlan0 ens3'\n"), "for ifupdown");
	ok(strstr(content("etc/resolv.conf"), "search example.com\nnameserver 192.0.2.53\n"), "for the resolver");
	is_str(content("etc/resolv.conf.before-iscsiroot"), "nameserver 198.51.100.1\n", "the previous file is kept");
	is_int(protect_write(machine_dir, false), CODE_DONE, "once more");
	is_str(content("etc/resolv.conf.before-iscsiroot"), "nameserver 198.51.100.1\n", "it is still the previous file");

	machine_file("etc/iscsi/iscsi.initramfs", CONFIG "ISCSI_NETWORK=leave\n");
	is_int(protect_is_off(machine_dir), true, "ISCSI_NETWORK=leave");
	is_int(protect_open(machine_dir, &h), CODE_NOT_ASKED, "nothing is to be protected");
	is_int(protect_write(machine_dir, false), CODE_DONE, "the files are removed");
	is_str(content(NETWORKD), "none", "that of systemd-networkd");
	is_str(content(NM), "none", "that of NetworkManager");
	is_str(content(IFUPDOWN), "none", "that of ifupdown");
	is_str(content("etc/resolv.conf"), "nameserver 198.51.100.1\n", "the previous resolv.conf is back");

	machine_remove("run/iscsiroot/handoff");
	is_int(protect_open(machine_dir, &h), CODE_NOT_ASKED, "no hand-off");
	is_int(protect_write(machine_dir, false), CODE_DONE, "nothing to do");
	machine_file("run/iscsiroot/handoff", "version=9\n");
	is_int(protect_open(machine_dir, &h), CODE_SYSTEM, "a hand-off of another version");
	machine_end();
	return done_testing();
}
