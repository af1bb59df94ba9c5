// SPDX-License-Identifier: GPL-2.0-or-later
/* The items mount, volume NAME and disk NAME. */
#include <string.h>

#include "formats/lvm.h"
#include "formats/mountinfo.h"
#include "system/status/status.h"
#include "system/status/text.h"

/* A number that ext4 shows in sysfs; 0 on another file system. */
static uint64_t ext4_number(const struct status *st, const char *attr)
{
	const struct block *b = check_root_block(&st->c);
	char path[96], text[32];
	struct span rest, line;
	uint64_t n = 0;

	if (!b || !out_text(path, sizeof(path), "sys/fs/ext4/%s/%s", b->name, attr))
		return 0;
	rest = check_read(&st->c, path, text, sizeof(text));
	span_cut(&rest, '\n', &line);
	return scan_uint(line, INT64_MAX, &n) ? n : 0;
}

/* Has this boot seen an error that makes the file system read-only? */
static bool is_stopped(const struct status *st, const struct mountinfo *m)
{
	static char stat_text[131072];
	struct span stat;
	uint64_t booted;

	if (!text_has_option(m->super, "errors=remount-ro"))
		return false;
	stat = check_read(&st->c, "proc/stat", stat_text, sizeof(stat_text));
	return status_text_booted(stat, &booted) && ext4_number(st, "last_error_time") >= booted;
}

/*
 * A mount that was made or remounted read-only has "ro" in both lists of options. One whose file system
 * became read-only because of an error has it only in that of the file system. For ext4, Debian's kernels
 * 6.1.0-56 and 6.12.118 show nothing although all writes fail; newer ones show "emergency_ro".
 */
static bool is_forced(const struct status *st, const struct mountinfo *m, uint64_t errors)
{
	if (text_has_option(m->super, "emergency_ro") || text_has_option(m->super, "shutdown"))
		return true;
	if (errors && is_stopped(st, m))
		return true;
	return text_has_option(m->super, "ro") && (errors || !text_has_option(m->options, "ro"));
}

static bool is_protected(const struct status *st)
{
	const struct block *b = check_root_block(&st->c);
	char text[8];

	if (!b)
		return false;
	disk_attr(b->name, "ro", text, sizeof(text));
	return !strcmp(text, "1");
}

static void report_mount(struct status *st, const struct mountinfo *m)
{
	uint64_t errors = ext4_number(st, "errors_count");
	bool ro = text_has_option(m->options, "ro") || text_has_option(m->super, "ro");
	bool forced = is_forced(st, m, errors);
	enum check_state state = CHECK_OK;
	char counted[64] = "";
	const char *todo = NULL;

	if (errors)
		out_text(counted, sizeof(counted), ", %u error%s since the last fsck",
			 (unsigned)errors, report_plural((unsigned)errors));
	if (forced) {
		state = CHECK_FAIL;
		todo = "fix the faults below, then reboot, which runs fsck";
	} else if (ro && !is_protected(st)) {
		state = CHECK_WARN;
		todo = "mount -o remount,rw /, unless intended";
	} else if (errors) {
		state = CHECK_WARN;
		todo = "boot once with fsck.mode=force on the kernel command line";
	}
	report_item(&st->c.report, state, "mount", todo, "/ is %pS on %pS, %s%s",
		    (void *)&m->type, (void *)&m->source,
		    forced ? "read-only because of an error" : ro ? "read-only" : "read-write",
		    counted);
}

static void report_volume(struct status *st, const struct block *b)
{
	char name[32], uuid[160], vg[DM_NAME_MAX + 1], lv[DM_NAME_MAX + 1], todo[160];
	const char *rest = b->dm_name, *kind = "device-mapper", *state = "active";

	out_text(name, sizeof(name), "volume %s", b->name);
	disk_attr(b->name, "dm/uuid", uuid, sizeof(uuid));
	if (b->suspended)
		state = "suspended, I/O is blocked";
	else if (!b->dm_name[0])
		state = "stacked";
	if (b->layer == LAYER_MAP)
		kind = "multipath";
	out_text(todo, sizeof(todo), "dmsetup resume %s", b->dm_name);
	lvm_name(&rest, vg, sizeof(vg));
	lvm_name(&rest, lv, sizeof(lv));
	report_item(&st->c.report, b->suspended ? CHECK_WARN : CHECK_OK, name,
		    b->suspended ? todo : NULL, "%s%s%s, %s",
		    !b->dm_name[0] ? b->name : strncmp(uuid, "LVM-", 4) ? kind : vg,
		    !b->dm_name[0] ? "" : strncmp(uuid, "LVM-", 4) ? " " : "/",
		    !b->dm_name[0] ? "" : strncmp(uuid, "LVM-", 4) ? b->dm_name : lv, state);
}

/* A count of SCSI commands, 0xNN. */
static uint64_t read_count(const struct block *b, const char *attr)
{
	char text[32];
	struct span s;
	uint64_t n = 0;

	disk_attr(b->name, attr, text, sizeof(text));
	s = span_of(text);
	return span_take(&s, "0x") && scan_hex(s, UINT64_MAX, &n) ? n : 0;
}

static void put_disk(const struct block *b, const char *state, struct out *o)
{
	char text[128];
	uint64_t sectors;

	disk_attr(b->name, "size", text, sizeof(text));
	if (scan_uint(span_of(text), UINT64_MAX / 512, &sectors)) {
		status_text_size(o, sectors * 512);
		out_str(o, ", ");
	}
	if (b->unlisted) {
		out_str(o, "of an iSCSI session that is not shown here");
		return;
	}
	if (b->session < 0) {
		out_str(o, "local disk, not iSCSI");
		return;
	}
	out_str(o, "LUN ");
	out_uint(o, b->lun);
	disk_attr(b->name, "device/wwid", text, sizeof(text));
	out_fmt(o, "%s%s, %s, ", *text ? ", " : "", text,
		*state ? state : "state unknown");
	out_uint(o, read_count(b, "device/iodone_cnt"));
	out_str(o, " commands done, ");
	out_uint(o, read_count(b, "device/ioerr_cnt"));
	out_str(o, " failed");
}

static void report_disk(struct status *st, const struct block *b, const struct status_path *p)
{
	char name[40], state[32], text[320], todo[96];
	const struct session *s = p ? &st->c.sessions[p->session] : NULL;
	struct out o;

	out_text(name, sizeof(name), "disk %s", b->name);
	disk_attr(b->name, "device/state", state, sizeof(state));
	out_init(&o, text, sizeof(text));
	put_disk(b, state, &o);
	if (!s || !strcmp(state, "running")) {
		report_ok(&st->c.report, name, "%s", text);
		return;
	}
	if (s->logged_in)
		out_text(todo, sizeof(todo), "echo running >/sys/block/%s/device/state", b->name);
	else
		out_text(todo, sizeof(todo), "see session %u", s->sid);
	report_item(&st->c.report, status_grade(p), name, todo, "%s", text);
}

static const struct status_path *path_of(const struct status *st, short block)
{
	unsigned i;

	for (i = 0; i < st->n_paths; i++)
		if (st->paths[i].block == block)
			return &st->paths[i];
	return NULL;
}

static void report_disks(struct status *st)
{
	const struct block *root = check_root_block(&st->c);
	unsigned i;

	for (i = 0; i < st->n_chain; i++) {
		const struct block *b = &st->c.blocks.b[st->chain[i]];

		if (b->base == st->chain[i])
			report_disk(st, b, path_of(st, st->chain[i]));
	}
	if (st->chain_cut)
		report_item(&st->c.report, CHECK_WARN, "disk", "see lsblk -s",
			    "more than %d devices below /, the others are not checked", CHAIN_MAX);
	if (st->c.blocks.cut || st->c.sessions_cut)
		report_item(&st->c.report, CHECK_WARN, "disk", "see lsblk -s",
			    "more than %d %s, the others are not checked",
			    st->c.blocks.cut ? BLOCKS_MAX : SESSIONS_MAX,
			    st->c.blocks.cut ? "block devices" : "iSCSI sessions");
	if (st->n_paths || st->c.blocks.cut || st->c.sessions_cut)
		return;
	/* the hand-off names an iSCSI root, else there would be no report */
	if (root)
		report_item(&st->c.report, CHECK_FAIL, "disk", "iscsiadm -m session -P 3; dmesg",
			    "the iSCSI disk below %s is gone",
			    root->name);
	else
		report_item(&st->c.report, CHECK_WARN, "disk", "findmnt /; lsblk -s",
			    "/ is mounted from %s, which is not a known disk", st->c.source);
}

void status_mount(struct status *st)
{
	struct mountinfo m;
	unsigned i;

	if (mountinfo_of(st->mounts, "/", &m))
		report_mount(st, &m);
	else
		report_item(&st->c.report, CHECK_WARN, "mount", "check that /proc is mounted",
			    "/ is not in /proc/self/mountinfo");
	for (i = 0; i < st->n_chain; i++) {
		const struct block *b = &st->c.blocks.b[st->chain[i]];

		if (!b->partition && b->base != st->chain[i])
			report_volume(st, b);
	}
	report_disks(st);
}
