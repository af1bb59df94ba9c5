// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats/uevent.h"
#include "tap.h"

/* A literal with its NULs, without the last one that the compiler adds. */
#define MSG(text) text, sizeof(text) - 1

static const struct {
	const char *name, *msg;
	size_t len;
	bool good;
	const char *action, *subsystem, *devname, *devtype;
} cases[] = {
	{ "a disk that appears",
	  MSG("add@/devices/platform/host2/session1/target2:0:0/2:0:0:1/block/sda\0ACTION=add\0"
	      "DEVPATH=/devices/platform/host2/session1/target2:0:0/2:0:0:1/block/sda\0"
	      "SUBSYSTEM=block\0MAJOR=8\0MINOR=0\0DEVNAME=sda\0DEVTYPE=disk\0SEQNUM=1234\0"),
	  true, "add", "block", "sda", "disk" },
	{ "a device without a node",
	  MSG("change@/devices/x\0ACTION=change\0SUBSYSTEM=net\0"), true, "change", "net", "", "" },
	{ "a value with an equals sign",
	  MSG("add@/d\0ACTION=add\0SUBSYSTEM=block\0DEVNAME=a=b\0"), true, "add", "block", "a=b", "" },
	{ "an empty value", MSG("add@/d\0ACTION=add\0SUBSYSTEM=block\0DEVTYPE=\0"),
	  true, "add", "block", "", "" },
	{ "cut in a property", MSG("add@/d\0ACTION=add\0SUBSYSTEM=block\0DEVNA"), false, 0, 0, 0, 0 },
	{ "cut in a value", MSG("add@/d\0ACTION=add\0SUBSYSTEM=bl"), false, 0, 0, 0, 0 },
	{ "cut in the head", MSG("add@/devices"), false, 0, 0, 0, 0 },
	{ "no subsystem", MSG("add@/d\0ACTION=add\0"), false, 0, 0, 0, 0 },
	{ "no action", MSG("add@/d\0SUBSYSTEM=block\0"), false, 0, 0, 0, 0 },
	{ "no path in the head", MSG("add@\0ACTION=add\0SUBSYSTEM=block\0"), false, 0, 0, 0, 0 },
	{ "no action in the head", MSG("@/d\0ACTION=add\0SUBSYSTEM=block\0"), false, 0, 0, 0, 0 },
	{ "no head", MSG("ACTION=add\0SUBSYSTEM=block\0"), false, 0, 0, 0, 0 },
	{ "a property without a key", MSG("add@/d\0ACTION=add\0=x\0SUBSYSTEM=block\0"),
	  false, 0, 0, 0, 0 },
	{ "a property without a value", MSG("add@/d\0ACTION=add\0SUBSYSTEM=block\0WORD\0\0"),
	  false, 0, 0, 0, 0 },
	{ "nothing", MSG(""), false, 0, 0, 0, 0 },
	{ "one NUL", MSG("\0"), false, 0, 0, 0, 0 },
};

static bool same(struct span s, const char *want)
{
	return span_eq(s, want);
}

static void test_kernel(void)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct uevent ev = { .action = { "x", 1 } };
		bool good = uevent_parse(cases[i].msg, cases[i].len, &ev);

		if (!cases[i].good) {
			ok(!good && span_eq(ev.action, "x"), "rejected: %s", cases[i].name);
			continue;
		}
		ok(good && !ev.from_udev && same(ev.action, cases[i].action) &&
		   same(ev.subsystem, cases[i].subsystem) && same(ev.devname, cases[i].devname) &&
		   same(ev.devtype, cases[i].devtype), "read: %s", cases[i].name);
	}
}

static const char properties[] = "ACTION=add\0SUBSYSTEM=block\0DEVNAME=/dev/sda\0DEVTYPE=disk";

static size_t udev_message(char *msg, uint32_t offset, uint32_t len)
{
	uint32_t header_size = 40;

	memset(msg, 0, 256);
	memcpy(msg, "libudev\0\xfe\xed\xca\xfe", 12);
	memcpy(msg + 12, &header_size, 4);
	memcpy(msg + 16, &offset, 4);
	memcpy(msg + 20, &len, 4);
	memcpy(msg + 40, properties, sizeof(properties));
	return 40 + sizeof(properties);
}

static void test_udev(void)
{
	uint32_t n = sizeof(properties);
	struct uevent ev;
	char msg[256];
	size_t len;

	len = udev_message(msg, 40, n);
	ok(uevent_parse(msg, len, &ev) && ev.from_udev && same(ev.action, "add") &&
	   same(ev.subsystem, "block") && same(ev.devname, "/dev/sda") && same(ev.devtype, "disk"),
	   "read: what udev sends");
	ok(!uevent_parse(msg, len - 1, &ev), "rejected: udev's, cut");
	ok(!uevent_parse(msg, 20, &ev), "rejected: udev's, cut in the header");
	ok(!uevent_parse(msg, 8, &ev), "rejected: udev's prefix alone");
	msg[8] ^= 1;
	ok(!uevent_parse(msg, len, &ev), "rejected: another magic");
	len = udev_message(msg, 4096, n);
	ok(!uevent_parse(msg, len, &ev), "rejected: properties behind the end");
	len = udev_message(msg, 8, n);
	ok(!uevent_parse(msg, len, &ev), "rejected: properties in the header");
	len = udev_message(msg, 40, UINT32_MAX);
	ok(!uevent_parse(msg, len, &ev), "rejected: a length that wraps");
	len = udev_message(msg, UINT32_MAX - 3, 8);
	ok(!uevent_parse(msg, len, &ev), "rejected: an offset that wraps");
	len = udev_message(msg, 40, n - 1);
	ok(!uevent_parse(msg, len, &ev), "rejected: properties without their last NUL");
}

int main(void)
{
	test_kernel();
	test_udev();
	return done_testing();
}
