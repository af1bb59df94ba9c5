// SPDX-License-Identifier: GPL-2.0-or-later
/* What tests/vectors cannot see: plan_asked(), lost leases, secrets, ceilings, an old plan below. */
#include "plan/text.h"
#include "plan_case.h"

static void test_asked(void)
{
	static const struct { const char *cmdline, *file; bool asked; } rows[] = {
		{ "", NULL, false },
		{ "root=/dev/sda1 ip=dhcp", "", false },
		{ "root=/dev/sda1", "# nothing\nISCSI_INITIATOR=x\n", false },
		{ TARGET, NULL, true },
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
		{ "iscsi_auto", NULL, false }, { "netroot=iscsi", NULL, false },
		{ "iscsi_auto=0", NULL, false },
		{ "rd.iscsi.firmware", NULL, false }, { "ip=eth0:ibft", NULL, false },
		{ "iscsi_target=" NAME, NULL, false }, { "ISCSI_TARGET=x", NULL, true },
		{ "root=iscsi rd.iscsi.firmware", NULL, false },
		{ "rd.iscsi.firmware=0", NULL, false },
		{ "rd.iscsi.ibft=1", NULL, false },
		{ TARGET "iscsiroot=off", NULL, false },
		{ TARGET "iscsiroot=OFF", NULL, false },
		{ TARGET "iscsiroot=0", NULL, false },
		{ TARGET "iscsiroot=on", NULL, true },
		{ "-- " TARGET, NULL, false },
		{ "foo=\"" TARGET, NULL, false },
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

/* The words that leave the target to the firmware, without and with its table. */
static void test_firmware(void)
{
	static const char *const words[] = {
		"rd.iscsi.firmware", "rd.iscsi.firmware=1", "iscsi_firmware", "rd.iscsi.ibft=1",
		"ip=ibft", "ip=eth0:ibft", "iscsi_auto", "ISCSI_AUTO=true", "netroot=iscsi", "netroot=iscsi:",
	};
	char cmdline[256];
	unsigned i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct plan_input in = input(words[i], NULL);

		ok(plan_build(&in, &p, &why) == PLAN_NONE && why.reason &&
		   strstr(why.reason, "no iBFT"), "%s: nothing, and the reason", words[i]);
		in.has_ibft = true;
		ok(plan_asked(&in) && plan_build(&in, &p, &why) == PLAN_INVALID,
		   "with a table: not yet");
		snprintf(cmdline, sizeof(cmdline), TARGET "root=UUID=U %s", words[i]);
		ok(build(cmdline, NULL) == PLAN_OK && p.n_targets == 1 &&
		   p.n_warnings == (strstr(words[i], "netroot") ? 0 : 1),
		   "beside a target: a warning");
	}
	ok(build("rd.iscsi.firmware iscsiroot=off", NULL) == PLAN_NONE && !why.reason, "off is silent");
	ok(build("root=/dev/sda1", NULL) == PLAN_NONE && !why.reason, "so is no word at all");
	ok(build("iscsi_target=" NAME, NULL) == PLAN_NONE && why.hint &&
	   strstr(why.hint, "ISCSI_TARGET_NAME"), "a key that somebody made up is told");
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
		ok(build(TARGET, rows[i]) == PLAN_INVALID, "rejected: %s", flat(rows[i]));
		ok(!strstr(rejection(), "HUSH"), "without its secret: %s", line);
	}
	ok(build(TARGET "ISCSI_PASSWORD=a\"HUSH\"", NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor on the command line: %s", line);
	ok(build("root=iscsi:u:HUSH:x@192.0.2.1::::" NAME, NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor in root=: %s", line);
	ok(build("root=iscsi:u:HUSH:HUSH@192.0.2.1::" NAME, NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor where its fields are too few: %s", line);
	ok(build(TARGET "root=u:HUSH@192.0.2.1::::" NAME, NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor where its scheme is missing: %s", line);
	ok(build(TARGET "netroot=iscsi:u:\"HUSH\"@192.0.2.1::::" NAME, NULL) == PLAN_INVALID &&
	   !strstr(rejection(), "HUSH"), "nor with a quote in it: %s", line);
	ok(build(TARGET "root=/dev/vg/lv iscsiroot=u:HUSH@192.0.2.1", NULL) == PLAN_OK &&
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
		size_t n = strlen(TARGET) + strlen(keys[i]);

		memset(big, 'x', sizeof(big) - 1);
		memcpy(big, TARGET, strlen(TARGET));
		memcpy(big + strlen(TARGET), keys[i], strlen(keys[i]));
		ok(build(big, NULL) == PLAN_INVALID, "100 KB in %s", keys[i]);
		ok(strlen(rejection()) < 400, "is rejected in a short line");
		memset(big + n, ':', sizeof(big) - 1 - n);
		ok(build(big, NULL) == PLAN_INVALID, "and so are 100,000 colons");
	}
}

/* A lease that cannot be read matters only where DHCP is to name the target. */
static void test_lost_leases(void)
{
	struct plan_input in = input("root=dhcp", NULL);

	in.lost_leases = "too large";
	in.n_netconfs = 1;
	ok(plan_build(&in, &p, &why) == PLAN_INVALID && p.wants_dhcp_target,
	   "the target of a lost lease is still to come");
	is_str(rejection(), "/run/net-*.conf: too large", "its text");
	in = input(TARGET "root=/dev/vg/lv", NULL);
	in.lost_leases = "too large";
	ok(plan_build(&in, &p, &why) == PLAN_OK && p.n_warnings == 1, "a target from elsewhere");
	is_str(p.warnings[0], "/run/net-*.conf: too large (ignored)", "its warning");
}

static void test_again(void)
{
	struct plan_input in = input(TARGET "root=/dev/vg/lv ip=192.0.2.5/24 x", "ISCSI_LUN=3\nFOO=1\n");
	static char text[2][2 * PLAN_TEXT_MAX];
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
	is_str(text[0], text[1], "the old content of the plan does not matter");
	out_init(&o, text[0], 20);
	plan_json(&p, true, &o);
	ok(o.overflow && strlen(text[0]) == 19, "too small a buffer is told, not overrun");
}

/* At a ceiling all is accepted, one more is rejected with the number in the message. */
static void test_ceilings(void)
{
	static const struct {
		const char *head, *before, *after;
		unsigned max;
		const char *reason;
	} rows[] = {
		{ TARGET, " ip=eth", ":dhcp", NETS_MAX, "more than 64 ip= parameters" },
		{ TARGET, " rd.route=10.", ".0.0/16:192.0.2.1", ROUTES_MAX, "more than 64 routes" },
		{ TARGET, " nameserver=192.0.2.", "", NAMESERVERS_MAX, "more than 16 name servers" },
		{ TARGET, " ISCSI_PARAM=a.b", "=1", PARAMS_MAX, "more than 64 parameters" },
		{ "ISCSI_TARGET_NAME=" NAME " ISCSI_TARGET_IP=", "192.0.2.", ",", PORTALS_MAX,
		  "more than 32 portals" },
		{ "", " netroot=iscsi:192.0.2.", "::::" NAME, TARGETS_MAX, "more than 32 targets" },
		{ TARGET, " rd.iscsi.waitnet=", "", CMDLINE_PARAMETERS_MAX - 2,
		  "more than 1024 iSCSI and network parameters" },
	};
	static char cmdline[65536];
	unsigned i, n, more;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (more = 0; more < 2; more++) {
			strcpy(cmdline, rows[i].head);
			for (n = 0; n < rows[i].max + more; n++) {
				size_t len = strlen(cmdline);

				snprintf(cmdline + len, sizeof(cmdline) - len, "%s%u%s", rows[i].before,
					 n + 1, rows[i].after);
			}
			ok(build(cmdline, NULL) == (more ? PLAN_INVALID : PLAN_OK), "%s: %u%s",
			   rows[i].before, rows[i].max, more ? " and one more" : "");
			ok(!more || !strcmp(why.reason, rows[i].reason), "%s", rows[i].reason);
		}
	strcat(cmdline, " iscsiroot=off");
	ok(build(cmdline, NULL) == PLAN_NONE, "iscsiroot=off counts beyond the ceiling as well");
}

int main(void)
{
	test_asked();
	test_firmware();
	test_secrets();
	test_large();
	test_lost_leases();
	test_again();
	test_ceilings();
	return done_testing();
}
