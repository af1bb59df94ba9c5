// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/scan.h"
#include "base/sys.h"
#include "formats/udev.h"
#include "kernel/block.h"
#include "kernel/sysfs.h"

/* udev's entry of a device with a hundred links; more is taken as one that is not there yet. */
#define UDEV_ENTRY_MAX 16384

void disk_attr(const char *name, const char *attr, char *buf, size_t size)
{
	sysfs_read(buf, size, "class/block/%s/%s", name, attr);
}

static bool read_number(const char *name, unsigned *maj, unsigned *min)
{
	char text[32];
	struct span rest, head;
	uint64_t a, b;

	disk_attr(name, "dev", text, sizeof(text));
	rest = span_of(text);
	if (!span_cut(&rest, ':', &head) || !scan_uint(head, 4095, &a) ||
	    !scan_uint(rest, 1048575, &b))
		return false;
	*maj = a;
	*min = b;
	return true;
}

/* The LUN of a SCSI address, HOST:CHANNEL:TARGET:LUN. */
static bool scan_hctl(struct span s, uint64_t *lun)
{
	struct span part;
	uint64_t v;
	int i;

	for (i = 0; i < 3; i++)
		if (!span_cut(&s, ':', &part) || !scan_uint(part, UINT32_MAX, &v))
			return false;
	return scan_uint(s, UINT64_MAX, lun);
}

static short find_session(const struct session *list, unsigned n, uint64_t sid)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (list[i].sid == sid)
			return (short)i;
	return -1;
}

/*
 * Where a device stands in the tree says what it is:
 * .../host2/session1/target2:0:0/2:0:0:1/block/sda/sda1
 */
static void read_place(struct span path, const struct session *list, unsigned n, struct block *b)
{
	struct span part, last = { 0 }, before = { 0 };
	bool in_session = false;
	uint64_t v;

	while (path.n) {
		span_cut(&path, '/', &part);
		if (span_starts_nocase(part, "session") &&
		    scan_uint((struct span){ part.p + 7, part.n - 7 }, UINT32_MAX, &v)) {
			b->session = find_session(list, n, v);
			in_session = true;
		} else if (scan_hctl(part, &v)) {
			b->lun = v;
		}
		before = last;
		last = part;
	}
	b->unlisted = in_session && b->session < 0;
	b->partition = !span_eq(before, "block");
	span_copy(b->partition ? before : last, b->disk, sizeof(b->disk));
}

/* What udev's database has of a device; nothing where there is no entry yet. */
static void read_udev(int root, const char *want, bool udev, struct block *b)
{
	static char text[UDEV_ENTRY_MAX];
	char path[48];
	ssize_t n;

	out_text(path, sizeof(path), "run/udev/data/b%u:%u", b->major, b->minor);
	n = sys_read(root, path, text, sizeof(text));
	udev_read((struct span){ text, n > 0 ? n : 0 }, want, &b->udev);
	b->udev.settled |= !udev;
}

static void read_dm(struct block *b)
{
	char text[8];

	disk_attr(b->name, "dm/name", b->dm_name, sizeof(b->dm_name));
	disk_attr(b->name, "dm/suspended", text, sizeof(text));
	b->suspended = b->dm_name[0] && strcmp(text, "0");
}

static short find_name(const struct blocks *all, struct span name)
{
	unsigned i;

	for (i = 0; i < all->n; i++)
		if (span_eq(name, all->b[i].name))
			return (short)i;
	return -1;
}

struct stack {
	struct blocks *all;
	enum disk_owner owner;
	short base;
	bool stacked;
};

static bool own_slave(void *arg, const char *name)
{
	struct stack *s = arg;
	short i = find_name(s->all, span_of(name));
	const struct block *b = i < 0 ? NULL : &s->all->b[i];

	s->stacked = true;
	if (!b || b->owner == DISK_UNKNOWN) {
		s->owner = DISK_UNKNOWN;
		return true;
	}
	if (s->base < 0 || b->owner == DISK_LOCAL)
		s->base = b->base;
	if (b->owner == DISK_LOCAL)
		s->owner = DISK_LOCAL;
	return b->owner != DISK_LOCAL;
}

/* What a stacked device is made of, as far as that is known. False where nothing lies below it. */
static bool own_stacked(struct blocks *all, struct block *b)
{
	struct stack s = { all, DISK_OURS, -1, false };

	sysfs_list(own_slave, &s, "class/block/%s/slaves", b->name);
	if (s.stacked && s.owner != DISK_UNKNOWN) {
		b->owner = s.owner;
		b->base = s.base;
		b->session = all->b[s.base].session;
		b->lun = all->b[s.base].lun;
	}
	return s.stacked;
}

static void own_one(struct blocks *all, struct block *b)
{
	short self = (short)(b - all->b), i;

	if (b->partition) {
		i = find_name(all, span_of(b->disk));
		if (i < 0 || all->b[i].owner == DISK_UNKNOWN)
			return;
		b->owner = all->b[i].owner;
		b->base = all->b[i].base;
		b->session = all->b[i].session;
		b->lun = all->b[i].lun;
	} else if (b->session >= 0) {
		b->owner = DISK_OURS;
		b->base = self;
	} else if (b->unlisted && all->sessions_full) {
		return;
	} else if (!own_stacked(all, b)) {
		b->owner = DISK_LOCAL;
		b->base = self;
	}
}

/* Devices are stacked upon one another in any order of names: until nothing new is learnt. */
static void own_all(struct blocks *all)
{
	bool learnt = true;
	unsigned i;

	while (learnt) {
		learnt = false;
		for (i = 0; i < all->n; i++) {
			if (all->b[i].owner != DISK_UNKNOWN)
				continue;
			own_one(all, &all->b[i]);
			learnt |= all->b[i].owner != DISK_UNKNOWN;
		}
	}
}

static bool look_at(const char *name, const struct session *list, unsigned n, struct block *b)
{
	char text[512];
	struct span link;

	memset(b, 0, sizeof(*b));
	b->session = b->base = -1;
	if (!span_copy(span_of(name), b->name, sizeof(b->name)) ||
	    !read_number(name, &b->major, &b->minor))
		return false;
	link = sysfs_link(text, sizeof(text), "class/block/%s", b->name);
	read_place(link, list, n, b);
	return link.n > 0;
}

struct looking {
	int root;
	const struct session *list;
	unsigned n;
	const char *want;
	bool udev;
	struct blocks *all;
};

static bool look_at_name(void *arg, const char *name)
{
	struct looking *l = arg;
	struct block b;

	if (!look_at(name, l->list, l->n, &b))
		return true;
	read_udev(l->root, l->want, l->udev, &b);
	read_dm(&b);
	l->all->cut = l->all->n == BLOCKS_MAX;
	if (!l->all->cut)
		l->all->b[l->all->n++] = b;
	return !l->all->cut;
}

int disk_look(int root, const struct session *list, unsigned n, const char *want, bool udev,
	      struct blocks *all)
{
	struct looking l = { root, list, n, want, udev, all };
	int err;

	all->n = 0;
	all->cut = false;
	all->sessions_full = session_count() > SESSIONS_MAX;
	err = sysfs_list(look_at_name, &l, "class/block");
	own_all(all);
	return err == -ENOENT ? 0 : err;
}

int disk_node(int root, const char *path, const struct blocks *all)
{
	struct stat st;
	unsigned i;

	while (*path == '/')
		path++;
	if (fstatat(root, path, &st, 0) || !S_ISBLK(st.st_mode))
		return -1;
	for (i = 0; i < all->n; i++)
		if (all->b[i].major == (unsigned)major(st.st_rdev) &&
		    all->b[i].minor == (unsigned)minor(st.st_rdev))
			return (int)i;
	return -1;
}

bool disk_same_lun(const struct session *list, const struct block *a,
		   const struct block *b)
{
	char wa[128], wb[128];

	if (a->session < 0 || b->session < 0)
		return false;
	if (!strcmp(list[a->session].target, list[b->session].target))
		return a->lun == b->lun;
	disk_attr(a->disk, "device/wwid", wa, sizeof(wa));
	disk_attr(b->disk, "device/wwid", wb, sizeof(wb));
	return wa[0] && !strcmp(wa, wb);
}

void disk_encode(struct out *o, const char *label)
{
	for (; *label; label++) {
		if (span_only((struct span){ label, 1 }, "#+-.:=@_") || *label & 0x80)
			out_ch(o, *label);
		else
			out_byte(o, "\\x", *label);
	}
}
