// SPDX-License-Identifier: GPL-2.0-or-later
/* How lvm is run, and which cause its answers become. */
#include "boot/root/machine.h"

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
	is_int(settle_down(), GOES_ON, "active, but udev has not finished");
	is_cause(CODE_DEADLINE, "dm-0", "present, waiting for udev");
	is_str(calls(), "", "lvm was not run");
	tree_udev(253, 0, EXT4);
	tree_node("dev/mapper/system-my--root", 253, 0);
	settle_down();
	ok(s.found >= 0 && !strcmp(s.node, "/dev/mapper/system-my--root"), "the volume is found");
	end();
}

static void test_block_prefix(void)
{
	begin(ROOT_LV, "block:/dev/system/root", "root");
	disk("sda", 0, 1, 1, PHYS);
	stack_dm("dm-0", 4, "system-root", "LVM-abc", "sda", EXT4);
	tree_node("dev/system/root", DISK, 4);
	is_int(settle_down(), READY, "root=block: of dracut's");
	is_str(s.root, "/dev/system/root", "without it");
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
	is_int(s.cause.code, CODE_NO_DEVICE, "the cause stays");
	end();
}

/* The disk comes before its absence was shown: then it never is, however slow lvm is. */
static void test_lv_hangs(void)
{
	begin(ROOT_LV, "/dev/system/root", "root");
	fake_lvm("while [ ! -e ${0%lvm}go ]; do sleep 0.05; done; exit 0");
	disk("sda", 0, 1, 1, PHYS);
	wait_begin(&w, sys_now());
	settle_step(&s, &w);
	is_int(s.lvm.task, LVM_ACTIVATE, "lvm runs");
	ok(w.until <= s.lvm.late_at && !s.cause.code, "and is given some time");
	s.lvm.late_at = sys_now();
	wait_begin(&w, sys_now());
	is_int(settle_step(&s, &w), GOES_ON, "it is late");
	is_cause(CODE_UNAVAILABLE, "lvm", "has not ended after 30 s (a disk that it reads does not answer: see the "
		 "portals' causes)");
	tree_file("go", "");
	settle_down();
	is_str(s.cause.object, "logical volume system/root", "it has ended: the cause is its answer");
	end();
}

static void test_stale_cause(void)
{
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
		 "target's: refused (detach that disk, or boot with iscsiroot=off or ISCSI_BYPASS=yes)");
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
	       "each complete group is searched and deactivated again");
	is_cause(CODE_NO_DEVICE, "UUID=4711-affe",
		 "not on the target's disks (they hold: sda LVM2_member)");
	end();
}

/* Until no lvm runs any more and there is a cause, twice in a row: a busy machine takes its time. */
static void settle_long(void)
{
	int64_t until = sys_now() + 60000000;
	int quiet = 0;

	while (quiet < 2 && sys_now() < until) {
		settle_down();
		quiet = s.lvm.task == LVM_IDLE && s.cause.code ? quiet + 1 : 0;
	}
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

/* The group is on a local disk: told, and never activated there. */
static void test_local_group(void)
{
	static const char lvm[] = "case $*: in *vda2:) echo '  system|0|root';; *) echo '  Volume group "
		"\"system\" not found' >&2; exit 5;; esac";
	unsigned i;

	for (i = 0; i < 3; i++) {
		begin(ROOT_LV, "/dev/mapper/system-root", "root");
		disk("sda", 0, 1, 1, i ? EXT4 : PHYS2);
		local_disk("vda2", 3, PHYS);
		if (i == 2) {
			n_fake = 0;
			s.tried = true;
		}
		fake_lvm(lvm);
		settle_down();
		settle_down();
		is_cause(CODE_CONFIG, "volume group system", "on a local disk (of vda2), not on the target's: refused "
			 "(detach that disk, or boot with iscsiroot=off or ISCSI_BYPASS=yes)");
		ok(!strstr(calls(), "-ay --sysinit --nohints --activationmode complete -S vg_missing_pv_count=0 "
			   "--devices /dev/vda2"), "not activated");
		is_int(settle_down(), GOES_ON, "the target's disk may be on its way");
		s.show_at = 0;
		is_int(settle_down(), FAILED, "but not after a second");
		end();
	}
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=crypto_LUKS\n");
	local_disk("vda2", 3, PHYS);
	fake_lvm(lvm);
	settle_down();
	is_int(s.cause.id, CAUSE_LUKS_CLOSED, "the group may be in LUKS on the target's disk");
	is_str(calls(), "", "the local one is not looked at");
	end();
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	disk("sda", 0, 1, 1, EXT4);
	local_disk("vda2", 3, PHYS);
	fake_lvm("case $1 in vgs) echo '  other|0|root';; esac");
	settle_down();
	settle_down();
	is_int(s.cause.id, CAUSE_VG_ABSENT, "another group on the local disk");
	tree_udev(DISK, 0, PHYS2);
	settle_down();
	tree_file("calls", "");
	s.lvm.retry_at = 0;
	settle_down();
	ok(strstr(calls(), "vgchange") && !strstr(calls(), "vda2"), "lvm is still run on the target's alone");
	n_fake = 0;
	settle_down();
	is_int(s.cause.id, CAUSE_NONE, "nothing to say without a session");
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
	   "lvm creates the nodes without udev's rules");
	tree_dm(0, "system-root", "sda");
	settle_down();
	ok(s.found >= 0 && !strcmp(s.node, "/dev/mapper/system-root"),
	   "and udev's entry of the volume is not waited for");
	end();
}

int main(void)
{
	test_lv();
	test_block_prefix();
	test_lv_activated();
	test_lv_causes();
	test_lv_retries();
	test_lv_hangs();
	test_stale_cause();
	test_copies();
	test_uuid_in_lv();
	test_lvm_cut();
	test_many_groups();
	test_uuid_lvm_fails();
	test_local_group();
	test_no_dm_rules();
	return done_testing();
}
