// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sys.h"
#include "boot/iscsi/keeper_start.h"
#include "boot/iscsi/portal_login.h"
#include "runtime/keeper_control.h"
#include "runtime/timeline.h"

#define KEEPER "/usr/lib/iscsiroot/iscsiroot-keeper"
#define KEEPER_US 10000000	/* it copies 10 MB into RAM */

static void write_params(const struct keeper_start *k, const struct plan *plan, bool multipath)
{
	const char *file = k->params_file ? k->params_file : KEEPER_PARAMS;
	static char text[PORTAL_PARAMS_MAX];
	struct out o;
	int err;

	out_init(&o, text, sizeof(text));
	portal_params(plan, multipath, &o);
	err = sys_write_atomic(file, 0600, o.buf, o.len);
	if (err)
		timeline_report("keeper", CAUSE(PARAMS_FAILED), file, sys_error(-err));
}

void keeper_start_step(struct keeper_start *k, const struct plan *plan, bool multipath, unsigned n, struct wait *w)
{
	const char *argv[] = { k->program ? k->program : KEEPER, "start", NULL };

	if (!spawn_step(&k->spawn, w) || k->n == n || !n)
		return;
	if (!k->n)
		write_params(k, plan, multipath);
	k->n = n;
	spawn_start(&k->spawn, argv);	/* keeper_start_close() reads the result */
	spawn_step(&k->spawn, w);
}

bool keeper_start_failed(const struct keeper_start *k)
{
	return k->n && !k->spawn.pid && !spawn_ok(&k->spawn);
}

void keeper_start_close(struct keeper_start *k)
{
	struct span rest, line;

	if (!k->n)
		return;
	spawn_await(&k->spawn, sys_now() + KEEPER_US);
	spawn_kill(&k->spawn);
	if (spawn_ok(&k->spawn))
		return;
	rest = spawn_output(&k->spawn);
	span_cut(&rest, '\n', &line);
	span_take(&line, "iscsiroot: ");
	if (!line.n)
		line = span_of(k->spawn.status == 127 << 8 ? "not in this image: run "
			       "update-initramfs -u" : "no message from it");
	timeline_report("keeper", CAUSE(KEEPER_FAILED), &line);
}
