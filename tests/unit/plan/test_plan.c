// SPDX-License-Identifier: GPL-2.0-or-later
/* What tests/vectors cannot see: the plan as the other modules get it, and plan_asked(). */
#include "formats/netconf.h"
#include "plan/build.h"
#include "plan/text.h"
#include "tap.h"

static struct plan p;
static struct diag why;
static char line[512];

#define NAME "iqn.2001-04.com.example:disk"
#define SELF "InitiatorName=iqn.1993-08.org.debian:01:abc\n"
#define KEYS "ISCSI_TARGET_NAME=" NAME " ISCSI_TARGET_IP=192.0.2.1 "

static struct plan_input input(const char *cmdline, const char *file)
{
	struct plan_input in = { .cmdline = span_of(cmdline), .initiatorname = span_of(SELF) };

	if (file)
		in.file = span_of(file);
	return in;
}

static enum plan_result build(const char *cmdline, const char *file)
{
	struct plan_input in = input(cmdline, file);

	return plan_build(&in, &p, &why);
}

static const char *rejection(void)
{
	diag_format(&why, line, sizeof(line));
	return line;
}

/* A test's name is one line. */
static const char *flat(const char *s)
{
	static char name[256];
	size_t i;

	for (i = 0; s && s[i] && i < sizeof(name) - 1; i++)
		name[i] = s[i] < ' ' ? '_' : s[i];
	name[i] = '\0';
	return name;
}

static void test_asked(void)
{
	static const struct { const char *cmdline, *file; bool asked; } rows[] = {
		{ "", NULL, false },
		{ "root=/dev/sda1 ip=dhcp", "", false },
		{ "root=/dev/sda1", "# nothing\nISCSI_INITIATOR=x\n", false },
		{ KEYS, NULL, true },
		{ "iscsi_target_name=x", NULL, true },
		{ "ISCSI_TARGET_IP=x", NULL, true },
		{ "", "ISCSI_TARGET_NAME=x\n", true },
		{ "", "ISCSI_TARGET_NAME=$(x)\n", true },
		{ "", "ISCSI_TARGET_NAME=\n", false },
		{ "ISCSI_TARGET_NAME=", "ISCSI_TARGET_NAME=x\n", false },
		{ "root=iscsi:garbage", NULL, true },
		{ "root=iscsi", NULL, true },
		{ "root=dhcp", NULL, true },
		{ "netroot=dhcp", NULL, true },
		{ "netroot=iscsi:garbage", NULL, true },
		{ "netroot=nbd:x", NULL, false },
		{ "iscsi_auto", NULL, true },
		{ "iscsi_auto=0", NULL, false },
		{ "rd.iscsi.firmware", NULL, true },
		{ "rd.iscsi.firmware=0", NULL, false },
		{ "rd.iscsi.ibft=1", NULL, false },
		{ KEYS "iscsiroot=off", NULL, false },
		{ KEYS "iscsiroot=OFF", NULL, false },
		{ KEYS "iscsiroot=0", NULL, false },
		{ KEYS "iscsiroot=on", NULL, true },
		{ "-- " KEYS, NULL, false },
		{ "foo=\"" KEYS, NULL, false },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan_input in = input(rows[i].cmdline, rows[i].file);

		ok(plan_asked(&in) == rows[i].asked, "%s: '%s' '%s'",
		   rows[i].asked ? "asked" : "not asked", rows[i].cmdline,
		   flat(rows[i].file));
		ok((plan_build(&in, &p, &why) != PLAN_NONE) == rows[i].asked, "and plan agrees");
	}
}

static void test_root(void)
{
	static const struct { const char *spec; enum root_kind kind; const char *vg, *value; }
	rows[] = {
		{ "/dev/mapper/system-root", ROOT_LV, "system", "root" },
		{ "/dev/mapper/my--vg-my--root", ROOT_LV, "my-vg", "my-root" },
		{ "/dev/mapper/vg---root", ROOT_LV, "vg-", "root" },
		{ "/dev/mapper/vg-root_1.x", ROOT_LV, "vg", "root_1.x" },
		{ "/dev/mapper/crypt", ROOT_DEVICE, "", "/dev/mapper/crypt" },
		{ "/dev/mapper/a-b-c", ROOT_DEVICE, "", "/dev/mapper/a-b-c" },
		{ "/dev/mapper/-root", ROOT_DEVICE, "", "/dev/mapper/-root" },
		{ "/dev/mapper/vg-", ROOT_DEVICE, "", "/dev/mapper/vg-" },
		{ "/dev/system/root", ROOT_LV, "system", "root" },
		{ "/dev/md/root", ROOT_DEVICE, "", "/dev/md/root" },
		{ "/dev/sda1", ROOT_DEVICE, "", "/dev/sda1" },
		{ "/dev/disk/by-label/root", ROOT_DEVICE, "", "/dev/disk/by-label/root" },
		{ "UUID=ab-cd", ROOT_UUID, "", "ab-cd" },
		{ "LABEL=a=b", ROOT_LABEL, "", "a=b" },
		{ "PARTUUID=ab-01", ROOT_PARTUUID, "", "ab-01" },
		{ "PARTLABEL=root", ROOT_PARTLABEL, "", "root" },
		{ "dhcp", ROOT_LUN, "", "" },
		{ "", ROOT_LUN, "", "" },
	};
	char cmdline[256];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		snprintf(cmdline, sizeof(cmdline), KEYS "root=%s", rows[i].spec);
		ok(build(cmdline, NULL) == PLAN_OK && p.root_kind == rows[i].kind, "root=%s",
		   rows[i].spec);
		is_str(p.root_vg, rows[i].vg, "its volume group");
		is_str(p.root_value, rows[i].value, "its value");
		is_str(p.root_spec, rows[i].spec, "as it is written");
	}
}

static void test_scalars(void)
{
	ok(build(KEYS "ISCSI_REPLACEMENT_TIMEOUT=never", NULL) == PLAN_OK &&
	   p.replacement_timeout == -1, "replacement timeout: never");
	ok(build(KEYS "ISCSI_REPLACEMENT_TIMEOUT=15", NULL) == PLAN_OK &&
	   p.replacement_timeout == 15, "replacement timeout: 15");
	ok(build(KEYS, NULL) == PLAN_OK && p.replacement_timeout == 0 && p.deadline_s == 180,
	   "replacement timeout and deadline not said");
	ok(build(KEYS, NULL) == PLAN_OK && !p.leave_network, "NICs are held");
	ok(build(KEYS "ISCSI_NETWORK=hold", NULL) == PLAN_OK && !p.leave_network, "NICs: hold");
	ok(build(KEYS "ISCSI_NETWORK=leave", NULL) == PLAN_OK && p.leave_network, "NICs: leave");
	ok(build(KEYS "ISCSI_CLOCKSOURCE=kvm-clock", NULL) == PLAN_OK &&
	   !strcmp(p.clocksource, "kvm-clock"), "clock source");
	ok(build(KEYS "ISCSI_USERNAME=u ISCSI_PASSWORD=0123456789ab", NULL) == PLAN_OK &&
	   p.secret_on_cmdline, "a secret on the command line is noted");
	ok(build(KEYS, "ISCSI_USERNAME=u\nISCSI_PASSWORD=0123456789ab\n") == PLAN_OK &&
	   !p.secret_on_cmdline && p.targets[0].auth.method == AUTH_CHAP, "one in the file is not");
	ok(build("root=dhcp", NULL) == PLAN_OK && p.wants_dhcp_target && !p.n_targets,
	   "root=dhcp before there is a lease");
}

static void test_net(void)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

	ok(build(KEYS "ip=eth0:dhcp:1400:52-54-00-12-34-56", NULL) == PLAN_OK, "MTU and MAC");
	ok(p.nets[0].set_mac && !p.nets[0].has_mac && !memcmp(p.nets[0].new_mac, mac, 6) &&
	   p.nets[0].mtu == 1400, "the MAC of ip= is one to be given");
	ok(build(KEYS "ip=boot:dhcp ifname=boot:52:54:00:12:34:56", NULL) == PLAN_OK, "ifname=");
	ok(p.nets[0].has_mac && !p.nets[0].set_mac && !memcmp(p.nets[0].mac, mac, 6) &&
	   !strcmp(p.nets[0].device, "boot"), "its MAC says which NIC");
	ok(build(KEYS "BOOTIF=01-52-54-00-12-34-56", NULL) == PLAN_OK && p.n_nets == 1 &&
	   p.nets[0].has_mac && !*p.nets[0].device, "BOOTIF");
	ok(build(KEYS "ip=192.0.2.5:192.0.2.9/31::::eth0:none", NULL) == PLAN_OK &&
	   p.nets[0].peer.family == 4 && p.nets[0].prefix == 31 && !p.nets[0].server.family,
	   "dracut's peer");
	ok(build(KEYS "ip=192.0.2.5:192.0.2.9::24::eth0:none", NULL) == PLAN_OK &&
	   p.nets[0].server.family == 4 && !p.nets[0].peer.family, "the kernel's server");
}

static void test_secrets(void)
{
	static const char *const rows[] = {
		"ISCSI_PASSWORD=HUSH$x\n", "ISCSI_PASSWORD = HUSH\n", "ISCSI_PASSWORD='HUSH\n",
		"ISCSI_PASSWORD=HUSH HUSH\n", "ISCSI_IN_PASSWORD=\"HUSH`\"\n",
		"ISCSI_PASSWROD=HUSH$\n", "ISCSI_PASSWORD:HUSH\n", "export ISCSI_PASSWORD=HUSH&\n",
		"ISCSI_USERNAME=u\nISCSI_PASSWORD='HUSH\x01'\n", "ISCSI_PASSWORD=HUSH\n",
		"ISCSI_USERNAME=u ISCSI_PASSWORD=HUSH\n", "ISCSI_PWD=HUSH$\n", "ISCSI_X=HUSH$\n",
		"ISCSI_PARAM='x.password=a HUSH'\n", "ISCSI_PARAM=x.password:HUSH\n",
		"ISCSI_PARAM=x.password=HUSH$\n", "ISCSI_PARAM='a.b=c x.pw=HUSH\x01'\n",
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ok(build(KEYS, rows[i]) == PLAN_INVALID, "rejected: %s", flat(rows[i]));
		ok(!strstr(rejection(), "HUSH"), "without its secret: %s", line);
	}
	ok(build(KEYS "ISCSI_PASSWORD=a\"HUSH\"", NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor on the command line: %s", line);
	ok(build("root=iscsi:u:HUSH:x@192.0.2.1::::" NAME, NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor in root=: %s", line);
	ok(build("root=iscsi:u:HUSH:HUSH@192.0.2.1::" NAME, NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor where its fields are too few: %s", line);
	ok(build(KEYS "root=u:HUSH@192.0.2.1::::" NAME, NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor where its scheme is missing: %s", line);
	ok(build(KEYS "netroot=iscsi:u:\"HUSH\"@192.0.2.1::::" NAME, NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor with a quote in it: %s", line);
	ok(build(KEYS "root=/dev/vg/lv iscsiroot=u:HUSH@192.0.2.1", NULL) == PLAN_OK &&
	   p.n_warnings == 1 && !strstr(p.warnings[0], "HUSH"), "nor in a warning: %s",
	   p.warnings[0]);
}

static void test_large(void)
{
	static char big[110000];
	static const char *const keys[] = {
		"ISCSI_TARGET_NAME=", "ISCSI_TARGET_IP=", "ISCSI_INITIATOR=", "ISCSI_LUN=",
		"ISCSI_PARAM=", "ISCSI_USERNAME=", "ISCSI_PASSWORD=", "root=", "root=iscsi:",
		"netroot=iscsi:", "ip=", "nameserver=", "rd.route=", "ifname=", "BOOTIF=",
		"ISCSI_TIMEOUT=", "ISCSI_CLOCKSOURCE=", "ISCSI_ENGINE=",
	};
	unsigned i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		size_t n = strlen(KEYS) + strlen(keys[i]);

		memset(big, 'x', sizeof(big) - 1);
		memcpy(big, KEYS, strlen(KEYS));
		memcpy(big + strlen(KEYS), keys[i], strlen(keys[i]));
		ok(build(big, NULL) == PLAN_INVALID, "100 KB in %s", keys[i]);
		ok(strlen(rejection()) < 400, "is rejected in a short line");
		memset(big + n, ':', sizeof(big) - 1 - n);
		ok(build(big, NULL) == PLAN_INVALID, "and so are 100,000 colons");
	}
}

static void test_netconf(void)
{
	static const char conf[] = "DEVICE='eth0'\nPROTO=dhcp\nHOSTNAME=\"guest\"\nEMPTY=''\n"
				   "ODD='it'\\''s'\nTWO='a\nROOTPATH=b'\nROOTPATH='c'\nOPEN='x\n";
	static const struct { const char *key, *want; } rows[] = {
		{ "DEVICE", "eth0" }, { "PROTO", "dhcp" }, { "HOSTNAME", "guest" }, { "EMPTY", "" },
		{ "ODD", "it's" }, { "TWO", "a\nROOTPATH=b" }, { "ROOTPATH", "c" }, { "OPEN", NULL },
		{ "EVICE", NULL }, { "DEVICES", NULL },
	};
	char v[64], small[8];
	bool bad;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool got = netconf_get(span_of(conf), rows[i].key, v, sizeof(v), &bad);

		ok(got == (rows[i].want != NULL) && bad == !got && (!got || !strcmp(v, rows[i].want)),
		   "net-DEV.conf: %s", rows[i].key);
	}
	ok(netconf_get(span_of(conf), "TWO", small, sizeof(small), &bad) && bad && !*small,
	   "a value that is too long");
	ok(!netconf_get(span_of("A='b'\n"), "C", v, sizeof(v), &bad) && !bad, "an absent key");
}

/* A lease that cannot be had: only who asked DHCP for the target minds, and another may name it yet. */
static void test_lost_leases(void)
{
	struct plan_input in = input("root=dhcp", NULL);

	in.lost_leases = "too large";
	in.n_netconfs = 1;
	ok(plan_build(&in, &p, &why) == PLAN_INVALID && p.wants_dhcp_target,
	   "the target of a lost lease is waited for");
	is_str(rejection(), "/run/net-*.conf: too large", "its text");
	in = input(KEYS "root=/dev/vg/lv", NULL);
	in.lost_leases = "too large";
	ok(plan_build(&in, &p, &why) == PLAN_OK && p.n_warnings == 1, "a target that is known");
	is_str(p.warnings[0], "/run/net-*.conf: too large (ignored)", "its warning");
}

static void test_again(void)
{
	struct plan_input in = input(KEYS "root=/dev/vg/lv ip=192.0.2.5/24 x", "ISCSI_LUN=3\nFOO=1\n");
	static char text[2][16384];
	struct out o;
	unsigned i;

	for (i = 0; i < 2; i++) {
		memset(&p, i ? 0xaa : 0, sizeof(p));
		ok(plan_build(&in, &p, &why) == PLAN_OK, "build over %s", i ? "rubbish" : "zeros");
		out_init(&o, text[i], sizeof(text[i]));
		plan_json(&p, true, &o);
		plan_text(&p, true, &o);
		ok(!o.overflow, "the text fits");
	}
	is_str(text[0], text[1], "what was there before does not matter");
	out_init(&o, text[0], 20);
	plan_json(&p, true, &o);
	ok(o.overflow && strlen(text[0]) == 19, "too small a buffer is told, not overrun");
}

int main(void)
{
	test_asked();
	test_root();
	test_scalars();
	test_net();
	test_secrets();
	test_large();
	test_netconf();
	test_lost_leases();
	test_again();
	return done_testing();
}
