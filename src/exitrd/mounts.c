// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/sys.h"
#include "exitrd/parts.h"
#include "formats/proc.h"

#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW 8
#endif
#ifndef MNT_FORCE
#define MNT_FORCE 1
#endif
#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

#define MOUNTS_MAX 262144	/* mountinfo: two thousand mounts; more are taken from its begin */
#define PASSES_MAX 64		/* loop devices in file systems in loop devices */

const char *down_proc = "/proc";

static char text[MOUNTS_MAX];
static char path[4096];		/* PATH_MAX */

static struct span read_text(const char *file)
{
	char name[128];
	ssize_t n = -ENAMETOOLONG;

	if (out_text(name, sizeof(name), "%s/%s", down_proc, file))
		n = sys_read(AT_FDCWD, name, text, sizeof(text));
	if (n == -E2BIG)
		n = sizeof(text);
	return (struct span){ text, n > 0 ? n : 0 };
}

static int swap_off(void *arg)
{
	return compat_swapoff(arg) ? -errno : 0;
}

/* Return: did one go? */
static bool swaps_off(struct down *d, bool last)
{
	struct span rest = read_text("swaps"), escaped;
	bool changed = false;
	int err;

	while (proc_text_swap(&rest, &escaped)) {
		if (!proc_text_path(escaped, path, sizeof(path)))
			continue;
		err = down_call(d, path, "swapping off", swap_off, path);
		changed |= !err;
		if (err && last) {
			down_say(path, "swap not turned off: %s", sys_error(err));
			d->writable = true;
		}
	}
	return changed;
}

static int unmount(void *arg)
{
	return umount2(arg, UMOUNT_NOFOLLOW) ? -errno : 0;
}

/* Away from the tree, whatever its other side does; nothing of ours lies on it. */
static int unmount_remote(void *arg)
{
	return umount2(arg, UMOUNT_NOFOLLOW | MNT_FORCE | MNT_DETACH) ? -errno : 0;
}

/*
 * The kernel takes a mount out of its list first, and then writes what is dirty: one that is left
 * behind may be writing, and the list does not show it any more.
 */
static int take_off(struct down *d, const struct proc_mount *m)
{
	bool remote = proc_text_remote(m);
	int err = down_call(d, path, "unmounting", remote ? unmount_remote : unmount, path);

	d->writable |= err == -ETIMEDOUT && m->writable && !remote;
	return err;
}

static int make_readonly(void *arg)
{
	return mount(NULL, arg, NULL, MS_REMOUNT | MS_RDONLY, NULL) ? -errno : 0;
}

/* Return: did one go? */
static bool unmount_pass(struct down *d)
{
	struct span rest = read_text("self/mountinfo");
	struct proc_mount m;
	bool changed = false;
	int err;

	while (proc_text_mount(&rest, &m)) {
		if (proc_text_ours(&m) || !proc_text_path(m.point, path, sizeof(path)))
			continue;
		err = take_off(d, &m);
		changed |= !err;
		if (!err && !strcmp(path, "/oldroot"))
			down_say(path, "unmounted");
	}
	return changed;
}

/* What is still there cannot be unmounted: make it read-only, and say so. */
static void say_left(struct down *d)
{
	struct span rest = read_text("self/mountinfo");
	struct proc_mount m;
	int why, err;

	while (proc_text_mount(&rest, &m)) {
		if (proc_text_ours(&m) || !proc_text_path(m.point, path, sizeof(path)))
			continue;
		why = take_off(d, &m);
		if (!why || !proc_text_stored(&m))
			continue;
		err = m.writable ? down_call(d, path, "making read-only", make_readonly, path) : 0;
		if (!err && d->init_stays && !strcmp(path, "/oldroot")) {
			down_say(path, "read-only");
			continue;
		}
		if (!err) {
			down_say(path, "not unmounted: %s; it is read-only", sys_error(why));
			continue;
		}
		d->writable = true;
		down_say(path, "neither unmounted nor made read-only: %s (the next boot checks it)",
			 sys_error(err));
	}
}

void mounts_take_down(struct down *d)
{
	bool changed = true;
	unsigned i;

	for (i = 0; changed && i < PASSES_MAX; i++) {
		changed = swaps_off(d, false);
		changed |= unmount_pass(d);
		changed |= disks_loops_off(d);
		changed |= disks_dm_off(d, false);
	}
	swaps_off(d, true);
	say_left(d);
	disks_dm_off(d, true);
}
