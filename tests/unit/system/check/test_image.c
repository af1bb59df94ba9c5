// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The items image VERSION and initiator, in a root of its own. An image here is the list of its contents,
 * which a script in place of lsinitramfs prints; the digest of a file is its content.
 */
#include "base/limits.h"
#include "fake_root.h"
#include "system/check/check.h"
#include "system/machine.h"

#define HEX16(c) #c #c #c #c #c #c #c #c #c #c #c #c #c #c #c #c
#define HEX(c) HEX16(c) HEX16(c) HEX16(c) HEX16(c)
#define NAME "iqn.2001-04.com.example:guest"
#define MODULES "usr/lib/modules/6.1/kernel/drivers/"
#define PROGRAMS "usr/sbin/iscsiroot\nusr/sbin/iscsistart\nusr/sbin/iscsid\nusr/lib/iscsiroot/iscsiroot-keeper\n" \
	"usr/lib/iscsiroot/iscsiroot-shutdown\nscripts/local-top/iscsiroot\n"
#define FILES PROGRAMS MODULES "scsi/iscsi_tcp.ko\n" MODULES "scsi/sd_mod.ko.xz\n"
#define CONFIG(hex) "etc/iscsi/iscsi.initramfs.sha256-" hex "\n"
#define INITIATOR(hex) "etc/iscsi/initiatorname.iscsi.sha256-" hex "\n"
#define MACHINE(hex) "etc/iscsi/machine-id.sha256-" hex "\n"
#define GOOD FILES CONFIG(HEX(a)) INITIATOR(HEX(b)) MACHINE(HEX(c))
#define COMPLETE "ok image 6.1: complete, and made from the present configuration\n"
#define UPDATE " (update-initramfs -u -k 6.1)\n"
#define NAMED "ok initiator: " NAME "\n"

static struct check c;

static void good_machine(void)
{
	machine_begin();
	fake_program("lsinitramfs", "[ \"$1\" = -- ] && exec cat \"$2\"");
	fake_program("sha256sum", "[ \"$1\" = -- ] && read -r d <\"$2\" && echo \"$d  $2\"");
	unlink("/usr/sbin/lsinitrd");
	machine_file("etc/iscsi/iscsi.initramfs", HEX(a) "\n");
	machine_file("etc/iscsi/initiatorname.iscsi", HEX(b) "\n");
	machine_file("etc/machine-id", HEX(c) "\n");
	machine_file("boot/vmlinuz-6.1", "");
	machine_file("boot/initrd.img-6.1", GOOD);
}

/* The plan is valid, and says as much as @method and @kind. */
static void look_with(enum net_method method, enum root_kind kind)
{
	memset(&c, 0, sizeof(c));
	is_int(check_open(&c, machine_dir), 0, "the machine");
	c.valid = true;
	snprintf(c.plan.initiator, sizeof(c.plan.initiator), NAME);
	c.plan.n_nets = 1;
	c.plan.nets[0].method = method;
	c.plan.root_kind = kind;
	report_begin(&c.report, true);
	check_images(&c);
	close(c.root);
}

static void gives(const char *items, const char *name)
{
	look_with(NET_STATIC, ROOT_UUID);
	is_items(&c.report, items, name);
}

static const struct {
	const char *name, *image, *items;
} images[] = {
	{ "complete", GOOD, COMPLETE NAMED },
	{ "as lsinitrd prints it", "-rwxr-xr-x 1 root root 9 Jan 1 00:00 " FILES
	  "lrwxrwxrwx 1 root root 0 Jan 1 00:00 sbin/iscsid -> x\n"
	  CONFIG(HEX(a)) INITIATOR(HEX(b)) MACHINE(HEX(c)), COMPLETE NAMED },
	{ "almost empty", "scripts/local-top/iscsiroot\n", "fail image 6.1: missing: /sbin/iscsiroot, /sbin/iscsistart, "
	  "/sbin/iscsid, /lib/iscsiroot/iscsiroot-keeper, /lib/iscsiroot/iscsiroot-shutdown, module iscsi_tcp, "
	  "module sd_mod" UPDATE
	  "fail image 6.1: /etc/iscsi/iscsi.initramfs has changed since the image was made" UPDATE
	  "fail image 6.1: /etc/iscsi/initiatorname.iscsi has changed since the image was made" UPDATE NAMED },
	{ "of an older configuration", FILES CONFIG(HEX(d)) INITIATOR(HEX(b)) MACHINE(HEX(c)),
	  "fail image 6.1: /etc/iscsi/iscsi.initramfs has changed since the image was made" UPDATE NAMED },
	{ "of a longer digest", FILES CONFIG(HEX(a) "0") INITIATOR(HEX(b)) MACHINE(HEX(c)),
	  "fail image 6.1: /etc/iscsi/iscsi.initramfs has changed since the image was made" UPDATE NAMED },
	{ "of another machine", FILES CONFIG(HEX(a)) INITIATOR(HEX(b)) MACHINE(HEX(d)),
	  COMPLETE "warn initiator: " NAME ", but /etc/machine-id has changed since the image was made "
	  "(if this machine is a copy of another one, write a new name" },
	{ "without a machine's identity", FILES CONFIG(HEX(a)) INITIATOR(HEX(b)), COMPLETE NAMED },
	{ "with open-iscsi's script", GOOD "scripts/local-bottom/iscsi\n",
	  "fail image 6.1: contains open-iscsi's own boot script, which logs in a second time" UPDATE NAMED },
	{ "with dracut's module", GOOD "lib/dracut-lib.sh\nlib/dracut/hooks/cleanup/90-cleanup-iscsi.sh\n",
	  "fail image 6.1: contains dracut's own module iscsi, which logs in a second time" UPDATE NAMED },
	{ "of dracut, without ours", "usr/lib/dracut-lib.sh\n", "fail image 6.1: missing: dracut's module iscsiroot, " },
	{ "with another kernel's modules", PROGRAMS "lib/modules/6.10/scsi/iscsi_tcp.ko\nlib/modules/6/1/sd_mod.ko\n"
	  CONFIG(HEX(a)) INITIATOR(HEX(b)) MACHINE(HEX(c)),
	  "fail image 6.1: missing: module iscsi_tcp, module sd_mod" UPDATE NAMED },
};

/* Items that @want gives in full, or as far as it goes. */
static bool begin_so(const char *got, const char *want)
{
	return want[strlen(want) - 1] == '\n' ? !strcmp(got, want) : !strncmp(got, want, strlen(want));
}

static void test_contents(void)
{
	size_t i;

	good_machine();
	for (i = 0; i < sizeof(images) / sizeof(*images); i++) {
		machine_file("boot/initrd.img-6.1", images[i].image);
		look_with(NET_STATIC, ROOT_UUID);
		if (!ok(begin_so(machine_items(&c.report), images[i].items), "%s", images[i].name))
			printf("# got: %s# want: %s", machine_items(&c.report), images[i].items);
	}
	machine_remove("etc/iscsi/iscsi.initramfs");
	machine_file("boot/initrd.img-6.1", GOOD);
	gives("fail image 6.1: /etc/iscsi/iscsi.initramfs has changed since the image was made" UPDATE NAMED,
	      "of a configuration that was removed");
	machine_file("boot/initrd.img-6.1", FILES INITIATOR(HEX(b)));
	gives(COMPLETE NAMED, "neither has one");
}

/* What is wanted depends on the plan, the root and the kernel. */
static void test_wanted(void)
{
	static char large[262144];

	good_machine();
	look_with(NET_DHCP, ROOT_LV);
	has_item(&c.report, "fail image 6.1: missing: /bin/ipconfig, /sbin/lvm (update-initramfs -u -k 6.1)",
		 "DHCP and an LVM root");
	machine_file("boot/initrd.img-6.1", GOOD "bin/ipconfig\nsbin/lvm\n");
	look_with(NET_DHCP, ROOT_LV);
	is_items(&c.report, COMPLETE NAMED, "they are there");
	machine_file("boot/initrd.img-6.1", GOOD);
	machine_file("sys/devices/virtual/block/dm-0/dev", "253:0\n");
	machine_file("sys/devices/virtual/block/dm-0/dm/uuid", "LVM-abc\n");
	machine_link("sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
	machine_file("proc/self/mountinfo", "28 1 253:0 / / rw - ext4 /dev/mapper/vg-root rw\n");
	look_with(NET_STATIC, ROOT_UUID);
	has_item(&c.report, "fail image 6.1: missing: /sbin/lvm (update-initramfs -u -k 6.1)", "/ is on a logical volume");
	machine_file("sys/devices/virtual/block/dm-0/dm/uuid", "CRYPT-LVM-abc\n");
	gives(COMPLETE NAMED, "or on another volume");
	machine_file("lib/modules/6.1/modules.builtin", "kernel/drivers/scsi/sd_mod.ko\n");
	machine_remove("etc/iscsi/iscsi.initramfs");
	machine_remove("etc/iscsi/initiatorname.iscsi");
	machine_file("boot/initrd.img-6.1", PROGRAMS);
	gives("fail image 6.1: missing: module iscsi_tcp" UPDATE NAMED, "a driver that is built in");
	memset(large, 'x', sizeof(large) - 1);
	good_machine();
	machine_file("lib/modules/6.1/modules.builtin", large);
	gives("warn image 6.1: /lib/modules/6.1/modules.builtin is larger than 256 KiB, its end is not checked\n" NAMED,
	      "a list of them that is too large");
}

/* The driver of a device below sys/devices; without a module it is built in. */
static void drive(const char *place, const char *driver, const char *module)
{
	char path[160], to[160];

	snprintf(path, sizeof(path), "sys/bus/%s/x", driver);
	machine_file(path, "");
	snprintf(path, sizeof(path), "sys/bus/%s/module", driver);
	snprintf(to, sizeof(to), "../../module/%s", module);
	if (*module)
		machine_link(path, to);
	snprintf(path, sizeof(path), "sys/devices/%s/driver", place);
	snprintf(to, sizeof(to), "%s/sys/bus/%s", machine_dir, driver);
	machine_link(path, to);
}

static void add_nic(const char *place, const char *name)
{
	char path[160], to[160];

	snprintf(path, sizeof(path), "sys/devices/%s/net/%s/ifindex", place, name);
	machine_file(path, "2\n");
	snprintf(path, sizeof(path), "sys/devices/%s/net/%s/device/x", place, name);
	machine_file(path, "");
	snprintf(path, sizeof(path), "sys/class/net/%s", name);
	snprintf(to, sizeof(to), "../../devices/%s/net/%s", place, name);
	machine_link(path, to);
}

static void test_drivers(void)
{
	char place[64], driver[32], want[128];
	unsigned i, k;

	good_machine();
	add_nic("pci0000:00/0000:00:03.0/virtio0", "ens3");
	drive("pci0000:00/0000:00:03.0/virtio0", "virtio_net", "virtio_net");
	drive("pci0000:00/0000:00:03.0", "virtio-pci", "virtio_pci");
	drive("pci0000:00", "root", "");
	gives("fail image 6.1: missing: module virtio_net, module virtio_pci" UPDATE NAMED, "a NIC's driver and its bus's");
	machine_file("lib/modules/6.1/modules.builtin", "kernel/drivers/virtio/virtio_pci.ko\n");
	gives("fail image 6.1: missing: module virtio_net" UPDATE NAMED, "the bus's is built in");
	machine_file("boot/initrd.img-6.1", GOOD MODULES "net/virtio-net.ko.zst\n");
	gives(COMPLETE NAMED, "it is there");
	machine_link("sys/class/net/ens3", "/elsewhere/net/ens3");
	machine_file("run/initramfs/open-iscsi.interface", "ens3\n");
	machine_file("boot/initrd.img-6.1", GOOD);
	gives(COMPLETE NAMED, "a NIC at a place that is not sysfs's has no known driver");

	good_machine();
	for (i = 0; i < NICS_MAX; i++) {
		snprintf(place, sizeof(place), "a%u/b%u/c%u", i, i, i);
		snprintf(driver, sizeof(driver), "eth%u", i);
		add_nic(place, driver);
		for (k = 0; k < 3; k++) {
			snprintf(driver, sizeof(driver), "driver%u%c", i, (char)('a' + k));
			drive(place, driver, driver);
			place[strcspn(place, "c") ? strlen(place) : 0] = '\0';
			if (strrchr(place, '/'))
				*strrchr(place, '/') = '\0';
		}
	}
	snprintf(want, sizeof(want), "warn image 6.1: needs more than %d files and drivers, the others are not checked",
		 IMAGE_WANTS_MAX);
	look_with(NET_STATIC, ROOT_UUID);
	has_item(&c.report, want, "more drivers than are looked for");
}

static void test_lister(void)
{
	char path[64];

	good_machine();
	fake_program("lsinitramfs", "echo first; echo 'gzip: not in gzip format'; exit 1");
	gives("fail image 6.1: cannot be read: gzip: not in gzip format" UPDATE NAMED, "a damaged image");
	fake_program("lsinitramfs", "exit 3");
	gives("fail image 6.1: cannot be read: lsinitramfs exited with status 3" UPDATE NAMED, "a silent failure");
	fake_program("lsinitramfs", "i=0; while [ $i -lt 400 ]; do printf 'a longer line than is kept '; i=$((i + 1)); "
		     "done; echo; exit 4");
	gives("fail image 6.1: cannot be read: lsinitramfs exited with status 4" UPDATE NAMED, "a line without end");
	fake_program("lsinitramfs", "i=0; while [ $i -lt 400 ]; do printf 'a longer line than is kept '; i=$((i + 1)); "
		     "done; echo; cat \"$2\"");
	gives(COMPLETE NAMED, "it does not hide what follows");
	/* each line in a read of its own */
	fake_program("lsinitramfs", "while read -r l; do printf '%s' \"${l%?}\"; cat /dev/null; echo \"${l#\"${l%?}\"}\"; "
		     "done <\"$2\"");
	gives(COMPLETE NAMED, "lines in pieces");
	unlink("/usr/sbin/lsinitramfs");
	gives("warn image 6.1: not checked: lsinitramfs not found (install initramfs-tools-core)\n" NAMED, "no lister");
	fake_program("lsinitrd", "[ \"$1\" = -- ] && exec cat \"$2\"");
	gives(COMPLETE NAMED, "dracut's");
	fake_program("lsinitrd", "exit 5");
	gives("fail image 6.1: cannot be read: lsinitrd exited with status 5" UPDATE NAMED, "which is named");
	snprintf(path, sizeof(path), "/usr/sbin/lsinitrd");
	unlink(path);
	fake_file(path, "not a program");
	chmod(path, 0755);
	gives("warn image 6.1: not checked: lsinitrd: Exec format error (run it by hand)\n" NAMED, "no program");
}

static void test_images(void)
{
	char path[64];
	unsigned i;

	good_machine();
	machine_file("boot/vmlinuz-6.2", "");
	gives(COMPLETE "fail image 6.2: /boot/initrd.img-6.2 does not exist (update-initramfs -c -k 6.2)\n" NAMED,
	      "a kernel without an image");
	machine_file("usr/bin/dracut", "");
	look_with(NET_STATIC, ROOT_UUID);
	has_item(&c.report, "fail image 6.2: /boot/initrd.img-6.2 does not exist (dracut --force /boot/initrd.img-6.2 6.2)",
		 "dracut makes it");
	machine_file("usr/sbin/update-initramfs", "");
	look_with(NET_STATIC, ROOT_UUID);
	has_item(&c.report, "fail image 6.2: /boot/initrd.img-6.2 does not exist (update-initramfs -c -k 6.2)",
		 "unless the other can");
	machine_file("boot/initrd.img-6.2", FILES CONFIG(HEX(a)) INITIATOR(HEX(b)) MACHINE(HEX(d)));
	look_with(NET_STATIC, ROOT_UUID);
	has_item(&c.report, "fail image 6.2: missing: module iscsi_tcp, module sd_mod (update-initramfs -u -k 6.2)",
		 "each image for its own kernel");
	ok(strstr(machine_items(&c.report), "warn initiator: " NAME ", but"), "one of another machine is enough");
	machine_begin();
	gives("fail image: no kernel found (check /boot)\n" NAMED, "no kernels");
	for (i = 0; i <= KERNELS_MAX; i++) {
		snprintf(path, sizeof(path), "boot/vmlinuz-6.%u", i);
		machine_file(path, "");
	}
	look_with(NET_STATIC, ROOT_UUID);
	snprintf(path, sizeof(path), "warn image: more than %d kernels", KERNELS_MAX);
	ok(strstr(machine_items(&c.report), path), "more kernels than are looked at");
}

static void test_digests(void)
{
	good_machine();
	machine_file("etc/iscsi/iscsi.initramfs", "\\\\" HEX(a) "\n");
	gives(COMPLETE NAMED, "the digest of a file with an odd name");
	machine_file("etc/iscsi/iscsi.initramfs", HEX16(a) "\n");
	gives("fail image: cannot compute the SHA-256 of /etc/iscsi/iscsi.initramfs: Bad message "
	      "(check that sha256sum is installed)\n" NAMED, "no digest");
	machine_file("etc/iscsi/iscsi.initramfs", HEX(a) "\n");
	fake_program("sha256sum", "case $2 in *machine-id) exit 1; esac; read -r d <\"$2\"; echo \"$d  $2\"");
	gives("fail image: cannot compute the SHA-256 of /etc/machine-id: Input/output error "
	      "(check that sha256sum is installed)\n" NAMED, "a file that cannot be read");
	unlink("/usr/sbin/sha256sum");
	gives("fail image: cannot compute the SHA-256 of /etc/iscsi/iscsi.initramfs: No such file or directory "
	      "(check that sha256sum is installed)\n" NAMED, "no sha256sum");
}

static void test_no_initiator(void)
{
	good_machine();
	memset(&c, 0, sizeof(c));
	is_int(check_open(&c, machine_dir), 0, "the machine");
	report_begin(&c.report, true);
	check_images(&c);
	close(c.root);
	is_items(&c.report, COMPLETE, "a configuration without a name has no item for it");
}

int main(void)
{
	alarm(120);	/* if one of them hangs */
	if (!ok(fake_root_begin("image"), "a root of its own (as root)"))
		return done_testing();
	test_contents();
	test_wanted();
	test_drivers();
	test_lister();
	test_images();
	test_digests();
	test_no_initiator();
	machine_end();
	fake_root_end();
	return done_testing();
}
