// SPDX-License-Identifier: GPL-2.0-or-later
/* The item clock: which clock source the kernel uses, and which it should. */
#include "system/check/check.h"
#include "system/machine.h"

#define DIR_OF "sys/devices/system/clocksource/clocksource0/"

static const struct {
	const char *name, *current, *available, *hypervisor, *cmdline, *want, *items;
} cases[] = {
	{ "no clock source to be seen", "", "", "xen", "", "xen", "" },
	{ "no Xen guest, none configured", "tsc", "tsc hpet ", "", "", "", "" },
	{ "a Xen guest with Xen's", "xen", "xen tsc ", "xen", "", "", "ok clock: xen is in use\n" },
	{ "a Xen guest with the processor's", "tsc", "xen tsc ", "xen", "", "",
	  "warn clock: tsc is in use, which can jump when the guest migrates "
	  "(set ISCSI_CLOCKSOURCE=xen, then reboot)\n" },
	{ "a Xen guest that counts interrupts", "jiffies", "xen ", "xen", "", "",
	  "warn clock: jiffies is in use, which can jump when the guest migrates "
	  "(set ISCSI_CLOCKSOURCE=xen, then reboot)\n" },
	{ "one whose name only begins like it", "tsc-stable", "xen ", "xen", "", "",
	  "ok clock: tsc-stable is in use\n" },
	{ "configured and in use", "hpet", "tsc hpet ", "", "", "hpet", "ok clock: hpet is in use\n" },
	{ "configured for the next boot", "tsc", "tsc hpet ", "", "", "hpet",
	  "ok clock: tsc is in use, hpet from the next boot on\n" },
	{ "configured, but the kernel has none", "tsc", "tsc hpet ", "", "", "xen",
	  "warn clock: ISCSI_CLOCKSOURCE is xen, but the kernel has only tsc hpet "
	  "(set ISCSI_CLOCKSOURCE to one of these)\n" },
	{ "a part of a name is no name", "tsc", "tsc hpet ", "", "", "hpe",
	  "warn clock: ISCSI_CLOCKSOURCE is hpe, but the kernel has only tsc hpet "
	  "(set ISCSI_CLOCKSOURCE to one of these)\n" },
	{ "the kernel's own parameter, refused", "xen", "xen tsc ", "xen",
	  "ro clocksource=hpet clocksource=jiffies", "",
	  "ok clock: xen is in use; the kernel did not accept clocksource=jiffies\n" },
	{ "the kernel's own parameter, accepted", "xen", "xen tsc ", "xen", "clocksource=xen", "",
	  "ok clock: xen is in use\n" },
};

int main(void)
{
	static struct check c;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		machine_begin();
		machine_file(DIR_OF "current_clocksource", cases[i].current);
		machine_file(DIR_OF "available_clocksource", cases[i].available);
		machine_file("sys/hypervisor/type", cases[i].hypervisor);
		machine_file("proc/cmdline", cases[i].cmdline);
		memset(&c, 0, sizeof(c));
		report_begin(&c.report, true);
		is_int(check_open(&c, machine_dir), 0, "the machine");
		check_clock(&c, cases[i].want);
		is_items(&c.report, cases[i].items, cases[i].name);
		close(c.root);
	}
	machine_end();
	return done_testing();
}
