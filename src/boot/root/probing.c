// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/sys.h"
#include "boot/root/absent.h"
#include "boot/root/choose.h"
#include "boot/root/layers.h"
#include "boot/root/probing.h"

void settle_probe(struct settle *s, int i, const char *path)
{
	const struct block *b = &s->blocks.b[i];
	int err = disk_probe_start(&s->probe, s->rootfd, path);

	s->holds = true;
	s->probed = (struct probed){ b->major, b->minor, sys_now() + PROBE_MAX_US };
	if (err) {
		settle_cause(s, path, CAUSE(READ_NOT_STARTED), sys_error(-err));
		s->look_at = sys_now() + SETTLE_GRACE_US;
	}
}

void settle_probe_unknown(struct settle *s)
{
	const struct block *hung = NULL;
	char path[48];
	unsigned i;

	if (settle_layer_cause(s))
		return;
	for (i = 0; i < s->blocks.n; i++) {
		const struct block *b = &s->blocks.b[i];

		if (b->owner != DISK_OURS || b->base != (short)i || b->udev.fs_type[0])
			continue;
		if (b->hung)
			hung = b;
		if (!b->alive)
			continue;
		s->unknown = i;
		out_text(path, sizeof(path), "/dev/%s", b->name);
		settle_probe(s, (int)i, path);
		return;
	}
	if (hung)
		settle_dead_cause(s, hung);
	else
		settle_absent(s);
}

bool settle_probe_late(struct settle *s, struct wait *w)
{
	unsigned i;

	if (sys_now() < s->probed.until) {
		wait_until(w, s->probed.until);
		return false;
	}
	for (i = 0; i < HUNG_MAX && s->hung[i].probe.pid; i++)
		;
	if (i == HUNG_MAX)
		return false;
	s->hung[i].probe = s->probe;
	s->hung[i].disk = s->probed;
	s->probe.pid = 0;
	s->look = true;
	return true;
}

void settle_hung_step(struct settle *s, struct wait *w)
{
	unsigned i;
	int err;

	for (i = 0; i < HUNG_MAX; i++)
		if (s->hung[i].probe.pid && disk_probe_done(&s->hung[i].probe, w, &err))
			s->look = true;
}

void settle_hung_mark(struct settle *s)
{
	struct block *b = s->blocks.b;
	unsigned i, k;

	for (i = 0; i < s->blocks.n; i++)
		for (k = 0; k < HUNG_MAX; k++)
			if (s->hung[k].probe.pid && s->hung[k].disk.major == b[i].major &&
			    s->hung[k].disk.minor == b[i].minor) {
				b[i].hung = true;
				b[i].alive = false;
			}
}
