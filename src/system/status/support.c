// SPDX-License-Identifier: GPL-2.0-or-later
/* The items keeper, exitrd and handoff: what keeps the root available and ends it at power-off. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/mountinfo.h"
#include "system/status/status.h"

#define EXITRD "run/initramfs/shutdown"
#define ONE_LEFT "no reconnect while iscsid is not running"
#define NONE_LEFT "no reconnect, iscsid is not running either"

static void report_keeper(struct status *st)
{
	const struct keeper_client *h = &st->keeper;
	struct report *r = &st->c.report;
	char starts[32] = "started once";

	if (h->status.starts != 1)
		out_text(starts, sizeof(starts), "started %u times", h->status.starts);
	if (!h->named)
		report_item(r, CHECK_WARN, "keeper", "update-initramfs -u -k all, then reboot",
			    "not started at boot: %s", h->iscsid ? ONE_LEFT : NONE_LEFT);
	else if (!h->alive)
		report_item(r, CHECK_WARN, "keeper", "reboot; the initramfs starts it",
			    "exited (was pid %u): %s", h->pid, h->iscsid ? ONE_LEFT : NONE_LEFT);
	else if (!h->known)
		report_item(r, CHECK_WARN, "keeper", "if its version differs: update-initramfs -u "
			    "-k all, then reboot",
			    "running (pid %u), its status cannot be read", h->pid);
	else if (h->status.engine)
		report_ok(r, "keeper", "running (pid %u), logs in by itself; %u NIC%s protected, %u %s", h->pid,
			  h->status.guarded, report_plural(h->status.guarded), h->status.restored,
			  h->status.restored == 1 ? "restore" : "restores");
	else if (!h->iscsid)
		report_item(r, CHECK_WARN, "keeper", "systemctl restart iscsid",
			    "running (pid %u), iscsid is not running until a connection drops", h->pid);
	else
		report_ok(r, "keeper", "running (pid %u), iscsid pid %u, %s; %u NIC%s protected, "
			  "%u %s", h->pid, h->iscsid, starts, h->status.guarded,
			  report_plural(h->status.guarded), h->status.restored,
			  h->status.restored == 1 ? "restore" : "restores");
}

static void report_exitrd(struct status *st)
{
	static const char todo[] = "update-initramfs -u -k all, then reboot",
		effect[] = "power-off leaves / mounted and the session open";
	struct report *r = &st->c.report;
	struct mountinfo m;
	struct stat s;

	if (fstatat(st->c.root, EXITRD, &s, 0)) {
		report_item(r, CHECK_WARN, "exitrd", todo, "/" EXITRD " is missing: %s", effect);
		return;
	}
	if (!S_ISREG(s.st_mode) || !(s.st_mode & 0111)) {
		report_item(r, CHECK_WARN, "exitrd", "chmod 700 /" EXITRD,
			    "/" EXITRD " is not executable: %s", effect);
		return;
	}
	if (mountinfo_of(st->mounts, "/" EXITRD, &m) && text_has_option(m.options, "noexec")) {
		report_item(r, CHECK_WARN, "exitrd", span_eq(m.point, "/run/initramfs") ?
			    "mount -o remount,exec /run/initramfs" : todo,
			    "/" EXITRD " is on %pS, mounted noexec: %s", (void *)&m.point, effect);
		return;
	}
	report_ok(r, "exitrd", "/" EXITRD " is ready");
}

static void report_handoff(struct status *st)
{
	const struct handoff *h = &st->c.handoff;
	struct report *r = &st->c.report;
	struct diag why = st->c.handoff_why;
	char text[256];

	if (st->c.handoff_error == -ENOENT) {
		report_item(r, CHECK_WARN, "handoff", "run iscsiroot check, then reboot",
			    HANDOFF_FILE " is missing: this boot did not use iscsiroot");
	} else if (st->c.handoff_error) {
		why.hint = NULL;
		diag_format(&why, text, sizeof(text));
		report_item(r, CHECK_WARN, "handoff", "reboot to write a new one", "%s", text);
	} else {
		report_ok(r, "handoff", "%s, %u session%s", h->root, h->n_sessions,
			  report_plural(h->n_sessions));
	}
}

void status_support(struct status *st)
{
	report_keeper(st);
	report_exitrd(st);
	report_handoff(st);
}
