// SPDX-License-Identifier: GPL-2.0-or-later
#include "system/check/text.h"
#include "tap.h"

static bool is_span(struct span got, const char *want, const char *name)
{
	bool same = span_eq(got, want);

	if (!ok(same, "%s", name))
		printf("# got:  %.*s\n# want: %s\n", (int)got.n, got.p, want);
	return same;
}

static void test_volatile(void)
{
	static const char *const yes[] = {
		"/dev/sda", "/dev/sda1", "/dev/sdzz15", "/dev/xvda", "/dev/xvdb2", "/dev/vda1", "/dev/hda",
		"/dev/nvme0n1p2", "/dev/dm-0", "/dev/mmcblk0p1",
	};
	static const char *const no[] = {
		"", "/", "/dev", "/dev/", "/dev/sd", "/dev/sd1", "/dev/SDA", "sda1", "/dev/sdA", "/dev/xvd",
		"/dev/vd", "/dev/dm-", "/dev/dm-x", "/dev/nvme", "/dev/mapper/sda1", "/dev/system/root",
		"/dev/disk/by-uuid/0a1b", "UUID=/dev/sda1", "/dev/sr0", "/dev/md0", "/dev/loop0", "none",
	};
	size_t i;

	for (i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		ok(text_volatile(span_of(yes[i])), "changes: %s", yes[i]);
	for (i = 0; i < sizeof(no) / sizeof(*no); i++)
		ok(!text_volatile(span_of(no[i])), "does not: '%s'", no[i]);
}

static void test_lines(void)
{
	struct span text = span_of("\n  # one\n\t two  words\n#three\n \nlast"), line, field;
	unsigned n = 0;

	ok(text_line(&text, &line, &n) && n == 3, "the first line that says something");
	ok(span_field(&line, &field), "a field");
	is_span(field, "two", "its first word");
	ok(span_field(&line, &field), "another");
	is_span(field, "words", "its second word");
	ok(!span_field(&line, &field) && !field.n, "and no more");
	ok(text_line(&text, &line, &n) && n == 6, "a last line without a newline");
	is_span(line, "last", "all of it");
	ok(!text_line(&text, &line, &n), "the end");
	ok(text_has_option(span_of("rw,nofail,x"), "nofail"), "an option among others");
	ok(!text_has_option(span_of("rw,x-nofail"), "nofail"), "a part of one is none");
	ok(!text_has_option(span_of(""), "nofail"), "none at all");
}

static void test_settings(void)
{
	struct span value = span_of("untouched");
	struct span text = span_of("#A=0\nA=1\n B=\"two words\" \nA='2'\r\nC\nD=\nE=\"\n");

	ok(text_setting(text, "A", &value), "a setting");
	is_span(value, "2", "the last one counts; no quotes");
	ok(text_setting(text, "B", &value), "another");
	is_span(value, "two words", "blanks in quotes");
	ok(text_setting(text, "D", &value) && !value.n, "an empty one");
	ok(text_setting(text, "E", &value), "half a pair of quotes");
	is_span(value, "\"", "is not taken off");
	ok(!text_setting(text, "C", &value), "no value, no setting");
	ok(text_secret(span_of("A=1\n ISCSI_PASSWORD='x'\n")), "a password");
	ok(text_secret(span_of("iscsi_param=node.session.auth.password_in=x")), "in a parameter");
	ok(!text_secret(span_of("# ISCSI_PASSWORD=x\nISCSI_USERNAME=pass word\n")), "a comment is none");
	ok(!text_secret(span_of("")), "nothing is none");
}

static void test_managers(void)
{
	ok(text_networkd(span_of("[Match]\nName=en*\n"), "ens3") &&
	   text_networkd(span_of("[Match]\nName=eth0 ens[34]\n[Network]\nDHCP=yes\n"), "ens3"),
	   "systemd-networkd: for it");
	ok(!text_networkd(span_of("[Match]\nName=eth*\n"), "ens3") &&
	   !text_networkd(span_of("[Match]\n#Name=ens3\nMACAddress=52:54:00:00:00:01\n"), "ens3") &&
	   !text_networkd(span_of(""), "ens3"), "systemd-networkd: not for it");
	ok(text_keyfile(span_of("[connection]\ntype=ethernet\ninterface-name=ens3\n"), "ens3") &&
	   text_keyfile(span_of("[connection]\ntype=ethernet\n"), "ens3"), "NetworkManager: for it");
	ok(!text_keyfile(span_of("[connection]\ntype=ethernet\ninterface-name=ens4\n"), "ens3") &&
	   !text_keyfile(span_of("[connection]\ntype=wifi\n"), "ens3"), "NetworkManager: not for it");
	ok(text_netplan(span_of("network:\n  ethernets:\n    ens3:\n      dhcp4: true\n"), "ens3") &&
	   text_netplan(span_of("network:\n  ethernets:\n    \"ens3\":\n"), "ens3"), "netplan: for it");
	ok(!text_netplan(span_of("network:\n  ethernets:\n    ens4:\n      match: ens3\n"), "ens3") &&
	   !text_netplan(span_of("    # ens3:\n:\n"), "ens3"), "netplan: not for it");
}

static void test_ifupdown(void)
{
	struct span file = span_of("auto eth0 eth1\niface eth0 inet dhcp\n iface eth1 inet manual\n"
				   "#iface eth2 inet dhcp\niface eth3 inet6 static\niface eth4 inherits x\n"
				   "no-auto-down eth6 eth5\niface eth5 inet dhcp\n");

	ok(text_ifupdown(file, "eth0"), "dhcp");
	ok(text_ifupdown(file, "eth1"), "manual: set down all the same");
	ok(!text_ifupdown(file, "eth5"), "one that ifdown -a leaves up");
	ok(!text_ifupdown(file, "eth6"), "no stanza");
	ok(!text_ifupdown(file, "eth2"), "a comment");
	ok(text_ifupdown(file, "eth3"), "static, IPv6");
	ok(text_ifupdown(file, "eth4"), "made from another");
	ok(!text_ifupdown(file, "eth"), "another name");
	ok(!text_sources(file), "no other file is read");
	ok(text_sources(span_of("auto lo\n source /etc/network/interfaces.d/*\n")), "others are");
	ok(text_sources(span_of("source-directory interfaces.d")), "a directory is");
	ok(!text_sources(span_of("#source x\nsourcery x\n")), "a comment, another word");
}

static void test_modules(void)
{
	static const char builtin[] = "kernel/drivers/scsi/sd_mod.ko\nkernel/drivers/net/virtio-net.ko";

	ok(text_module(span_of("kernel/x/iscsi_tcp.ko"), "iscsi_tcp"), "a module");
	ok(text_module(span_of("iscsi_tcp.ko.xz"), "iscsi_tcp"), "compressed, no directory");
	ok(text_module(span_of("x/xen-netfront.ko.zst"), "xen_netfront"), "a hyphen in the file's name");
	ok(!text_module(span_of("x/libiscsi_tcp.ko"), "iscsi_tcp"), "another one that ends alike");
	ok(!text_module(span_of("x/iscsi_tcp2.ko"), "iscsi_tcp"), "that begins alike");
	ok(!text_module(span_of("x/iscsi_tcp.kox"), "iscsi_tcp"), "another suffix");
	ok(!text_module(span_of("x/iscsi_tcp"), "iscsi_tcp"), "none");
	ok(!text_module(span_of("iscsi_tcp.ko/x"), "iscsi_tcp"), "a directory of that name");
	ok(!text_module(span_of(""), "iscsi_tcp"), "an empty name");
	ok(text_builtin(span_of(builtin), "sd_mod"), "in the kernel");
	ok(text_builtin(span_of(builtin), "virtio_net"), "the last, no newline");
	ok(!text_builtin(span_of(builtin), "mod"), "not in the kernel");
}

static void lines(struct image *im, const char *text)
{
	struct span rest = span_of(text), line;

	while (rest.n) {
		span_cut(&rest, '\n', &line);
		image_line(im, line);
	}
}

static void begin(struct image *im)
{
	memset(im, 0, sizeof(*im));
	im->version = "6.1";
	im->digest[DIGEST_CONFIG].file = "iscsi.initramfs";
	im->digest[DIGEST_INITIATOR].file = "initiatorname.iscsi";
	im->digest[DIGEST_MACHINE].file = "machine-id";
	memcpy(im->digest[DIGEST_CONFIG].hex, "00ff", 5);
	memcpy(im->digest[DIGEST_INITIATOR].hex, "11", 3);
	image_want(im, false, "sbin/iscsiroot");
	image_want(im, true, "iscsi_tcp");
	image_want(im, true, "iscsi_tcp");
	image_want(im, false, "bin/ipconfig");
}

static void test_image(void)
{
	static struct image im;
	char missing[128], names[IMAGE_WANTS_MAX + 1][8];
	struct out o;
	unsigned i;

	begin(&im);
	is_int(im.n, 3, "what is wanted already is not wanted twice");
	lines(&im, "usr/sbin/iscsiroot.old\nlib/modules/6.1.1/kernel/iscsi_tcp.ko\netc/sbin/iscsiroot\n"
		   "lib/modules/6.1/iscsi_tcp\nscripts/local-top/iscsi\nscripts/iscsi\n"
		   "etc/iscsi/iscsi.initramfs\netc/iscsi/initiatorname.iscsi.sha256-112\n"
		   "etc/iscsi.initramfs.sha256-00ff\netc/iscsi/machine-id.sha256-\n");
	out_init(&o, missing, sizeof(missing));
	is_int(image_missing(&im, &o), 3, "what is only alike is not taken for it");
	is_str(missing, "/sbin/iscsiroot, module iscsi_tcp, /bin/ipconfig", "their names");
	ok(im.ours && !im.dracut, "made by initramfs-tools, and we are called");
	ok(!im.stock, "our own script is not the stock one");
	ok(!im.digest[DIGEST_CONFIG].any && !im.digest[DIGEST_CONFIG].same, "no digest");
	ok(im.digest[DIGEST_INITIATOR].any && !im.digest[DIGEST_INITIATOR].same, "another digest");
	ok(im.digest[DIGEST_MACHINE].any && !im.digest[DIGEST_MACHINE].same,
	   "an empty one is not that of a file that is not there");
	is_int(im.lines, 10, "lines are counted");
	lines(&im, "./usr/sbin/iscsiroot\n/usr/lib/modules/6.1/kernel/a/iscsi_tcp.ko.xz\nbin/ipconfig\n"
		   "etc/iscsi/iscsi.initramfs.sha256-00ff\nscripts/local-bottom/iscsi");
	out_init(&o, missing, sizeof(missing));
	is_int(image_missing(&im, &o), 0, "with /usr or without, ./, / or neither");
	ok(im.digest[DIGEST_CONFIG].same, "the same digest");
	ok(im.stock, "the stock script, wherever it is among the scripts");
	for (i = 0; i <= IMAGE_WANTS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "m%u", i);
		image_want(&im, true, names[i]);
	}
	ok(im.overflow && im.n == IMAGE_WANTS_MAX, "more than there is room for is told");
}

/* As lsinitrd prints them. */
static void test_dracut_image(void)
{
	static struct image im;
	char missing[128];
	struct out o;

	begin(&im);
	lines(&im, "Image: /boot/initrd.img-6.1: 22M\ndracut modules:\niscsiroot\niscsi\n"
		   "-rwxr-xr-x   1 root     root        98272 Nov 27 10:50 usr/sbin/iscsiroot\n"
		   "lrwxrwxrwx   1 root     root            7 Nov 27 10:50 usr/bin/ipconfig -> ../x/ipconfig2\n"
		   "-rw-r--r--   1 root     root  1 Nov 27 10:50 usr/lib/modules/6.1/kernel/iscsi_tcp.ko.xz\n"
		   "-rw-------   1 root     root  0 Nov 27 10:50 etc/iscsi/iscsi.initramfs.sha256-00ff\n"
		   "-rw-r--r--   1 root     root  1 Nov 27 10:50 usr/lib/dracut-lib.sh\n"
		   "-rwxr-xr-x   1 root     root  1 Nov 27 10:50 a -> usr/lib/dracut/hooks/initqueue/20-run-iscsiroot.sh\n");
	out_init(&o, missing, sizeof(missing));
	is_int(image_missing(&im, &o), 1, "dracut's: all but the hook, which a link only leads to");
	is_str(missing, "dracut's module iscsiroot", "its name");
	ok(im.digest[DIGEST_CONFIG].same, "dracut's: the digest");
	lines(&im, "-rwxr-xr-x   1 root     root  1 Nov 27 10:50 usr/lib/dracut/hooks/initqueue/20-run-iscsiroot.sh");
	out_init(&o, missing, sizeof(missing));
	is_int(image_missing(&im, &o), 0, "dracut's: the hook of Debian 12 and 13");
	ok(im.dracut && im.ours && !im.stock, "dracut's: its own module is not there");
	lines(&im, "-rwxr-xr-x   1 root     root  1 Nov 27 10:50 var/lib/dracut/hooks/cleanup/90-cleanup-iscsi.sh");
	ok(im.stock, "dracut's own module, where dracut 112 puts its hooks");
	begin(&im);
	lines(&im, "var/lib/dracut/hooks/initqueue/20-run-iscsiroot.sh");
	ok(im.ours, "the hook as dracut 112 has it, by lsinitramfs");
}

int main(void)
{
	test_volatile();
	test_lines();
	test_settings();
	test_managers();
	test_ifupdown();
	test_modules();
	test_image();
	test_dracut_image();
	return done_testing();
}
