// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/sys.h"
#include "exitrd/bounds.h"
#include "exitrd/detached.h"
#include "exitrd/log.h"
#include "exitrd/mounts.h"
#include "exitrd/stacked.h"
#include "formats/mountinfo.h"
#include "formats/proc.h"
#include "kernel/sysrq.h"

#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW 8
#endif
#ifndef MNT_FORCE
#define MNT_FORCE 1
#endif
#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

#define MOUNTS_MAX 262144	/* of mountinfo at a time, two thousand mounts; the next pass sees the others */
#define PASSES_MAX 64		/* loop devices in file systems in loop devices */

const char *mounts_proc = "/proc";

static char text[MOUNTS_MAX];
static char path[4096];		/* PATH_MAX */

static struct span read_text(const char *file)
{
	char name[128];
	ssize_t n = -ENAMETOOLONG;

	if (out_text(name, sizeof(name), "%s/%s", mounts_proc, file))
		n = sys_read(AT_FDCWD, name, text, sizeof(text));
	if (n == -E2BIG)
		n = sizeof(text);
	return (struct span){ text, n > 0 ? n : 0 };
}

static int swap_off(void *arg)
{
	return compat_swapoff(arg) ? -errno : 0;
}

/* Return: was one turned off? */
static bool swaps_off(struct mounts *s, bool last)
{
	struct span rest = read_text("swaps"), escaped;
	bool changed = false;
	int err;

	while (proc_swap(&rest, &escaped)) {
		if (!proc_path(escaped, path, sizeof(path)))
			continue;
		err = bounded_call(s->bounded, path, "swapoff", swap_off, path);
		changed |= !err;
		if (err && last) {
			log_line(path, "swapoff failed: %s", sys_error(err));
			s->writable = true;
		}
	}
	return changed;
}

static int unmount(void *arg)
{
	return umount2(arg, UMOUNT_NOFOLLOW) ? -errno : 0;
}

/* Lazily and by force: its server may be gone, and nothing of the root lies on it. */
static int unmount_remote(void *arg)
{
	return umount2(arg, UMOUNT_NOFOLLOW | MNT_FORCE | MNT_DETACH) ? -errno : 0;
}

/*
 * umount(2) removes a mount from mountinfo first and writes its dirty pages after that: an abandoned
 * call may still be writing to a file system that is no longer listed.
 */
static int unmount_one(struct mounts *s, const struct mountinfo *m)
{
	bool remote = mountinfo_is_remote(m);
	int err = bounded_call(s->bounded, path, "unmounting", remote ? unmount_remote : unmount, path);

	s->writable |= err == -ETIMEDOUT && m->writable && !remote;
	return err;
}

static int remount_readonly(void *arg)
{
	return mount(NULL, arg, NULL, MS_REMOUNT | MS_RDONLY, NULL) ? -errno : 0;
}

/* Return: was one unmounted? */
static bool unmount_pass(struct mounts *s)
{
	struct span rest = read_text("self/mountinfo");
	struct mountinfo m;
	bool changed = false;
	int err;

	while (mountinfo_last(&rest, &m)) {
		if (mountinfo_is_ours(&m) || !proc_path(m.point, path, sizeof(path)))
			continue;
		err = unmount_one(s, &m);
		changed |= !err;
		if (!err && !strcmp(path, "/oldroot"))
			log_line(path, "unmounted");
	}
	return changed;
}

/* What is still mounted cannot be unmounted: remount it read-only, and report it. Return: is one writable? */
static bool report_left(struct mounts *s)
{
	bool stuck = false;
	struct span rest = read_text("self/mountinfo");
	struct mountinfo m;
	int why, err;

	while (mountinfo_last(&rest, &m)) {
		if (mountinfo_is_ours(&m) || !proc_path(m.point, path, sizeof(path)))
			continue;
		why = unmount_one(s, &m);
		if (!why || !mountinfo_is_stored(&m))
			continue;
		err = !m.writable ? 0 : bounded_call(s->bounded, path, "remounting read-only",
						     remount_readonly, path);
		if (!err && s->init_stays && !strcmp(path, "/oldroot")) {
			log_line(path, "remounted read-only");
			continue;
		}
		if (!err) {
			log_line(path, "not unmounted: %s; it is read-only", sys_error(why));
			continue;
		}
		stuck = true;
		log_line(path, "neither unmounted nor remounted read-only: %s (fsck runs at the next boot)",
			 sys_error(err));
	}
	return stuck;
}

/* Is a file system whose content is on a disk mounted, and writable? */
static bool is_writable(void)
{
	struct span rest = read_text("self/mountinfo");
	struct mountinfo m;

	while (mountinfo_last(&rest, &m))
		if (!mountinfo_is_ours(&m) && !mountinfo_is_remote(&m) && mountinfo_is_stored(&m) && m.writable)
			return true;
	return false;
}

static int remount_all(void *arg)
{
	(void)arg;
	sync();
	return sysrq_remount(sys_now() + BRIEF_US);
}

/* The last resort: the kernel remounts them, those as well that cannot be named. */
static void remount_by_sysrq(struct mounts *s)
{
	int err = bounded_call(s->bounded, "file systems", "emergency remount (sysrq u)", remount_all, NULL);

	if (err)
		log_line("file systems", "emergency remount (sysrq u) failed: %s", sys_error(err));
	else if (!err)
		log_line("file systems", "remounted read-only by the emergency remount (sysrq u)");
	s->writable |= err || is_writable() || detached_find(s->bounded, mounts_proc, true);
}

void mounts_take_down(struct mounts *s)
{
	bool changed = true;
	unsigned i;
	bool stuck;

	for (i = 0; changed && i < PASSES_MAX; i++) {
		changed = swaps_off(s, false);
		changed |= unmount_pass(s);
		changed |= stacked_detach_loops(s->bounded);
		changed |= stacked_remove_dm(s->bounded, false);
		changed |= stacked_stop_md(s->bounded, false);
	}
	swaps_off(s, true);
	stuck = report_left(s);
	/* below a root that stays mounted they cannot go */
	stacked_remove_dm(s->bounded, !s->init_stays);
	stacked_stop_md(s->bounded, !s->init_stays);
	if (detached_find(s->bounded, mounts_proc, false) || stuck)
		remount_by_sysrq(s);
}
