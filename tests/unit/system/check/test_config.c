// SPDX-License-Identifier: GPL-2.0-or-later
/* The items config, initiator and cmdline. */
#include "system/check/check.h"
#include "system/machine.h"

#define TARGET "ISCSI_TARGET_NAME=iqn.2001-04.com.example:one\nISCSI_TARGET_IP=192.0.2.10\n"
#define NAME "InitiatorName=iqn.2001-04.com.example:guest\n"
#define VALID "ok config: valid: 192.0.2.10:3260 iqn.2001-04.com.example:one\n"
#define NO_SECRET "ok cmdline: no secret on the kernel command line\n"
#define NO_NAME "fail initiator: /etc/iscsi/initiatorname.iscsi: InitiatorName: "

/* What the items begin with, a line each: how plan puts it is its own tests' matter. */
static const struct {
	const char *name, *cmdline, *file, *initiator;
	bool iscsi_root, asked;
	const char *items;
} cases[] = {
	{ "nothing asks for an iSCSI root", "root=/dev/vda1\n", NULL, NAME, false, false, "" },
	{ "nothing asks for the one that is there", "root=/dev/sda\n", NULL, NAME, true, true,
	  "fail config: / is on an iSCSI disk, but nothing tells the next boot to use one "
	  "(set ISCSI_TARGET_NAME and ISCSI_TARGET_IP in /etc/iscsi/iscsi.initramfs)\n" },
	{ "a valid file", "root=/dev/sda\n", TARGET, NAME, false, true, VALID NO_SECRET },
	{ "the target from DHCP", "root=dhcp\n", NULL, NAME, false, true,
	  "ok config: valid; the DHCP server names the target\n" NO_SECRET },
	{ "an invalid value", "root=/dev/sda\n", TARGET "ISCSI_LUN=x\n", NAME, false, true,
	  "fail config: /etc/iscsi/iscsi.initramfs:3: ISCSI_LUN: " },
	{ "no initiator name", "root=/dev/sda\n", TARGET, NULL, false, true, VALID NO_NAME "\n" NO_SECRET },
	{ "no initiator name and an invalid value", "root=/dev/sda\n", TARGET "ISCSI_TIMEOUT=x\n", NULL, false, true,
	  NO_NAME "\nfail config: /etc/iscsi/iscsi.initramfs:3: ISCSI_TIMEOUT: " },
	{ "a secret on the command line", "root=/dev/sda ISCSI_USERNAME=u ISCSI_PASSWORD=0123456789ab\n", TARGET,
	  NAME, false, true, VALID "warn cmdline: kernel command line: ISCSI_PASSWORD: " },
};

static bool begin_with(const char *got, const char *want)
{
	size_t n;

	for (; *want; want += n + (want[n] == '\n')) {
		n = strcspn(want, "\n");
		if (strncmp(got, want, n) || !strchr(got, '\n'))
			return false;
		got = strchr(got, '\n') + 1;
	}
	return !*got;
}

int main(void)
{
	static struct check c;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		machine_begin();
		machine_file("proc/cmdline", cases[i].cmdline);
		if (cases[i].file)
			machine_file("etc/iscsi/iscsi.initramfs", cases[i].file);
		if (cases[i].initiator)
			machine_file("etc/iscsi/initiatorname.iscsi", cases[i].initiator);
		if (cases[i].iscsi_root) {
			machine_session(1, "iqn.2001-04.com.example:one");
			machine_disk(1, "sda", 0);
			machine_file("proc/self/mountinfo", "28 1 8:0 / / rw - ext4 /dev/sda rw\n");
		}
		memset(&c, 0, sizeof(c));
		report_begin(&c.report, true);
		is_int(check_open(&c, machine_dir), 0, "the machine");
		is_int(check_config(&c), cases[i].asked, "asked for");
		if (!ok(begin_with(machine_items(&c.report), cases[i].items), "%s", cases[i].name))
			printf("# got: %s# want: %s\n", machine_items(&c.report), cases[i].items);
		close(c.root);
	}
	machine_end();
	return done_testing();
}
