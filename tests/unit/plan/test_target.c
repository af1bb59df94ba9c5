// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/target.h"
#include "plan_case.h"

#define SPEC(n) "iscsi:192.0.2." #n "::::" NAME

/* The address's last byte of each target and the source of the first, or the rejection. */
static void test_precedence(void)
{
	static const struct { const char *cmdline, *file, *want; unsigned warnings; } rows[] = {
		{ "root=" SPEC(7) " netroot=" SPEC(8) " " TARGET, NULL, "cmdline 7", 2 },
		{ "netroot=" SPEC(8) " netroot=" SPEC(9) " root=/dev/vg/lv " TARGET, NULL,
		  "cmdline 8 9", 1 },
		{ "netroot=" SPEC(8) " netroot=" SPEC(8) " root=/dev/vg/lv", NULL, "cmdline 8", 0 },
		{ TARGET "root=/dev/vg/lv", NULL, "cmdline 1", 0 },
		{ "root=/dev/vg/lv", "ISCSI_TARGET_NAME=" NAME "\nISCSI_TARGET_IP=192.0.2.3\n", "file 3", 0 },
		{ "root=dhcp", NULL, "dhcp", 0 },
		{ "root=/dev/vg/lv", "ISCSI_TARGET=192.0.2.3::::" NAME "\nISCSI_TARGET=192.0.2.4::::" NAME "\n",
		  "file 3 4", 0 },
		{ "root=/dev/vg/lv netroot=" SPEC(8), "ISCSI_TARGET=192.0.2.3::::" NAME "\n", "cmdline 8",
		  0 },
		{ "root=/dev/vg/lv ISCSI_TARGET=" SPEC(8) " netroot=" SPEC(9), NULL, "cmdline 9 8", 0 },
		{ "root=/dev/vg/lv ISCSI_TARGET=" SPEC(1) " " TARGET, NULL, "cmdline 1", 0 },
		{ "root=/dev/vg/lv", "ISCSI_TARGET_NAME='" NAME "1\t " NAME "2 '\nISCSI_TARGET_IP=192.0.2.3\n",
		  "file 3 3", 0 },
		{ "\"ISCSI_TARGET_NAME=" NAME " b\" ISCSI_TARGET_IP=192.0.2.1", NULL,
		  "contains white space, a control character or a non-ASCII byte", 0 },
		{ "root=iscsi", NULL, "no target is given", 0 },
		{ "ISCSI_TARGET_IP=192.0.2.1", NULL, "target address without a target name", 0 },
		{ "ISCSI_TARGET_NAME=" NAME, NULL, "target name without an address", 0 },
		{ "root=iscsi:x", NULL, "not [USER:PASSWORD@]SERVER:[PROTOCOL]:[PORT]:[LUN]:NAME", 0 },
		{ "root=iscsi:192.0.2.1:udp:::" NAME, NULL, "not a supported protocol", 0 },
		{ "root=iscsi:::::" NAME, NULL, "target name without an address", 0 },
		{ "root=iscsi:u@192.0.2.1::::" NAME, NULL,
		  "credentials are not USER:PASSWORD or USER:PASSWORD:USER:PASSWORD", 0 },
	};
	unsigned i, t;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char got[128];
		struct out o;

		out_init(&o, got, sizeof(got));
		if (build(rows[i].cmdline, rows[i].file) != PLAN_OK)
			out_str(&o, why.reason);
		else if (p.wants_dhcp_target)
			out_str(&o, "dhcp");
		else
			out_str(&o, plan_source_name(p.targets[0].source));
		for (t = 0; t < p.n_targets; t++)
			out_fmt(&o, " %u", p.targets[t].portals[0].addr.b[3]);
		is_str(got, rows[i].want, rows[i].cmdline);
		if (strstr(rows[i].cmdline, "/dev/"))
			is_int(p.n_warnings, rows[i].warnings, "what is ignored has a warning");
	}
}

static void test_lease(void)
{
	static const struct { const char *conf, *want; } rows[] = {
		{ "ROOTPATH='iscsi:192.0.2.1:::10:" NAME "'\n", NULL },
		{ "ROOTPATH='192.0.2.1:/export'\n", "no DHCP server sent an iSCSI root-path" },
		{ "ROOTPATH='x\n", "no DHCP server sent an iSCSI root-path" },
		{ "ROOTPATH='iscsi:x'\n", "not [USER:PASSWORD@]SERVER:[PROTOCOL]:[PORT]:[LUN]:NAME" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan_input in = input("root=dhcp", NULL);

		in.n_netconfs = 1;
		strcpy(in.netconf_devices[0], "eth0");
		in.netconfs[0] = span_of(rows[i].conf);
		ok(plan_build(&in, &p, &why) == (rows[i].want ? PLAN_INVALID : PLAN_OK), "lease: %s",
		   flat(rows[i].conf));
		if (rows[i].want)
			is_str(why.reason, rows[i].want, "its rejection");
		else
			is_int(p.targets[0].lun[0], 0x10, "the LUN is hexadecimal (RFC 4173)");
	}
}

/* Credentials are of the file wherever the target is from, unless it names its own. */
static void test_credentials(void)
{
	static const struct { const char *cmdline, *want; } rows[] = {
		{ "root=" SPEC(7), "u" }, { "netroot=" SPEC(7), "u" }, { TARGET, "u" },
		{ "ISCSI_TARGET=" SPEC(7), "u" }, { "netroot=iscsi:@192.0.2.7::::" NAME, "" },
		{ "netroot=iscsi:me:0123456789abc@192.0.2.7::::" NAME, "me" },
		{ "netroot=" SPEC(7) " ISCSI_USERNAME=v", "v" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ok(build(rows[i].cmdline, "ISCSI_USERNAME=u\nISCSI_PASSWORD=0123456789abc\n") == PLAN_OK,
		   "%s", rows[i].cmdline);
		is_str(p.targets[0].auth.username, rows[i].want, "its user name");
	}
}

/* What is wrong with the root-path of one NIC is a warning where another's is good. */
static void test_leases(void)
{
	struct plan_input in = input("root=dhcp", NULL);

	in.n_netconfs = 3;
	strcpy(in.netconf_devices[0], "eth0");
	strcpy(in.netconf_devices[1], "eth1");
	strcpy(in.netconf_devices[2], "eth2");
	in.netconfs[0] = span_of("ROOTPATH='iscsi:x'\n");
	in.netconfs[1] = span_of("ROOTPATH='iscsi:192.0.2.1:::1:" NAME "'\n");
	in.netconfs[2] = span_of("ROOTPATH='iscsi:192.0.2.1:::x:" NAME "'\n");
	ok(plan_build(&in, &p, &why) == PLAN_OK && p.n_targets == 1, "one good lease of three");
	is_int(p.n_warnings, 2, "a warning for each of the others");
	in.netconfs[1] = span_of("");
	ok(plan_build(&in, &p, &why) == PLAN_INVALID && p.wants_dhcp_target,
	   "no good one: invalid, but another may come");
	is_str(why.reason, "not a valid LUN", "the last reason");
}

int main(void)
{
	test_credentials();
	test_leases();
	test_precedence();
	test_lease();
	return done_testing();
}
