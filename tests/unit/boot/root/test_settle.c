// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * settle against small machines made of files: which device is the root, what is said while there
 * is none, and what lvm is told to do (a stand-in writes down how it was called).
 */
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/root/parts.h"
#include "boot/root/settle.h"
#include "disk_tree.h"
#include "kernel/sysfs.h"
#include "tap.h"

#define IQN "iqn.2001-04.com.example:storage.lun1"
#define PV "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg"
#define PV2 "aaaaaa-bbbb-cccc-dddd-eeee-ffff-hhhhhh"

/* Loop devices without a file can be opened and read: they stand in for disks. */
#define DISK 7

static struct settle s;
static struct plan plan;
static struct session fake[4];
static unsigned n_fake;
static struct wait w;

static int list_fake(struct session *list, unsigned max)
{
	memcpy(list, fake, n_fake * sizeof(*fake));
	return n_fake < max ? (int)n_fake : (int)max;
}

static void add_session(unsigned sid, const char *target, bool logged_in)
{
	struct session *f = &fake[n_fake++];

	memset(f, 0, sizeof(*f));
	f->sid = sid;
	f->host = sid + 1;
	f->logged_in = logged_in;
	snprintf(f->target, sizeof(f->target), "%s", target);
}

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
	s.lvm.program = "/bin/false";
	tree_file("run/udev/control", "");
	tree_file("lib/udev/rules.d/95-dm-notify.rules", "");
	add_session(1, IQN, true);
}

static void end(void)
{
	settle_close(&s);
	tree_end();
}

/* Let it look until it stands still: a verdict, or nothing to do but wait for the next event. */
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

static void is_cause(int code, const char *object, const char *text)
{
	ok(s.cause.code == code, "code %d: %s", code, text);
	is_str(s.cause.object, object, "its object");
	is_str(s.cause.text, text, "its text");
}

static void disk(const char *name, unsigned minor, unsigned sid, unsigned lun, const char *udev)
{
	char place[128];

	snprintf(place, sizeof(place), "platform/host%u/session%u/target%u:0:0/%u:0:0:%u/block/%s",
		 sid + 1, sid, sid + 1, sid + 1, lun, name);
	tree_block(place, DISK, minor);
	if (udev)
		tree_udev(DISK, minor, udev);
}

static void local_disk(const char *name, unsigned minor, const char *udev)
{
	char place[128];

	snprintf(place, sizeof(place), "pci0000:00/0000:00:05.0/virtio2/block/%s", name);
	tree_block(place, DISK, minor);
	tree_udev(DISK, minor, udev);
}

#define EXT4 "E:ID_FS_TYPE=ext4\nE:ID_FS_UUID=4711-affe\nS:disk/by-uuid/4711-affe\n"
#define PHYS "E:ID_FS_TYPE=LVM2_member\nE:ID_FS_UUID=" PV "\nS:disk/by-id/lvm-pv-uuid-" PV "\n"
#define PHYS2 "E:ID_FS_TYPE=LVM2_member\nE:ID_FS_UUID=" PV2 "\n"

static void test_lun(void)
{
	begin(ROOT_LUN, "iscsi:192.0.2.1::::" IQN, "");
	is_int(settle_down(), GOES_ON, "no disk yet");
	is_cause(CODE_NO_DEVICE, IQN, "logged in, but the target shows no disk "
		 "(map the LUN to this initiator)");
	disk("sdb", 1, 1, 5, EXT4);
	disk("sda", 0, 1, 0, EXT4);
	is_int(settle_down(), GOES_ON, "not that LUN");
	is_int(s.cause.code, CODE_NO_DEVICE, "its code");
	ok(strstr(s.cause.text, "logged in, but the target shows no LUN 1 (it shows ") &&
	   strstr(s.cause.text, "; select one with ISCSI_LUN)"), "says which there are: %s",
	   s.cause.text);
	disk("sdc", 2, 1, 1, NULL);
	is_int(settle_down(), GOES_ON, "udev is not through with it");
	is_cause(CODE_DEADLINE, "sdc", "present, waiting for udev");
	tree_udev(DISK, 2, "");
	is_int(settle_down(), GOES_ON, "an empty LUN");
	is_cause(CODE_NO_DEVICE, "sdc, LUN 1", "holds nothing known to udev, not a file system "
		 "(name the root on it in another root= after this one)");
	tree_udev(DISK, 2, PHYS);
	settle_down();
	ok(strstr(s.cause.text, "holds an LVM physical volume, not"), "an LVM LUN");
	tree_udev(DISK, 2, EXT4);
	is_int(settle_down(), READY, "the file system is there");
	is_str(s.root, "/dev/sdc", "its node");
	is_int(s.cause.code, 0, "no cause is left");
	end();
}

static void test_lun_partitioned(void)
{
	begin(ROOT_LUN, "dhcp", "");
	disk("sda", 0, 1, 1, "E:ID_PART_TABLE_TYPE=gpt\n");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda/sda1", DISK, 1);
	tree_udev(DISK, 1, EXT4);
	is_int(settle_down(), GOES_ON, "a LUN with partitions");
	is_cause(CODE_NO_DEVICE, "sda, LUN 1", "holds partitions, not a file system "
		 "(name the root on it in another root= after this one)");
	end();
}

static void test_lun_flat(void)
{
	begin(ROOT_LUN, "dhcp", "");
	plan.targets[0].lun[0] = 256;
	disk("sda", 0, 1, 0x4100, EXT4);
	is_int(settle_down(), READY, "LUN 256 in flat addressing");
	is_str(s.root, "/dev/sda", "its node");
	end();
}

static void test_foreign_session(void)
{
	begin(ROOT_LUN, "dhcp", "");
	n_fake = 0;
	add_session(1, "iqn.2001-04.com.example:other", true);
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), GOES_ON, "another target's disk is not the root");
	is_int(s.found, -1, "nothing is found");
	n_fake = 0;
	add_session(1, "IQN.2001-04.com.Example:storage.lun1", true);
	is_int(settle_down(), READY, "a target's name has no case");
	end();
}

static void test_uuid(void)
{
	begin(ROOT_UUID, "UUID=4711-AFFE", "4711-AFFE");
	local_disk("vda", 3, EXT4);
	disk("sda", 0, 1, 1, "E:ID_PART_TABLE_TYPE=gpt\n");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda/sda1", DISK, 1);
	is_int(settle_down(), GOES_ON, "udev is not through with a partition");
	is_cause(CODE_DEADLINE, "sda1", "present, waiting for udev");
	tree_udev(DISK, 1, "E:ID_FS_TYPE=xfs\nE:ID_FS_UUID=1234\nS:disk/by-uuid/1234\n");
	is_int(settle_down(), GOES_ON, "another UUID");
	is_cause(CODE_NO_DEVICE, "UUID=4711-AFFE", "not on the target's disks, only on the local "
		 "disk vda (the target's hold: sda1 xfs 1234)");
	tree_udev(DISK, 1, EXT4);
	is_int(settle_down(), READY, "the one of the target, in whatever case");
	is_str(s.root, "/dev/sda1", "by its own node, which no copy can take");
	end();
}

static void test_label(void)
{
	begin(ROOT_LABEL, "LABEL=my root", "my root");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=ext4\nS:disk/by-label/my\\x20root\n");
	is_int(settle_down(), READY, "a label with a blank");
	is_str(s.root, "/dev/sda", "its node");
	end();
	begin(ROOT_LABEL, "LABEL=x", "x");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=ext4\nE:ID_FS_UUID=1\nS:disk/by-label/x\n");
	disk("sdb", 1, 1, 2, "E:ID_FS_TYPE=ext4\nE:ID_FS_UUID=1\nS:disk/by-label/x\n");
	is_int(settle_down(), GOES_ON, "one label on two LUNs");
	is_int(s.cause.code, CODE_CONFIG, "its code");
	ok(strstr(s.cause.text, "on two LUNs: sd") && strstr(s.cause.text, " (mask the copy, or "
	   "change its UUID and label)"), "its text: %s", s.cause.text);
	end();
	begin(ROOT_PARTUUID, "PARTUUID=9-1", "9-1");
	disk("sda", 0, 1, 1, "S:disk/by-partuuid/9-1\n");
	is_int(settle_down(), READY, "by PARTUUID");
	end();
	begin(ROOT_PARTLABEL, "PARTLABEL=root", "root");
	disk("sda", 0, 1, 1, "S:disk/by-partlabel/root\n");
	is_int(settle_down(), READY, "by PARTLABEL");
	end();
}

static void test_two_paths(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	add_session(2, IQN, true);
	disk("sda", 0, 1, 1, EXT4);
	disk("sdb", 1, 2, 1, EXT4);
	is_int(settle_down(), READY, "one LUN by two portals is no duplicate");
	end();
}

static void test_device(void)
{
	begin(ROOT_DEVICE, "/dev/sda1", "/dev/sda1");
	disk("sda", 0, 1, 1, "");
	is_int(settle_down(), GOES_ON, "no such device");
	is_cause(CODE_NO_DEVICE, "/dev/sda1", "not on the target's disks (they hold: sda)");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda/sda1", DISK, 1);
	tree_udev(DISK, 1, EXT4);
	is_int(settle_down(), READY, "there it is");
	is_str(s.root, "/dev/sda1", "as it was written");
	end();
	begin(ROOT_DEVICE, "/dev/vda", "/dev/vda");
	local_disk("vda", 3, EXT4);
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), FAILED, "a local disk is refused");
	is_cause(CODE_CONFIG, "/dev/vda", "on the local disk vda, not on the "
		 "target's: refused (detach that disk, or boot with iscsiroot=off)");
	end();
	begin(ROOT_DEVICE, "/dev/disk/by-uuid/4711-affe", "/dev/disk/by-uuid/4711-affe");
	disk("sda", 0, 1, 1, EXT4);
	tree_link("dev/disk/by-uuid/4711-affe", "../../sda");
	is_int(settle_down(), READY, "by a link of udev's");
	is_str(s.root, "/dev/disk/by-uuid/4711-affe", "as it was written");
	local_disk("vda", 3, EXT4);
	tree_link("dev/disk/by-uuid/4711-affe", "../../vda");
	is_int(settle_down(), READY, "a local copy has the link");
	is_str(s.root, "/dev/sda", "the target's disk is taken all the same");
	end();
}

static void test_unreadable(void)
{
	begin(ROOT_DEVICE, "/dev/sda", "/dev/sda");
	tree_block("platform/host2/session1/target2:0:0/2:0:0:1/block/sda", 4095, 9);
	tree_udev(4095, 9, EXT4);
	is_int(settle_down(), GOES_ON, "a node without a device behind it");
	is_int(s.cause.code, CODE_SYSTEM, "its code");
	ok(!strncmp(s.cause.text, "present, but cannot be read: ", 29), "its text: %s", s.cause.text);
	end();
	begin(ROOT_DEVICE, "/dev/sda", "/dev/sda");
	fake[0].logged_in = false;
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), GOES_ON, "its session is lost");
	is_cause(CODE_UNAVAILABLE, IQN, "session lost, the kernel waits for its recovery");
	end();
}

/* lvm's stand-in: it writes down its arguments and says what the test wants. */
static void fake_lvm(const char *body)
{
	static char path[512];
	char text[2048];

	snprintf(text, sizeof(text), "#!/bin/sh\necho \"$*\" >>%s/calls\n%s\n", tree_dir, body);
	tree_file("lvm", text);
	chmod(tree_path("lvm"), 0755);
	snprintf(path, sizeof(path), "%s", tree_path("lvm"));
	s.lvm.program = path;
	tree_file("calls", "");
}

static const char *calls(void)
{
	static char text[131072];
	ssize_t n = sys_read(s.rootfd, "calls", text, sizeof(text));

	return n < 0 ? "" : text;
}

#define VGCHANGE " --sysinit --nohints --activationmode complete -S vg_missing_pv_count=0 --devices "
#define VGS "vgs --noheadings --nohints --separator | -o vg_name,vg_missing_pv_count,lv_name --devices "

static void test_lv(void)
{
	begin(ROOT_LV, "/dev/mapper/system-my--root", "my-root");
	fake_lvm("exit 0");
	disk("sda", 0, 1, 1, EXT4);
	is_int(settle_down(), GOES_ON, "no physical volume");
	is_cause(CODE_NO_DEVICE, "volume group system",
		 "not on the target's disks (they hold: sda ext4)");
	is_str(calls(), "", "lvm was not run");
	tree_udev(DISK, 0, PHYS);
	tree_dm(0, "system-my--root", "sda");
	is_int(settle_down(), GOES_ON, "active, but udev is not through with it");
	is_cause(CODE_DEADLINE, "dm-0", "present, waiting for udev");
	is_str(calls(), "", "lvm was not run");
	tree_udev(253, 0, EXT4);
	tree_node("dev/mapper/system-my--root", 253, 0);
	settle_down();
	ok(s.found >= 0 && !strcmp(s.node, "/dev/mapper/system-my--root"), "the volume is found");
	end();
}

static void test_lv_activated(void)
{
	begin(ROOT_LV, "/dev/system/root", "root");
	add_session(2, IQN, true);
	disk("sda", 0, 1, 1, PHYS);
	disk("sdb", 1, 2, 1, PHYS);
	disk("sdc", 2, 1, 2, PHYS2);
	local_disk("vda", 3, PHYS);
	fake_lvm("exit 0");
	s.look = true;
	settle_down();
	ok(!strncmp(calls(), "vgchange -ay" VGCHANGE, strlen("vgchange -ay" VGCHANGE)),
	   "activates what is complete");
	ok(strstr(calls(), "/dev/sdc") && !strstr(calls(), "vda") &&
	   !strstr(calls(), "/dev/sda,/dev/sdb") && !strstr(calls(), "/dev/sdb,/dev/sda"),
	   "one path per LUN, no local disk");
	ok(strstr(calls(), " system\nvgs "), "that group and no other, then asks why");
	end();
}

static void test_lv_causes(void)
{
	static const struct { const char *lvm; const char *object, *text; } cases[] = {
		{ "case $1 in vgchange) echo '  Volume group \"system\" not found' >&2; exit 5;; "
		  "*) echo '  other|0|root'; echo '  other|0|swap'; echo '  third|1|x';; esac",
		  "volume group system", "not on the target's disks (they hold: other, third)" },
		{ "case $1 in vgchange) echo '  Volume group \"system\" not found' >&2; exit 5;; esac",
		  "volume group system", "not on the target's disks (they hold: nothing)" },
		{ "case $1 in vgs) echo '  WARNING: Couldn'\"'\"'t find device with uuid X.' >&2; "
		  "echo '  WARNING: VG system is missing PV " PV2 " (last written to /dev/sdz).' >&2; "
		  "echo '  system|1|root';; esac",
		  "volume group system", "incomplete: 1 physical volume is missing: " PV2
		  " (map its LUN to this initiator)" },
		{ "case $1 in vgs) echo '  system|2|root';; esac", "volume group system",
		  "incomplete: physical volumes are missing: 2 (map their LUNs to this initiator)" },
		{ "case $1 in vgs) echo '  system|0|swap'; echo '  system|0|usr'; echo '  other|0|x';; "
		  "esac", "logical volume system/root",
		  "not in its volume group (it holds: swap, usr)" },
		{ "exit 0", "logical volume system/root", "not in its volume group (it holds: nothing)" },
		{ "case $1 in vgchange) echo '  Cannot activate LVs in VG system while PVs appear on "
		  "duplicate devices.' >&2; exit 5;; *) echo '  system|0|root';; esac",
		  "volume group system", "activation failed: Cannot activate LVs in VG system while "
		  "PVs appear on duplicate devices." },
		{ "case $1 in vgchange) exit 3;; *) echo '  system|0|root';; esac",
		  "volume group system", "activation failed: no message from lvm" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		begin(ROOT_LV, "/dev/mapper/system-root", "root");
		disk("sda", 0, 1, 1, PHYS);
		fake_lvm(cases[i].lvm);
		is_int(settle_down(), GOES_ON, cases[i].text);
		is_cause(CODE_NO_DEVICE, cases[i].object, cases[i].text);
		end();
	}
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, PHYS);
	s.lvm.program = "/nonexistent/lvm";
	settle_down();
	is_cause(CODE_SYSTEM, "lvm", "not in the image (install lvm2, then run update-initramfs -u)");
	end();
}

static void test_lv_retries(void)
{
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, PHYS);
	fake_lvm("case $1 in vgs) echo '  system|1|root';; esac");
	settle_down();
	tree_file("calls", "");
	settle_down();
	is_str(calls(), "", "lvm is not run again while nothing has changed");
	disk("sdb", 1, 1, 2, PHYS2);
	settle_down();
	ok(!strncmp(calls(), "vgchange -ay", 12), "but at once with another physical volume");
	tree_file("calls", "");
	s.lvm.retry_at = 0;
	settle_down();
	ok(!strncmp(calls(), "vgchange -ay", 12), "and again after a while");
	is_int(s.cause.code, CODE_NO_DEVICE, "the cause stands");
	end();
}

/* The disk came while its absence was not yet told: then it never is, be lvm ever so slow. */
static void test_stale_cause(void)
{
	static struct wait w;

	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	settle_down();
	is_int(s.cause.code, CODE_NO_DEVICE, "no disk");
	disk("sda", 0, 1, 1, PHYS);
	fake_lvm("read x");
	s.look = true;
	wait_begin(&w, 0);
	settle_step(&s, &w);
	ok(s.lvm.task == LVM_ACTIVATE && !s.cause.code, "while lvm runs there is no cause");
	end();
}

static void test_copies(void)
{
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, PHYS);
	disk("sdb", 1, 1, 2, PHYS);
	fake_lvm("exit 0");
	settle_down();
	is_int(s.cause.code, CODE_CONFIG, "one physical volume on two LUNs");
	is_str(s.cause.text, "physical volume " PV " is on two LUNs, one is a copy (mask the copy, or "
	       "run vgimportclone on it)", "its text");
	is_str(calls(), "", "neither is taken");
	end();
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, PHYS);
	local_disk("vda", 3, PHYS);
	tree_dm(0, "system-root", "vda");
	tree_udev(253, 0, EXT4);
	is_int(settle_down(), FAILED, "the local copy is active already");
	is_cause(CODE_CONFIG, "/dev/mapper/system-root", "on the local disk vda, not on the "
		 "target's: refused (detach that disk, or boot with iscsiroot=off)");
	end();
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, PHYS);
	local_disk("vda", 3, PHYS);
	tree_dm(0, "system-root", "sda vda");
	tree_udev(253, 0, EXT4);
	is_int(settle_down(), FAILED, "half of it on a local disk");
	end();
}

static void test_uuid_in_lv(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, PHYS);
	fake_lvm("case $1 in vgs) echo '  one|0|root'; echo '  one|0|swap'; echo '  two|1|root'; "
		 "echo '  three|0|root';; esac");
	is_int(settle_down(), GOES_ON, "in no group");
	is_str(calls(), VGS "/dev/sda\n"
	       "vgchange -ay" VGCHANGE "/dev/sda one\nvgchange -an" VGCHANGE "/dev/sda one\n"
	       "vgchange -ay" VGCHANGE "/dev/sda three\nvgchange -an" VGCHANGE "/dev/sda three\n",
	       "each complete group is looked into and shut again");
	is_cause(CODE_NO_DEVICE, "UUID=4711-affe",
		 "not on the target's disks (they hold: sda LVM2_member)");
	end();
}

/* As long as a program needs that writes much. */
static void settle_long(void)
{
	int i;

	for (i = 0; i < 20; i++)
		settle_down();
}

/* 90 KB of lvm's report: the row that was cut must not become a volume group of its own. */
static void test_lvm_cut(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, PHYS);
	fake_lvm("case $1 in vgs) i=1000; while [ $i -lt 6000 ]; do echo \"  one|0|volume$i\"; "
		 "i=$((i+1)); done;; esac");
	settle_long();
	is_str(calls(), VGS "/dev/sda\n"
	       "vgchange -ay" VGCHANGE "/dev/sda one\nvgchange -an" VGCHANGE "/dev/sda one\n",
	       "the groups that it shows are searched, and no other");
	is_cause(CODE_NO_DEVICE, "UUID=4711-affe", "not found, and not all volume groups were searched "
		 "(the target's disks hold: sda LVM2_member)");
	end();
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, PHYS);
	fake_lvm("case $1 in vgs) i=1000; while [ $i -lt 6000 ]; do echo \"  one|0|volume$i\"; "
		 "i=$((i+1)); done;; *) echo '  Volume group \"system\" not found' >&2; exit 5;; esac");
	settle_long();
	is_cause(CODE_NO_DEVICE, "volume group system", "activation failed: Volume group \"system\" "
		 "not found");
	end();
}

static void test_many_groups(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, PHYS);
	fake_lvm("case $1 in vgs) i=0; while [ $i -lt 257 ]; do echo \"  vg$i|0|root\"; i=$((i+1)); "
		 "done;; esac");
	s.look = true;
	while (!s.lvm.n_vgs) {
		wait_begin(&w, sys_now() + 2000000);
		settle_step(&s, &w);
		if (!s.lvm.n_vgs)
			wait_run(&w);
	}
	is_int(s.lvm.n_vgs, VGS_MAX, "256 of 257 groups are searched");
	s.lvm.at_vg = VGS_MAX - 1;	/* all but the last have been */
	settle_long();
	ok(!strstr(calls(), " vg256\n"), "and no more");
	is_cause(CODE_NO_DEVICE, "UUID=4711-affe", "not found, and not all volume groups were searched "
		 "(the target's disks hold: sda LVM2_member)");
	end();
}

static void test_uuid_lvm_fails(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, PHYS);
	s.lvm.program = "/nonexistent/lvm";
	settle_down();
	s.look = true;
	settle_down();
	is_cause(CODE_SYSTEM, "lvm", "not in the image (install lvm2, then run update-initramfs -u)");
	end();
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, PHYS);
	fake_lvm("exit 5");
	settle_down();
	fake_lvm("case $1 in vgs) echo '  one|0|root';; esac");
	s.lvm.retry_at = 0;
	settle_down();
	ok(*calls(), "a UUID in a volume: a vgs that failed is run again");
	end();
}

static void test_no_dm_rules(void)
{
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, PHYS);
	unlink(tree_path("lib/udev/rules.d/95-dm-notify.rules"));
	fake_lvm("exit 0");
	settle_down();
	ok(strstr(calls(), "system --config activation{udev_sync=0 udev_rules=0}\n"),
	   "lvm makes the nodes where no rule of udev's would");
	tree_dm(0, "system-root", "sda");
	settle_down();
	ok(s.found >= 0 && !strcmp(s.node, "/dev/mapper/system-root"),
	   "and udev's entry of the volume is not waited for");
	end();
}

static int stderr_was;

static void capture_stderr(void)
{
	int fd = open(tree_path("stderr"), O_RDWR | O_CREAT | O_TRUNC, 0600);

	tree_note(tree_path("stderr"));
	stderr_was = dup(2);
	dup2(fd, 2);
	close(fd);
}

static const char *captured(void)
{
	static char text[4096];

	dup2(stderr_was, 2);
	close(stderr_was);
	sys_read(s.rootfd, "stderr", text, sizeof(text));
	return text;
}

static void test_said(void)
{
	static struct wait w;

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "");
	capture_stderr();
	settle_down();
	is_str(captured(), "", "a cause is not shown at once");
	wait_begin(&w, SYS_FOREVER);
	settle_step(&s, &w);
	ok(w.until <= sys_now() + SETTLE_GRACE_US, "but the next step is soon");
	s.say_at = 0;
	capture_stderr();
	settle_down();
	settle_down();
	is_str(captured(), "iscsiroot: settle: UUID=4711-affe: not on the target's disks (they hold: nothing), "
	       "retrying\n", "it is shown when it still stands, and once");
	local_disk("vda", 3, EXT4);
	tree_udev(DISK, 0, EXT4);
	capture_stderr();
	is_int(settle_down(), READY, "and then it comes");
	is_str(captured(), "iscsiroot: settle: vda: local copy of the target's sda (same UUID), not "
	       "activated (detach it; using both corrupts data)\n"
	       "iscsiroot: settle: UUID=4711-affe: can be mounted: sda, LUN 1 of " IQN "\n",
	       "the copy and the root are named");
	end();
}

/* It comes in the very moment in which its absence would have been told. */
static void test_said_too_late(void)
{
	begin(ROOT_LUN, "iscsi:192.0.2.1::::" IQN, "");
	settle_down();
	is_int(s.cause.code, CODE_NO_DEVICE, "no disk yet");
	disk("sda", 0, 1, 1, EXT4);
	s.say_at = 0;
	capture_stderr();
	is_int(settle_down(), READY, "and then it comes");
	is_str(captured(), "iscsiroot: settle: iscsi:192.0.2.1::::" IQN ": can be mounted: sda, LUN 1 "
	       "of " IQN "\n", "that it was not there is not told any more");
	end();
}

/* What the socket takes in: real messages, sent as udev sends them. */
static void test_events(void)
{
	static const char add[] = "ACTION=add\0SUBSYSTEM=block\0DEVNAME=/dev/sda";
	static struct wait w;
	char msg[256] = "libudev\0\xfe\xed\xca\xfe";
	uint32_t header[3] = { 40, 40, sizeof(add) };
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_groups = 2 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	ssize_t n;

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	settle_down();
	disk("sda", 0, 1, 1, EXT4);
	memcpy(msg + 12, header, sizeof(header));
	memcpy(msg + 40, add, sizeof(add));
	wait_begin(&w, 0);
	settle_step(&s, &w);
	ok(!s.probe.pid, "no event, no look");
	n = sendto(fd, msg, 40 + sizeof(add), 0, (struct sockaddr *)&to, sizeof(to));
	ok(n == 40 + sizeof(add), "an event is sent");
	wait_begin(&w, 0);
	settle_step(&s, &w);
	/* the child may have been quicker than we are */
	ok(s.probe.pid || s.root[0], "an event of udev's makes it look");
	end();
	close(fd);
}

/* Without a deadline a zombie for each would fill the process table in hours. */
static void test_children(void)
{
	static struct wait w;
	int i, err, good = 0;

	begin(ROOT_LUN, "iscsi:192.0.2.1::::" IQN, "");
	disk("sda", 0, 1, 1, EXT4);
	for (i = 0; i < 100; i++) {
		if (i & 1)
			settle_scan_start(&s.probe, fake, n_fake);
		else if (settle_probe_start(&s.probe, s.rootfd, "/dev/sda"))
			break;
		for (;;) {
			wait_begin(&w, sys_now() + 2000000);
			if (settle_probe_done(&s.probe, &w, &err) || sys_now() >= w.until)
				break;
			wait_run(&w);
		}
		good += !s.probe.pid && !err;
	}
	is_int(good, 100, "each probe and each rescan has its answer");
	errno = 0;
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "no child is left behind");
	end();
}

int main(void)
{
	test_children();	/* first: the others leave some that hang */
	test_lun();
	test_lun_partitioned();
	test_lun_flat();
	test_foreign_session();
	test_uuid();
	test_label();
	test_two_paths();
	test_device();
	test_unreadable();
	test_lv();
	test_lv_activated();
	test_lv_causes();
	test_lv_retries();
	test_stale_cause();
	test_copies();
	test_uuid_in_lv();
	test_lvm_cut();
	test_many_groups();
	test_uuid_lvm_fails();
	test_no_dm_rules();
	test_said();
	test_said_too_late();
	test_events();
	return done_testing();
}
