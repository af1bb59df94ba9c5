// SPDX-License-Identifier: GPL-2.0-or-later
/* The items fstab, crypttab, resume and secrets. */
#include "system/check/check.h"
#include "system/machine.h"

#define TODO " (use UUID=..., see blkid(8), or /dev/mapper/...)\n"
#define RESUME " (use UUID=..., or none, which saves the wait at boot)\n"
#define GOOD(name) "ok " name ": no device names that can change\n"

static struct check c;

static void look(const char *cmdline)
{
	memset(&c, 0, sizeof(c));
	report_begin(&c.report, true);
	is_int(check_open(&c, machine_dir), 0, "the machine");
	c.input.cmdline = span_of(cmdline);
}

static const struct {
	const char *name, *fstab, *crypttab, *resume, *cmdline, *items;
} tables[] = {
	{ "no tables", "", "", "", "", GOOD("fstab") GOOD("crypttab") GOOD("resume") },
	{ "names that stay", "/dev/mapper/system-root / ext4\nUUID=0a /srv ext4\nLABEL=x /x ext4\n"
	  "# /dev/sda1 /y ext4\n", "data /dev/disk/by-id/x none luks\n", "RESUME=none\n", "resume=UUID=1",
	  GOOD("fstab") GOOD("crypttab") GOOD("resume") },
	{ "a disk in fstab, by its line", "\n# x\n/dev/vda1 / ext4 defaults 0 1\n", "", "", "",
	  "fail fstab: line 3: /dev/vda1 may be another disk at the next boot" TODO
	  GOOD("crypttab") GOOD("resume") },
	{ "two of them, one not needed at boot", "/dev/sdb /b ext4 nofail\n/dev/nvme0n1p1 /c ext4 rw\n", "", "",
	  "", "warn fstab: line 1: /dev/sdb may be another disk at the next boot" TODO
	  "fail fstab: line 2: /dev/nvme0n1p1 may be another disk at the next boot" TODO
	  GOOD("crypttab") GOOD("resume") },
	{ "noauto, and an option that only contains it", "/dev/sdb /b ext4 ro,noauto\n"
	  "/dev/sdc /c ext4 x-noauto\n", "", "", "",
	  "warn fstab: line 1: /dev/sdb may be another disk at the next boot" TODO
	  "fail fstab: line 2: /dev/sdc may be another disk at the next boot" TODO
	  GOOD("crypttab") GOOD("resume") },
	{ "in crypttab the device is the second field", "", "/dev/sda1 /dev/xvda2 none luks,nofail\n", "", "",
	  GOOD("fstab") "warn crypttab: line 1: /dev/xvda2 may be another disk at the next boot" TODO
	  GOOD("resume") },
	{ "resume= and RESUME=", "", "", "RESUME=/dev/dm-1\n", "ro resume=/dev/sda2 noresume=/dev/sda3",
	  GOOD("fstab") GOOD("crypttab")
	  "warn resume: kernel command line: /dev/sda2 may be another disk at the next boot" RESUME
	  "warn resume: /etc/initramfs-tools/conf.d/resume: /dev/dm-1 may be another disk at the next boot"
	  RESUME },
};

static void test_tables(void)
{
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		machine_begin();
		machine_file("etc/fstab", tables[i].fstab);
		machine_file("etc/crypttab", tables[i].crypttab);
		machine_file("etc/initramfs-tools/conf.d/resume", tables[i].resume);
		look(tables[i].cmdline);
		check_tables(&c);
		is_items(&c.report, tables[i].items, tables[i].name);
		close(c.root);
	}
}

/* The last of its lines are not looked at. */
static void test_large(void)
{
	static char large[200000];
	static const char line[] = "UUID=0a /srv ext4\n";
	size_t n;

	machine_begin();
	for (n = 0; n + sizeof(line) < sizeof(large); n += sizeof(line) - 1)
		memcpy(large + n, line, sizeof(line));
	machine_file("etc/fstab", large);
	machine_file("etc/initramfs-tools/conf.d/resume", large);
	look("");
	check_tables(&c);
	is_items(&c.report, "warn fstab: /etc/fstab is larger than 128 KiB, its end is not checked\n" GOOD("crypttab")
		 "warn resume: /etc/initramfs-tools/conf.d/resume is larger than 128 KiB, its end is not checked\n",
		 "files that are too large");
	close(c.root);
}

static const struct {
	const char *name;
	bool secret;
	mode_t config, image;
	const char *items;
} modes[] = {
	{ "no secret", false, 0644, 0600, "ok secrets: none in the configuration\n" },
	{ "no secret, a readable image", false, 0644, 0644,
	  "warn secrets: /boot/initrd.img-6.1 has mode 0644: users other than root can read it "
	  "(chmod 600 /boot/initrd.img-6.1)\n" },
	{ "a secret", true, 0600, 0600, "ok secrets: readable by root only\n" },
	{ "a secret that a group can read", true, 0640, 0400,
	  "fail secrets: /etc/iscsi/iscsi.initramfs has mode 0640: users other than root can read the secret "
	  "in it (chmod 600 /etc/iscsi/iscsi.initramfs)\n" },
	{ "a secret in a readable image", true, 0600, 04604,
	  "fail secrets: /boot/initrd.img-6.1 has mode 4604: users other than root can read the secret in it "
	  "(chmod 600 /boot/initrd.img-6.1)\n" },
};

static void test_secrets(void)
{
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		machine_begin();
		machine_file("boot/vmlinuz-6.1", "");
		machine_file("boot/initrd.img-6.1", "");
		machine_file("etc/iscsi/iscsi.initramfs", "");
		chmod(machine_path("boot/initrd.img-6.1"), modes[i].image);
		chmod(machine_path("etc/iscsi/iscsi.initramfs"), modes[i].config);
		look("");
		c.file_secret = modes[i].secret;
		check_secrets(&c);
		is_items(&c.report, modes[i].items, modes[i].name);
		close(c.root);
	}
}

int main(void)
{
	test_tables();
	test_large();
	test_secrets();
	machine_end();
	return done_testing();
}
