// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "system/network/manager_files.h"
#include "tap.h"

static const char handoff[] =
	"version=1\nengine=iscsistart\n\n"
	"network=ens3\nmac=52:54:00:12:34:50\nmethod=dhcp\naddress=192.0.2.100/24\n"
	"gateway=192.0.2.1\nhostname=web1\n\n"
	"network=ens4\nmac=52:54:00:12:34:51\nmethod=static\naddress=198.51.100.7/24\n"
	"address=2001:db8::7/64\n\n"
	"network=ens5\nmethod=auto6\n\n"
	"session=1\ntarget=iqn.2001-04.com.example:storage.lun1\nportal=192.0.2.1:3260\ntpgt=1\n\n"
	"search=\"lan.example example.com\"\nnameserver=192.0.2.53\nnameserver=2001:db8::53\n\n"
	"root=/dev/mapper/system-root\ndevice=dm-0\n";

static struct handoff h;
static char text[2048];
static struct out o;

static void parse(const char *from)
{
	struct diag why;

	ok(handoff_parse(span_of(from), &h, &why), "a hand-off");
}

static void begin(void)
{
	out_init(&o, text, sizeof(text));
}

static void test_names(void)
{
	ok(manager_can_name("ens3") && manager_can_name("enx525400123450") && manager_can_name("eth0.5") &&
	   manager_can_name("br-lan_1"), "names that a file can have");
	ok(!manager_can_name("") && !manager_can_name(".") && !manager_can_name(".a") && !manager_can_name("a*") &&
	   !manager_can_name("a b") && !manager_can_name("a@b") && !manager_can_name("a:1") && !manager_can_name("a;b") &&
	   !manager_can_name("a/b") && !manager_can_name("[a]"), "names that would say something else");
}

static void test_managers(void)
{
	parse(handoff);
	begin();
	manager_networkd("ens3", &o);
	is_str(text, "# Made by iscsiroot: ens3 carries the root and is not managed by systemd-networkd.\n"
	       "[Match]\nName=ens3\n\n[Link]\nUnmanaged=yes\n", "systemd-networkd");
	h.n_nics = 2;
	begin();
	manager_nm(&h, false, &o);
	is_str(text, "# Made by iscsiroot: these carry the root and are not managed by NetworkManager.\n"
	       "[keyfile]\nunmanaged-devices+=interface-name:=ens3;interface-name:=ens4\n\n"
	       "[device-iscsiroot]\nmatch-device=interface-name:=ens3;interface-name:=ens4\n"
	       "managed=0\n", "NetworkManager");
	begin();
	manager_nm(&h, true, &o);
	ok(strstr(text, "\nmanaged=0\n\n[global-dns]\nsearches=lan.example,example.com\n\n"
		  "[global-dns-domain-*]\nservers=192.0.2.53,2001:db8::53\n"),
	   "NetworkManager, with the name servers");
	memcpy(h.nics[0].name, "a*", 3);
	begin();
	manager_ifupdown(span_of(""), &h, &o);
	is_str(strstr(text, "EXCLUDE"), "EXCLUDE_INTERFACES='ens4'\n", "a name like a pattern is left out");
}

static void excludes(const char *defaults, const char *want)
{
	parse("version=1\n\nnetwork=ens3\n\nnetwork=ens4\n");
	begin();
	manager_ifupdown(span_of(defaults), &h, &o);
	is_str(strstr(text, "EXCLUDE"), want, "ifupdown's list and ours");
}

static void test_ifupdown(void)
{
	excludes("", "EXCLUDE_INTERFACES='ens3 ens4'\n");
	excludes("#EXCLUDE_INTERFACES=\nVERBOSE=no\n", "EXCLUDE_INTERFACES='ens3 ens4'\n");
	excludes("EXCLUDE_INTERFACES=\n", "EXCLUDE_INTERFACES='ens3 ens4'\n");
	excludes("EXCLUDE_INTERFACES=wlan*\n", "EXCLUDE_INTERFACES='wlan* ens3 ens4'\n");
	excludes("EXCLUDE_INTERFACES=\"a b\"\nEXCLUDE_INTERFACES='c d'\n",
		 "EXCLUDE_INTERFACES='c d ens3 ens4'\n");
	excludes("EXCLUDE_INTERFACES=\"a'b\"\n", "EXCLUDE_INTERFACES='ens3 ens4'\n");
	excludes("EXCLUDE_INTERFACES=$(reboot)\n", "EXCLUDE_INTERFACES='ens3 ens4'\n");
	excludes("EXCLUDE_INTERFACES='a\tb'\n", "EXCLUDE_INTERFACES='ens3 ens4'\n");
}

static void test_resolver(void)
{
	parse(handoff);
	begin();
	manager_resolved(&h, &o);
	is_str(text, "# Made by iscsiroot: the name servers of the boot.\n[Resolve]\n"
	       "DNS=192.0.2.53 2001:db8::53\nDomains=lan.example example.com\n", "systemd-resolved");
	begin();
	manager_resolv(&h, &o);
	is_str(text, "search lan.example example.com\nnameserver 192.0.2.53\nnameserver 2001:db8::53\n",
	       "resolv.conf");
	h.search[0] = '\0';
	begin();
	manager_resolved(&h, &o);
	manager_resolv(&h, &o);
	ok(!strstr(text, "Domains") && !strstr(text, "search"), "without search domains");
	h.n_servers = 0;
	begin();
	manager_resolved(&h, &o);
	manager_resolv(&h, &o);
	is_str(text, "", "without a name server");
}

int main(void)
{
	test_names();
	test_managers();
	test_ifupdown();
	test_resolver();
	return done_testing();
}
