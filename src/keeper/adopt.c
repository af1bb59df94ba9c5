// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/scan.h"
#include "base/spawn.h"
#include "base/sys.h"
#include "keeper/adopt.h"
#include "keeper/sandbox.h"
#include "keeper/text.h"
#include "kernel/session.h"
#include "kernel/sysfs.h"
#include "runtime/handoff_file.h"
#include "runtime/keeper_control.h"

#define PID_FILE "/run/iscsid.pid"	/* read by open-iscsi's own scripts */
#define LISTING_MAX 4096		/* iscsid has about 20 libraries */
#define RUN_US 30000000			/* for iscsiadm while the root's I/O is blocked */

/* @why: of a program's output only the first line is printed. */
static int fail(const char *what, const char *why)
{
	struct span rest = span_of(why), first;
	char line[512];

	span_cut(&rest, '\n', &first);
	out_text(line, sizeof(line), "%s: %pS", what, &first);
	sys_say("adopt", line);
	return CODE_SYSTEM;
}

/* Run a program to its end. Return: its exit status, or -errno. */
static int run_to_end(struct spawn *s, const char *const argv[])
{
	int err = spawn_start(s, argv);

	if (err)
		return err;
	if (!spawn_await(s, sys_now() + RUN_US)) {
		spawn_kill(s);
		return -ETIMEDOUT;
	}
	return spawn_ok(s) ? 0 : s->status >> 8 & 255 ? s->status >> 8 & 255 : -EINTR;
}

/*
 * Fill @list with the paths of iscsid, the library preloaded into it, and its libraries.
 * Return: 0, or an exit code after a message.
 */
static int list_files(char *list, size_t size)
{
	char output[SPAWN_OUTPUT_MAX + 1];	/* not static: the keeper keeps its static memory in RAM */
	struct spawn s = { .whole = output };
	char iscsid[128], path[KEEPER_PATH_MAX];
	const char *argv[] = { "ldd", iscsid, NULL };
	struct span text;
	struct out o;
	int err;

	if (!spawn_find("iscsid", iscsid, sizeof(iscsid)))
		return fail("iscsid", "no such program (install open-iscsi)");
	err = run_to_end(&s, argv);
	if (err)
		return fail("ldd", err < 0 ? sys_error(err) : s.output);
	out_init(&o, list, size);
	out_fmt(&o, "%s\n" KEEPER_PRELOAD "\n", iscsid);
	text = spawn_output(&s);
	while (text_ldd(&text, path))
		out_fmt(&o, "%s\n", path);
	return o.overflow || s.dropped ?
		fail("iscsid", "too many libraries") : CODE_DONE;
}

int adopt_files(void)
{
	static char list[LISTING_MAX];
	int err = list_files(list, sizeof(list));

	if (err)
		return err;
	return sys_print(list, strlen(list)) ? CODE_SYSTEM : CODE_DONE;
}

/* Run iscsiadm -o @op on a node record. @where: target, portal. Return: 0, its status or -errno. */
static int iscsiadm(struct spawn *s, const char *const where[], const char *op, const char *name,
		    const char *value)
{
	const char *argv[] = { "iscsiadm", "-m", "node", "-T", where[0], "-p", where[1], "-o", op,
			       name ? "-n" : NULL, name, "-v", value, NULL };

	return run_to_end(s, argv);
}

/*
 * Create the record, with the parameters of the boot (chap_algs, timeouts): open-iscsi's own iscsid needs them
 * when it takes over, as this package is removed.
 */
static int new_record(struct spawn *s, const char *const where[])
{
	char text[PARAMS_MAX * (PARAM_MAX + 4) + 256], name[PARAM_MAX + 1], value[PARAM_MAX + 1];
	ssize_t n = sys_read(AT_FDCWD, sandbox_params, text, sizeof(text));
	struct span rest = { text, n > 0 ? n : 0 }, line, left;
	int err = iscsiadm(s, where, "new", NULL, NULL);

	while (!err && rest.n) {
		span_cut(&rest, '\n', &line);
		if (span_cut(&line, ' ', &left) && span_take(&line, "= ") && span_copy(left, name, sizeof(name)) &&
		    span_copy(line, value, sizeof(value)))
			err = iscsiadm(s, where, "update", name, value);
	}
	return err;
}

/* Make the node record of the root's session for iscsiadm and open-iscsi's scripts. */
static int make_record(const char *target, const char *portal, const char *recovery)
{
	const char *const values[][2] = {
		{ "node.startup", "onboot" },	/* iscsiadm --logoutall skips it */
		{ "node.session.timeo.replacement_timeout", recovery },
		{ "node.session.iscsi.DefaultTime2Wait", "0" },
	};
	const char *where[] = { target, portal };
	static struct spawn s;
	unsigned i;
	int err = 0;

	/* keep an existing record, which may have further settings */
	if (iscsiadm(&s, where, "show", NULL, NULL))
		err = new_record(&s, where);
	for (i = 0; !err && i < sizeof(values) / sizeof(*values); i++)
		err = iscsiadm(&s, where, "update", values[i][0], values[i][1]);
	if (!err)
		return 0;
	return fail(target, err < 0 ? sys_error(err) : *s.output ? s.output : "iscsiadm failed");
}

/* A session's recovery timeout in open-iscsi's form, where "never" is -1. */
static void read_recovery(unsigned sid, char *buf, size_t size)
{
	char text[16];
	struct span s = sysfs_read(text, sizeof(text), "class/iscsi_session/session%u/recovery_tmo", sid);

	uint64_t seconds;

	if (!scan_uint(s, RECOVERY_NEVER - 1, &seconds) || !span_copy(s, buf, size))
		out_text(buf, size, "-1");
}

static int make_records(void)
{
	struct handoff h;	/* not static: the keeper proper keeps its static memory in RAM */
	char portal[PORTAL_TEXT_MAX + 16], recovery[16], line[512];
	struct diag why;
	unsigned i;
	int err = 0;

	if (handoff_read("", &h, &why)) {
		diag_format(&why, line, sizeof(line));
		sys_say("adopt", line);
		return CODE_SYSTEM;
	}
	for (i = 0; !err && i < h.n_sessions; i++) {
		const struct handoff_session *s = &h.sessions[i];

		if (!*s->target || !*s->portal)
			continue;
		read_recovery(s->sid, recovery, sizeof(recovery));
		out_text(portal, sizeof(portal), "%s,%u", s->portal, s->tpgt);
		err = make_record(s->target, portal, recovery);
	}
	return err;
}

static int write_pid(pid_t pid)
{
	char line[16];
	struct out o;
	int err;

	out_init(&o, line, sizeof(line));
	out_fmt(&o, "%d\n", (int)pid);
	err = sys_write_atomic(PID_FILE, 0644, o.buf, o.len);
	return err ? fail(PID_FILE, sys_error(err)) : 0;
}

int adopt(void)
{
	static char list[LISTING_MAX];
	char root[64], what[192];
	bool changed = false;
	pid_t pid;
	int fd, err;

	fd = keeper_control_connect(&pid);
	if (fd == -ESRCH)
		return fail("keeper", "not running (it starts in the initramfs; reboot)");
	if (fd < 0)
		return fail("keeper", sys_error(fd));
	err = list_files(list, sizeof(list));
	if (err)
		return err;
	keeper_control_root(pid, root, sizeof(root));
	err = sandbox_fill(span_of(list), root, &changed, what, sizeof(what));
	if (err)
		return fail(what, sys_error(err));
	err = keeper_control_ask(fd, changed ? KEEPER_RESTART : KEEPER_ADOPT, sys_now() + RUN_US);
	if (err)
		return fail("iscsid", sys_error(err));
	err = write_pid(pid);
	return make_records() ?: err;
}
