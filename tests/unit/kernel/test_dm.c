// SPDX-License-Identifier: GPL-2.0-or-later
/* A device-mapper of names: which lies on which, and which is in use. */
#include <errno.h>
#include <stdint.h>

#include "kernel/dm.h"
#include "tap.h"

static struct { const char *name, *on; bool open, gone; } devices[8];
static unsigned n_devices;
static char order[256];
static int list_error, broken;
static unsigned list_size;

static int remove_device(const char *name)
{
	unsigned i, k;

	for (i = 0; i < n_devices; i++) {
		if (devices[i].gone || strcmp(devices[i].name, name))
			continue;
		for (k = 0; k < n_devices; k++)
			if (devices[i].open || (!devices[k].gone && devices[k].on &&
						!strcmp(devices[k].on, name)))
				return -EBUSY;
		devices[i].gone = true;
		strcat(strcat(order, name), " ");
		return 0;
	}
	return -ENXIO;
}

/* As the kernel lays it out: entries of 12 bytes and a name, each on a boundary of 8. */
static int list_devices(struct dm_ioctl *arg)
{
	char *bytes = (char *)arg;
	uint32_t at = arg->data_start, last = 0, i;

	list_size = arg->data_size;
	if (broken == 1 || (broken == 6 && list_size < 60000))
		arg->flags |= DM_BUFFER_FULL_FLAG;
	memset(bytes + at, 0, 16);
	arg->data_size = at + 16;
	for (i = 0; i < n_devices; i++) {
		uint32_t next;

		if (devices[i].gone)
			continue;
		if (last) {
			next = at - last;
			memcpy(bytes + last + 8, &next, 4);
		}
		next = broken == 2 ? 4 : 0;
		memset(bytes + at, 1, 8);
		memcpy(bytes + at + 8, &next, 4);
		strcpy(bytes + at + 12, devices[i].name);
		last = at;
		at += (12 + strlen(devices[i].name) + 1 + 7) & ~7u;
		arg->data_size = at;
	}
	if (broken == 3)
		memset(bytes + arg->data_start + 12, 'x', arg->data_size - arg->data_start - 12);
	if (broken == 4)
		arg->data_size = 1 << 30;
	if (broken == 5)
		arg->data_start = 1 << 30;
	return 0;
}

/* Written down: the call, the device and the message. */
static int note_call(unsigned long what, struct dm_ioctl *arg)
{
	const char *message = what == DM_TARGET_MSG ? (char *)arg + arg->data_start + 8 : "";
	size_t n = strlen(order);

	if (arg->flags & DM_SUSPEND_FLAG)
		return -EINVAL;
	snprintf(order + n, sizeof(order) - n, "%s:%s%s ", what == DM_TARGET_MSG ? "message" : "resume",
		 arg->name, message);
	return 0;
}

static int fake(unsigned long what, struct dm_ioctl *arg)
{
	if (arg->version[0] != 4)
		return -EINVAL;
	if (what == DM_LIST_DEVICES)
		return list_error ? list_error : list_devices(arg);
	if (what == DM_DEV_SUSPEND || what == DM_TARGET_MSG)
		return note_call(what, arg);
	return what == DM_DEV_REMOVE ? remove_device(arg->name) : -ENOTTY;
}

static void device(const char *name, const char *on, bool open)
{
	devices[n_devices].name = name;
	devices[n_devices].on = on;
	devices[n_devices].open = open;
	devices[n_devices++].gone = false;
}

static void clear(void)
{
	n_devices = 0;
	order[0] = '\0';
	list_error = broken = 0;
}

static char said[256];

static void left(const char *name, int err)
{
	size_t n = strlen(said);

	snprintf(said + n, sizeof(said) - n, "%s:%d ", name, err);
}

static void test_order(void)
{
	clear();
	is_int(dm_remove_all(left), 0, "none");
	device("mpatha", NULL, false);
	device("mpatha-part1", "mpatha", false);
	device("system-root", "mpatha-part1", false);
	device("system-swap", "mpatha-part1", false);
	is_int(dm_remove_all(left), 4, "all of them");
	is_str(order, "system-root system-swap mpatha-part1 mpatha ", "what lies on another first");
	is_str(said, "", "none is left");
}

static void test_left(void)
{
	clear();
	device("a", NULL, false);
	device("b", "a", true);
	device("c", NULL, false);
	is_int(dm_remove_all(NULL), 1, "those that nobody has open");
	is_int(dm_remove_all(left), 0, "then none");
	is_str(said, "a:-16 b:-16 ", "which are left, and why");
}

static void test_errors(void)
{
	int i;

	clear();
	list_error = -ENOENT;
	is_int(dm_remove_all(NULL), 0, "no device-mapper");
	list_error = -EPERM;
	is_int(dm_remove_all(NULL), -EPERM, "an error of the kernel");
	clear();
	broken = 1;
	is_int(dm_remove_all(NULL), -E2BIG, "more than there is room for");
	ok(list_size >= 60000, "in the second try");
	clear();
	device("one", NULL, false);
	broken = 6;
	is_int(dm_remove_all(NULL), 1, "more than there was room for in the first");
	for (i = 2; i <= 5; i++) {
		clear();
		device("one", NULL, true);
		device("two", NULL, true);
		broken = i;
		ok(dm_remove_all(NULL) <= 0, "a list that no kernel makes, %d", i);
	}
}

static void test_calls(void)
{
	char text[600];

	clear();
	is_int(dm_resume("a"), 0, "a device is resumed");
	is_int(dm_message("b", " fail_if_no_path"), 0, "a message");
	is_str(order, "resume:a message:b fail_if_no_path ", "both reach the kernel");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	is_int(dm_message("b", text), -ENAMETOOLONG, "a message that is too long");
}

int main(void)
{
	dm_ioctl = fake;
	test_order();
	test_left();
	test_errors();
	test_calls();
	return done_testing();
}
