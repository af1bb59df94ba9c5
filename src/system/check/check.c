// SPDX-License-Identifier: GPL-2.0-or-later
/* check: what several items need. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "formats/mountinfo.h"
#include "kernel/sysfs.h"
#include "system/check/check.h"

bool check_path(const struct check *c, const char *path, char *buf, size_t size)
{
	return out_text(buf, size, "%s/%s", strcmp(c->dir, "/") ? c->dir : "", path);
}

bool check_exists(const struct check *c, const char *path)
{
	return !faccessat(c->root, path, F_OK, 0);
}

struct span check_read(const struct check *c, const char *path, char *buf, size_t size)
{
	ssize_t n = sys_read(c->root, path, buf, size);

	if (n == -E2BIG)
		n = size - 1;
	return (struct span){ buf, n > 0 ? n : 0 };
}

bool check_cut(struct check *c, const char *item, const char *path, struct span text, size_t size)
{
	if (text.n < size - 1)
		return false;
	report_item(&c->report, CHECK_WARN, item, NULL, "/%s is larger than %u KiB, its end is not checked",
		    path, (unsigned)(size / 1024));
	return true;
}

short check_block(const struct check *c, const char *name)
{
	unsigned i;

	for (i = 0; i < c->blocks.n; i++)
		if (!strcmp(c->blocks.b[i].name, name))
			return (short)i;
	return -1;
}

void check_each_slave(const struct block *b,
		      bool (*fn)(void *arg, const char *name), void *arg)
{
	if (b->partition)
		fn(arg, b->disk);
	else
		sysfs_list(fn, arg, "class/block/%s/slaves", b->name);
}

const struct block *check_root_block(const struct check *c)
{
	return c->disk < 0 || (unsigned)c->disk >= c->blocks.n ? NULL : &c->blocks.b[c->disk];
}

struct below {
	const struct check *c;
	short *list;
	unsigned *n, max;
	bool full;
};

static bool add_below(void *arg, const char *name)
{
	struct below *w = arg;
	short block = check_block(w->c, name);
	unsigned i;

	for (i = 0; i < *w->n && w->list[i] != block; i++)
		;
	if (block < 0 || i < *w->n)
		return true;
	w->full = i == w->max;
	if (!w->full)
		w->list[(*w->n)++] = block;
	return !w->full;
}

bool check_add_below(const struct check *c, short block, short *list, unsigned *n, unsigned max)
{
	struct below w = { c, list, n, max, false };

	check_each_slave(&c->blocks.b[block], add_below, &w);
	return !w.full;
}

uint64_t check_uptime(const struct check *c)
{
	char text[64];
	struct span rest = check_read(c, "proc/uptime", text, sizeof(text)), whole;
	uint64_t seconds;

	span_cut(&rest, '.', &whole);
	return scan_uint(whole, INT64_MAX / 1000000, &seconds) ? seconds : 0;
}

static void add_nic(struct check *c, struct span name)
{
	unsigned i;

	for (i = 0; i < c->n_nics; i++)
		if (span_eq(name, c->nics[i]))
			return;
	if (!name.n)
		return;
	if (c->n_nics == NICS_MAX)
		c->nics_cut = true;
	else if (span_copy(name, c->nics[c->n_nics], sizeof(c->nics[0])))
		c->n_nics++;
}

/* Booted without iscsiroot: every NIC with a device. */
static void add_all_nics(struct check *c)
{
	int fd = openat(c->root, "sys/class/net", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	char path[300];

	while (d && (e = readdir(d))) {
		out_text(path, sizeof(path), "sys/class/net/%s/device", e->d_name);
		if (e->d_name[0] != '.' && !faccessat(c->root, path, F_OK, 0))
			add_nic(c, span_of(e->d_name));
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

static void find_nics(struct check *c)
{
	char text[64];
	struct span rest, name;
	unsigned i;

	rest = check_read(c, "run/initramfs/open-iscsi.interface", text, sizeof(text));
	if (span_cut(&rest, '\n', &name))
		add_nic(c, name);
	for (i = 0; i < c->handoff.n_nics; i++)
		add_nic(c, span_of(c->handoff.nics[i].name));
	if (!c->n_nics)
		add_all_nics(c);
}

static int by_number(const struct blocks *all, const struct mountinfo *m)
{
	unsigned i;

	for (i = 0; i < all->n; i++)
		if (all->b[i].major == m->major && all->b[i].minor == m->minor)
			return (int)i;
	return -1;
}

void check_disk_of_root(struct check *c)
{
	static char text[131072];
	struct mountinfo m;
	struct span table;

	c->disk = -1;
	table = check_read(c, "proc/self/mountinfo", text, sizeof(text));
	if (!mountinfo_of(table, "/", &m))
		return;
	if (!span_copy(m.source, c->source, sizeof(c->source)))
		c->source[0] = '\0';
	c->disk = by_number(&c->blocks, &m);
	/* btrfs shows a device number of its own, so use the node */
	if (c->disk < 0)
		c->disk = disk_node(c->root, c->source, &c->blocks);
}

/* sysfs lists them in any order. */
static void sort_sessions(struct session *list, unsigned n)
{
	unsigned i, k;

	for (i = 1; i < n; i++)
		for (k = i; k && list[k - 1].sid > list[k].sid; k--) {
			struct session s = list[k];

			list[k] = list[k - 1];
			list[k - 1] = s;
		}
}

int check_open(struct check *c, const char *dir)
{
	static char sysfs[512];
	int n;

	c->dir = dir;
	c->root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->root < 0)
		return -errno;
	if (!out_text(sysfs, sizeof(sysfs), "%s/sys", dir))
		return -ENAMETOOLONG;
	sysfs_root = sysfs;
	n = session_list(c->sessions, SESSIONS_MAX);
	c->n_sessions = n > 0 ? n : 0;
	c->sessions_cut = n == SESSIONS_MAX && session_count() > SESSIONS_MAX;
	sort_sessions(c->sessions, c->n_sessions);
	disk_look(c->root, c->sessions, c->n_sessions, NULL, false, &c->blocks);
	check_disk_of_root(c);
	c->handoff_error = handoff_read(dir, &c->handoff, &c->handoff_why);
	find_nics(c);
	check_find_kernels(c);
	return 0;
}
