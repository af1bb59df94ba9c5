/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settle on small machines made of files: sessions, disks, udev's database, and a script in lvm's place
 * that records how it was run.
 */
#ifndef ISCSIROOT_TEST_ROOT_MACHINE_H
#define ISCSIROOT_TEST_ROOT_MACHINE_H

#include "base/codes.h"
#include "base/sys.h"
#include "boot/root/settle.h"
#include "disk_tree.h"
#include "kernel/sysfs.h"
#include "tap.h"

#define IQN "iqn.2001-04.com.example:storage.lun1"
#define PV "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg"
#define PV2 "aaaaaa-bbbb-cccc-dddd-eeee-ffff-hhhhhh"

/* Loop devices without a file can be opened and read: they are the disks here. */
#define DISK 7

static struct settle s;
static struct plan plan;
static struct session fake[4];
static unsigned n_fake;
static struct wait w;

__attribute__((unused))
static int list_fake(struct session *list, unsigned max)
{
	memcpy(list, fake, n_fake * sizeof(*fake));
	return n_fake < max ? (int)n_fake : (int)max;
}

__attribute__((unused))
static void add_session(unsigned sid, const char *target, bool logged_in)
{
	struct session *f = &fake[n_fake++];

	memset(f, 0, sizeof(*f));
	f->sid = sid;
	f->host = sid + 1;
	f->logged_in = logged_in;
	snprintf(f->target, sizeof(f->target), "%s", target);
}

__attribute__((unused))
static void begin(enum root_kind kind, const char *spec, const char *value)
{
	tree_begin("settle");
	sysfs_root = tree_sysfs;
	n_fake = 0;
	memset(&plan, 0, sizeof(plan));
	plan.root_kind = kind;
	plan.n_targets = 1;
	plan.targets[0].lun[0] = 1;
	snprintf(plan.targets[0].name, sizeof(plan.targets[0].name), IQN);
	snprintf(plan.root_spec, sizeof(plan.root_spec), "%s", spec);
	snprintf(plan.root_value, sizeof(plan.root_value), "%s", value);
	snprintf(plan.root_vg, sizeof(plan.root_vg), "system");
	if (settle_init(&s, &plan))
		printf("# settle_init failed\n");
	close(s.rootfd);
	s.rootfd = open(tree_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	s.list_sessions = list_fake;
	s.lvm.program = s.maps.program = "/bin/false";
	s.multipath = false;
	tree_file("run/udev/control", "");
	tree_file("lib/udev/rules.d/95-dm-notify.rules", "");
	add_session(1, IQN, true);
}

__attribute__((unused))
static void end(void)
{
	settle_close(&s);
	tree_end();
}

/* Step until there is a result, or nothing to do but wait for the next event. */
__attribute__((unused))
static enum progress settle_down(void)
{
	enum progress p;
	int i;

	s.look = true;
	for (i = 0; i < 50; i++) {
		wait_begin(&w, sys_now() + 2000000);
		p = settle_step(&s, &w);
		if (p != GOES_ON || (!s.probe.pid && s.lvm.task == LVM_IDLE && !s.look))
			return p;
		wait_run(&w);
	}
	return p;
}

__attribute__((unused))
static void is_cause(int code, const char *object, const char *text)
{
	ok(s.cause.code == code, "code %d: %s", code, text);
	is_str(s.cause.object, object, "its object");
	is_str(s.cause.text, text, "its text");
}

__attribute__((unused))
static void disk(const char *name, unsigned minor, unsigned sid, unsigned lun, const char *udev)
{
	char place[128];

	snprintf(place, sizeof(place), "platform/host%u/session%u/target%u:0:0/%u:0:0:%u/block/%s",
		 sid + 1, sid, sid + 1, sid + 1, lun, name);
	tree_block(place, DISK, minor);
	if (udev)
		tree_udev(DISK, minor, udev);
}

__attribute__((unused))
static void local_disk(const char *name, unsigned minor, const char *udev)
{
	char place[128];

	snprintf(place, sizeof(place), "pci0000:00/0000:00:05.0/virtio2/block/%s", name);
	tree_block(place, DISK, minor);
	tree_udev(DISK, minor, udev);
}

/* A device on others that can be read as a disk can. */
__attribute__((unused))
static void stack(const char *name, unsigned minor, const char *slaves, const char *udev)
{
	char place[64];

	snprintf(place, sizeof(place), "virtual/block/%s", name);
	tree_block(place, DISK, minor);
	tree_slaves(name, slaves);
	if (udev)
		tree_udev(DISK, minor, udev);
}

/* A device-mapper device of that kind: "mpath-3600", "part2-mpath-3600", "CRYPT-LUKS2-abc". */
__attribute__((unused))
static void stack_dm(const char *name, unsigned minor, const char *dm_name, const char *uuid,
		     const char *slaves, const char *udev)
{
	char rel[96];

	stack(name, minor, slaves, udev);
	tree_attr(name, "dm/name", dm_name);
	tree_attr(name, "dm/uuid", uuid);
	tree_attr(name, "dm/suspended", "0\n");
	snprintf(rel, sizeof(rel), "dev/mapper/%s", dm_name);
	tree_node(rel, DISK, minor);
}

__attribute__((unused))
static void stack_md(const char *name, unsigned minor, const char *slaves, const char *level,
		     const char *state, const char *udev)
{
	stack(name, minor, slaves, udev);
	tree_attr(name, "md/level", level);
	tree_attr(name, "md/array_state", state);
}

#define EXT4 "E:ID_FS_TYPE=ext4\nE:ID_FS_UUID=4711-affe\nS:disk/by-uuid/4711-affe\n"
#define PHYS "E:ID_FS_TYPE=LVM2_member\nE:ID_FS_UUID=" PV "\nS:disk/by-id/lvm-pv-uuid-" PV "\n"
#define PHYS2 "E:ID_FS_TYPE=LVM2_member\nE:ID_FS_UUID=" PV2 "\n"

/* A script in a program's place: it records its arguments and prints what the test wants. */
static void fake_program(const char *name, const char *body, char path[512])
{
	char text[2048];

	snprintf(text, sizeof(text), "#!/bin/sh\necho \"$*\" >>%s/calls\n%s\n", tree_dir, body);
	tree_file(name, text);
	chmod(tree_path(name), 0755);
	snprintf(path, 512, "%s", tree_path(name));
	tree_file("calls", "");
}

__attribute__((unused))
static void fake_lvm(const char *body)
{
	static char path[512];

	fake_program("lvm", body, path);
	s.lvm.program = path;
}

__attribute__((unused))
static const char *calls(void)
{
	static char text[131072];
	ssize_t n = sys_read(s.rootfd, "calls", text, sizeof(text));

	return n < 0 ? "" : text;
}

static int stderr_was;

__attribute__((unused))
static void capture_stderr(void)
{
	int fd = open(tree_path("stderr"), O_RDWR | O_CREAT | O_TRUNC, 0600);

	tree_note(tree_path("stderr"));
	stderr_was = dup(2);
	dup2(fd, 2);
	close(fd);
}

__attribute__((unused))
static const char *captured(void)
{
	static char text[4096];

	dup2(stderr_was, 2);
	close(stderr_was);
	sys_read(s.rootfd, "stderr", text, sizeof(text));
	return text;
}

#endif
