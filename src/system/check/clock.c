// SPDX-License-Identifier: GPL-2.0-or-later
/* The item clock: does the clock run evenly when the guest migrates? TCP's time stamps and all timers
 * depend on the clock source; guests have lost their root when it jumped. */
#include <string.h>

#include "kernel/sysfs.h"
#include "system/check/check.h"

#define CLOCK_DIR "devices/system/clocksource/clocksource0/"
/* Counters of the host's processor, or of interrupts, which a guest does not get while it migrates. */
#define JUMPS " tsc tsc-early jiffies refined-jiffies "

/* clocksource= on the kernel command line, which the kernel itself reads. */
static struct span kernel_parameter(const struct check *c, char *buf, size_t size)
{
	struct span rest = check_read(c, "proc/cmdline", buf, size), line, word, found = { 0 };

	span_cut(&rest, '\n', &line);
	rest = line;
	while (rest.n) {
		span_cut(&rest, ' ', &word);
		if (span_take(&word, "clocksource="))
			found = word;
	}
	return found;
}

static bool same(struct span a, struct span b)
{
	return a.n == b.n && !memcmp(a.p, b.p, a.n);
}

void check_clock(struct check *c, const char *want)
{
	static char cmdline[CMDLINE_MAX];
	char type[32], name[64], names[256], list[260];
	struct span now = sysfs_read(name, sizeof(name), CLOCK_DIR "current_clocksource");
	struct span all = sysfs_read(names, sizeof(names), CLOCK_DIR "available_clocksource");
	struct span word = kernel_parameter(c, cmdline, sizeof(cmdline));
	bool xen = span_eq(sysfs_read(type, sizeof(type), "hypervisor/type"), "xen");
	struct report *r = &c->report;

	if (!now.n)
		return;
	out_text(list, sizeof(list), " %pS ", (void *)&all);
	if (*want && !span_listed(span_of(want), list))
		report_item(r, CHECK_WARN, "clock", "set ISCSI_CLOCKSOURCE to one of these",
			    "ISCSI_CLOCKSOURCE is %s, but the kernel has only %pS",
			    want, (void *)&all);
	else if (*want && !span_eq(now, want))
		report_ok(r, "clock", "%pS is in use, %s from the next boot on", (void *)&now, want);
	else if (xen && span_listed(now, JUMPS))
		report_item(r, CHECK_WARN, "clock", "set ISCSI_CLOCKSOURCE=xen, then reboot",
			    "%pS is in use, which can jump when the guest migrates", (void *)&now);
	else if (word.n && !same(word, now))
		report_ok(r, "clock", "%pS is in use; the kernel did not accept clocksource=%pS",
			  (void *)&now, (void *)&word);
	else if (xen || *want)
		report_ok(r, "clock", "%pS is in use", (void *)&now);
}
