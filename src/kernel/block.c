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
 * Where a device stands in the tree says what it is: .../host2/session1/target2:0:0/2:0:0:1/block/sda/sda1.
 * The disk of an NVMe device has no folder "block" above it: .../nvme/nvme0/nvme0n1/nvme0n1p1.
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
			b->sid = v;
			in_session = true;
		} else if (scan_hctl(part, &v)) {
			b->lun = v;
		}
		before = last;
		last = part;
	}
	b->unlisted = in_session && b->session < 0;
	span_copy(before, b->disk, sizeof(b->disk));
	b->partition = b->disk[0] && sysfs_exists("class/block/%s", b->disk);
	if (b->partition)
		b->part = sysfs_number(UINT16_MAX, "class/block/%s/partition", b->name);
	else
		span_copy(last, b->disk, sizeof(b->disk));
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

/* "part2-mpath-3600..." is a partition of the map "mpath-3600...". */
static void read_dm_uuid(struct span uuid, struct block *b)
{
	struct span head;
	uint64_t n;

	b->layer = LAYER_ELSE;
	if (span_take(&uuid, "LVM-")) {
		b->layer = LAYER_LVM;
	} else if (span_take(&uuid, "mpath-")) {
		b->layer = LAYER_MAP;
	} else if (span_take(&uuid, "part") && span_cut(&uuid, '-', &head) &&
		   scan_uint(head, UINT16_MAX, &n) && span_take(&uuid, "mpath-")) {
		b->layer = LAYER_MAP;
		b->part = n;
	}
}

static void read_layer(struct block *b)
{
	char text[160];

	disk_attr(b->name, "md/array_state", text, sizeof(text));
	if (text[0]) {
		b->layer = LAYER_MD;
		b->suspended = !strcmp(text, "inactive") || !strcmp(text, "clear");
	}
	disk_attr(b->name, "dm/name", b->dm_name, sizeof(b->dm_name));
	if (!b->dm_name[0])
		return;
	disk_attr(b->name, "dm/suspended", text, sizeof(text));
	b->suspended = strcmp(text, "0");
	disk_attr(b->name, "dm/uuid", text, sizeof(text));
	read_dm_uuid(span_of(text), b);
}

static short find_name(const struct blocks *all, struct span name)
{
	unsigned i;

	for (i = 0; i < all->n; i++)
		if (span_eq(name, all->b[i].name))
			return (short)i;
	return -1;
}

struct slaves {
	const struct blocks *all;
	bool (*fn)(void *arg, short below);
	void *arg;
};

static bool each_slave(void *arg, const char *name)
{
	struct slaves *l = arg;

	return l->fn(l->arg, find_name(l->all, span_of(name)));
}

void disk_each_slave(const struct blocks *all, const struct block *b, bool (*fn)(void *arg, short below),
		     void *arg)
{
	struct slaves l = { all, fn, arg };

	sysfs_list(each_slave, &l, "class/block/%s/slaves", b->name);
}

/* What lies below a stacked device, as far as it has been looked at. */
struct stack {
	struct blocks *all;
	short self;
	unsigned n, alive;
	bool unknown, ours, mixed, other, local;
	short base, foreign;
};

static bool own_slave(void *arg, short below)
{
	struct stack *s = arg;
	struct block *b = below < 0 ? NULL : &s->all->b[below];

	s->n++;
	if (b)
		b->holder = s->self;
	if (b && s->all->b[s->self].layer == LAYER_MAP && b->layer != LAYER_MAP)
		b->map = s->self;
	if (!b || b->owner == DISK_UNKNOWN) {
		s->unknown = true;
		return true;
	}
	s->ours |= b->owner == DISK_OURS;
	s->mixed |= b->owner == DISK_MIXED;
	s->other |= b->owner == DISK_OTHER;
	s->local |= b->owner == DISK_LOCAL;
	s->alive += b->alive;
	if (b->session >= 0 && (s->base < 0 || s->all->b[s->base].session < 0 ||
				(b->alive && !s->all->b[s->base].alive)))
		s->base = b->base;
	if (s->base < 0)
		s->base = b->base;
	if (b->foreign >= 0)
		s->foreign = b->foreign;
	return true;
}

static enum disk_owner owner_of(const struct stack *s)
{
	if (s->unknown)
		return DISK_UNKNOWN;
	if (s->mixed || (s->ours && (s->other || s->local)))
		return DISK_MIXED;
	return s->ours ? DISK_OURS : s->other ? DISK_OTHER : DISK_LOCAL;
}

static void take_base(struct blocks *all, struct block *b, const struct block *from)
{
	b->base = from->base;
	b->session = all->b[b->base].session;
	b->sid = all->b[b->base].sid;
	b->lun = all->b[b->base].lun;
}

/* Is one of the devices below enough? */
static bool is_redundant(const struct block *b)
{
	char level[16];

	disk_attr(b->name, "md/level", level, sizeof(level));
	return b->layer == LAYER_MAP || (b->layer == LAYER_MD && strcmp(level, "raid0") && strcmp(level, "linear"));
}

/* What a stacked device is made of, as far as that is known. False where nothing lies below it. */
static bool own_stacked(struct blocks *all, struct block *b)
{
	struct stack s = { .all = all, .self = (short)(b - all->b), .base = -1, .foreign = -1 };

	disk_each_slave(all, b, own_slave, &s);
	/* the kernel has taken every path out of a map that failed for good: whose it was is not known */
	if (!s.n && b->layer == LAYER_MAP)
		return true;
	if (s.n && !s.unknown) {
		b->owner = owner_of(&s);
		b->foreign = s.foreign;
		take_base(all, b, &all->b[s.base]);
		b->alive = is_redundant(b) ? s.alive : s.alive == s.n;
	}
	return s.n;
}

static bool is_running(const struct block *b, const struct session *list)
{
	char state[32];

	if (b->session < 0)
		return true;
	disk_attr(b->name, "device/state", state, sizeof(state));
	return list[b->session].logged_in && (!state[0] || !strcmp(state, "running"));
}

static void own_one(struct blocks *all, const struct session *list, struct block *b)
{
	short self = (short)(b - all->b), i;

	if (b->partition) {
		i = find_name(all, span_of(b->disk));
		if (i < 0 || all->b[i].owner == DISK_UNKNOWN)
			return;
		b->owner = all->b[i].owner;
		b->foreign = all->b[i].foreign;
		b->alive = all->b[i].alive;
		take_base(all, b, &all->b[i]);
	} else if (b->session >= 0 || b->unlisted || !own_stacked(all, b)) {
		b->owner = b->session >= 0 ? DISK_OURS : b->unlisted ? DISK_OTHER : DISK_LOCAL;
		b->base = self;
		b->foreign = b->session >= 0 ? -1 : self;
		b->alive = is_running(b, list);
	}
}

/* Devices are stacked upon one another in any order of names: until nothing new is learnt. */
static void own_all(struct blocks *all, const struct session *list)
{
	bool learnt = true;
	unsigned i;

	while (learnt) {
		learnt = false;
		for (i = 0; i < all->n; i++) {
			if (all->b[i].owner != DISK_UNKNOWN)
				continue;
			own_one(all, list, &all->b[i]);
			learnt |= all->b[i].owner != DISK_UNKNOWN;
		}
	}
}

static bool look_at(const char *name, const struct session *list, unsigned n, struct block *b)
{
	char text[512];
	struct span link;

	memset(b, 0, sizeof(*b));
	b->session = b->base = b->foreign = b->holder = b->map = -1;
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
	read_layer(&b);
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
	err = sysfs_list(look_at_name, &l, "class/block");
	own_all(all, list);
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
