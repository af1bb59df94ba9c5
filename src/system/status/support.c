// SPDX-License-Identifier: GPL-2.0-or-later
/* The items keeper, exitrd and handoff: what stands ready to keep the root and to end it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/status/status.h"

#define EXITRD "run/initramfs/shutdown"

static void say_keeper(struct status *st)
{
	const struct held *h = &st->held;
	struct report *r = &st->c.report;

	if (!h->named)
		report_item(r, CHECK_WARN, "keeper", "update-initramfs -u -k all, then reboot",
			    "was not started at boot; %s",
			    h->iscsid ? "a connection that drops while iscsid is away stays down" :
			    "iscsid does not run either: a connection that drops stays down");
	else if (!h->alive)
		report_item(r, CHECK_WARN, "keeper", "reboot: the initramfs starts it",
			    "process %u has ended; %s", h->pid,
			    h->iscsid ? "a connection that drops while iscsid is away stays down" :
			    "iscsid does not run either: a connection that drops stays down");
	else if (!h->known)
		report_item(r, CHECK_WARN, "keeper", "is it of another version? update-initramfs "
			    "-u -k all, then reboot",
			    "process %u runs, what it knows cannot be read", h->pid);
	else if (!h->iscsid)
		report_item(r, CHECK_WARN, "keeper", "systemctl restart iscsid",
			    "process %u runs, iscsid does not until a connection drops", h->pid);
	else
		report_ok(r, "keeper", "process %u runs, iscsid as process %u, starts %u; network "
			  "devices guarded %u, put back %u times", h->pid, h->iscsid,
			  h->status.starts, h->status.guarded, h->status.restored);
}

static void say_exitrd(struct status *st)
{
	static const char todo[] = "update-initramfs -u -k all, then reboot",
		effect[] = "power-off leaves / mounted and the session open";
	struct report *r = &st->c.report;
	struct text_mount m;
	struct stat s;

	if (fstatat(st->c.root, EXITRD, &s, 0)) {
		report_item(r, CHECK_WARN, "exitrd", todo, "there is no /" EXITRD ": %s", effect);
		return;
	}
	if (!S_ISREG(s.st_mode) || !(s.st_mode & 0111)) {
		report_item(r, CHECK_WARN, "exitrd", "chmod 700 /" EXITRD,
			    "/" EXITRD " is no program: %s", effect);
		return;
	}
	if (text_mount_of(st->mounts, "/" EXITRD, &m) && text_has_option(m.options, "noexec")) {
		report_item(r, CHECK_WARN, "exitrd", span_eq(m.point, "/run/initramfs") ?
			    "mount -o remount,exec /run/initramfs" : todo,
			    "/" EXITRD " is on %pS, mounted noexec: %s", (void *)&m.point, effect);
		return;
	}
	report_ok(r, "exitrd", "/" EXITRD " is in place");
}

static void say_handoff(struct status *st)
{
	struct report *r = &st->c.report;
	const char *todo = "boot through iscsiroot: iscsiroot check";

	if (!st->handed)
		report_item(r, CHECK_WARN, "handoff", todo,
			    "there is no /run/iscsiroot/handoff: "
			    "this boot did not go through iscsiroot");
	else if (!st->handoff_valid)
		report_item(r, CHECK_WARN, "handoff", "reboot, which writes it anew",
			    "/run/iscsiroot/handoff is malformed or of another version");
	else
		report_ok(r, "handoff", "%s, sessions %u", st->handoff.root, st->handoff.n);
}

void status_support(struct status *st)
{
	say_keeper(st);
	say_exitrd(st);
	say_handoff(st);
}
