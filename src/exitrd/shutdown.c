// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/compat.h"
#include "base/scan.h"
#include "base/sys.h"
#include "exitrd/bounded.h"
#include "exitrd/bounds.h"
#include "exitrd/log.h"
#include "exitrd/mounts.h"
#include "exitrd/procs.h"
#include "exitrd/sessions.h"
#include "exitrd/shutdown.h"
#include "exitrd/stacked.h"
#include "kernel/sysrq.h"
#include "runtime/handoff_file.h"

#define REBOOT_US 20000000	/* the kernel shuts down the disks and NICs of every driver */
#define REBOOT_PARAM "/run/systemd/reboot-param"

static const char verbs[][12] = { "poweroff", "reboot", "halt", "kexec" };

int shutdown_verb(const char *name)
{
	unsigned i;

	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(name, verbs[i]))
			return (int)i;
	return -1;
}

struct call {
	unsigned cmd;
	const char *arg;
};

static int call_kernel(void *arg)
{
	const struct call *c = arg;

	return compat_reboot(c->cmd, c->arg) ? -errno : 0;
}

/* Return: why reboot(2) failed, -errno; it does not return where it succeeds. */
static int try_verb(unsigned cmd, const char *arg)
{
	struct call what = { cmd, arg };
	struct child c;

	child_start(&c, call_kernel, &what);
	child_wait(&c, 1, sys_now() + REBOOT_US);
	child_leave(&c);
	return c.err;
}

/* The last resort: it asks no driver. */
static int press_sysrq(void *arg)
{
	return sysrq_press(*(const char *)arg);
}

static void sysrq(char key)
{
	struct child c;

	child_start(&c, press_sysrq, &key);
	child_wait(&c, 1, sys_now() + BRIEF_US);
	child_leave(&c);
}

/* The argument of `systemctl reboot --reboot-argument=`. Return: false where there is none. */
static bool read_param(char *buf, size_t size)
{
	ssize_t n = sys_read(AT_FDCWD, REBOOT_PARAM, buf, size);

	while (n > 0 && buf[n - 1] == '\n')
		buf[--n] = '\0';
	return n > 0;
}

static void __attribute__((noreturn)) do_verb(enum shutdown_verb verb)
{
	static const unsigned cmds[] = { LINUX_REBOOT_CMD_POWER_OFF, LINUX_REBOOT_CMD_RESTART,
					 LINUX_REBOOT_CMD_HALT, LINUX_REBOOT_CMD_KEXEC };
	char param[256];
	int err;

	if (verb == VERB_REBOOT && read_param(param, sizeof(param)))
		err = try_verb(LINUX_REBOOT_CMD_RESTART2, param);
	else
		err = try_verb(cmds[verb], NULL);
	log_line(verbs[verb], "reboot(2) failed: %s%s", sys_error(err),
		 verb == VERB_KEXEC ? "; rebooting" : "");
	if (verb == VERB_KEXEC)
		try_verb(LINUX_REBOOT_CMD_RESTART, NULL);
	if (verb == VERB_POWEROFF)
		sysrq('o');
	else if (verb != VERB_HALT)
		sysrq('b');
	for (;;)
		bounded_pause(REPORT_US);
}

static int sync_all(void *arg)
{
	(void)arg;
	sync();
	return 0;
}

/* A call is blocked beyond its deadline: it may be waiting for a session that is dead by now. */
static bool give_up(void *arg)
{
	bool dead = sessions_destroy_dead(arg);

	if (dead)
		stacked_unblock();
	return dead;
}

/* What the boot set up. The kernel's own list decides what is taken down, also without a hand-off. */
static const struct handoff *read_handoff(void)
{
	static struct handoff h;
	struct diag why;
	char line[256];
	int err = handoff_read("", &h, &why);

	if (err && err != -ENOENT) {
		why.place = NULL;
		why.hint = NULL;
		diag_format(&why, line, sizeof(line));
		log_line(HANDOFF_FILE, "%s", line);
	}
	return &h;
}

/*
 * In a child: the hand-off is in a tmpfs, which may have been swapped out to a LUN that is gone, and it
 * only serves to report.
 */
static int report_missing(void *arg)
{
	sessions_report_missing(arg, read_handoff());
	return 0;
}

void shutdown_run(enum shutdown_verb verb, bool init_stays)
{
	static struct sessions sessions;
	struct bounded bounded = { .start = sys_now(), .give_up = give_up, .arg = &sessions };
	struct procs procs = { .init_stays = init_stays };
	struct mounts mounts = { .bounded = &bounded, .init_stays = init_stays };
	struct child report;
	int64_t ms;

	sessions.bounded = &bounded;
	child_init();
	procs_find_keeper(&procs);
	procs_wake_keeper(&procs);
	log_line(verbs[verb], "unmounting and logging out, %s", procs.keeper ? "keeper running" : "no keeper");
	procs_kill(&procs);
	sessions_find(&sessions);
	child_start(&report, report_missing, &sessions);
	if (child_wait(&report, 1, sys_now() + BRIEF_US))
		child_leave(&report);
	procs_kill(&procs);
	stacked_unblock();
	mounts_take_down(&mounts);
	if (mounts.writable)
		bounded_call(&bounded, "file systems", "sync", sync_all, NULL);
	sessions_flush(&sessions, mounts.writable);
	procs_end_keeper(&procs);
	sessions_logout(&sessions);
	ms = (sys_now() - bounded.start) / 1000;
	log_line(verbs[verb], "done after %u.%u s", (unsigned)(ms / 1000), (unsigned)(ms / 100 % 10));
	do_verb(verb);
}
