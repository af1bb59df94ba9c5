// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel/dm.h"

#define CONTROL "/dev/mapper/control"
#define LIST_FIRST 8192		/* some hundred volumes; the kernel takes memory of that size */
#define LIST_MAX 65536		/* about a thousand, where that is not enough */
#define PASSES_MAX 32		/* as deep as devices may lie upon one another */

static int call_kernel(unsigned long what, struct dm_ioctl *arg)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = ioctl(fd, what, arg) ? -errno : 0;
	close(fd);
	return err;
}

int (*dm_ioctl)(unsigned long what, struct dm_ioctl *arg) = call_kernel;

static void begin(struct dm_ioctl *arg, size_t size)
{
	memset(arg, 0, sizeof(*arg));
	arg->version[0] = 4;	/* DM_VERSION_MAJOR; minor 0 is what every kernel of it takes */
	arg->data_size = size;
	arg->data_start = sizeof(*arg);
}

static int call_one(unsigned long what, const char *name)
{
	struct dm_ioctl arg;

	begin(&arg, sizeof(arg));
	strncpy(arg.name, name, sizeof(arg.name) - 1);
	return dm_ioctl(what, &arg);
}

static int remove_one(const char *name)
{
	return call_one(DM_DEV_REMOVE, name);
}

int dm_resume(const char *name)
{
	return call_one(DM_DEV_SUSPEND, name);
}

int dm_message(const char *name, const char *text)
{
	union { struct dm_ioctl arg; char bytes[512]; } u;
	const size_t at = sizeof(u.arg) + offsetof(struct dm_target_msg, message);

	memset(&u, 0, sizeof(u));	/* sector 0: the first target */
	begin(&u.arg, sizeof(u));
	strncpy(u.arg.name, name, sizeof(u.arg.name) - 1);
	if (strlen(text) >= sizeof(u) - at)
		return -ENAMETOOLONG;
	memcpy(u.bytes + at, text, strlen(text));
	return dm_ioctl(DM_TARGET_MSG, &u.arg);
}

/* The name at @at within a list of @size bytes, and where the next is (0: it is the last). */
static const char *read_name(const char *list, size_t size, size_t at, size_t *next)
{
	const size_t head = offsetof(struct dm_name_list, name);
	struct dm_name_list entry;

	if (at > size || size - at <= head || !memchr(list + at + head, 0, size - at - head))
		return NULL;
	memcpy(&entry, list + at, head);
	*next = entry.next ? at + entry.next : 0;
	return list[at + head] && entry.next < size ? list + at + head : NULL;
}

/* One look at all of them. Return: how many went, or -errno. */
static int remove_pass(void (*left)(const char *name, int err))
{
	static union { struct dm_ioctl arg; char bytes[LIST_MAX]; } u;
	size_t at, next, start;
	const char *name;
	int n = 0, err;

	begin(&u.arg, LIST_FIRST);
	err = dm_ioctl(DM_LIST_DEVICES, &u.arg);
	if (!err && u.arg.flags & DM_BUFFER_FULL_FLAG) {
		begin(&u.arg, sizeof(u));
		err = dm_ioctl(DM_LIST_DEVICES, &u.arg);
	}
	if (err)
		return err;
	if (u.arg.flags & DM_BUFFER_FULL_FLAG)
		return -E2BIG;
	start = u.arg.data_start;
	if (start > sizeof(u) || u.arg.data_size > sizeof(u))
		return -EPROTO;
	for (at = start; at; at = next) {
		name = read_name(u.bytes, u.arg.data_size, at, &next);
		if (!name)
			break;
		err = remove_one(name);
		n += !err;
		if (err && left)
			left(name, err);
		if (next && next <= at)
			break;
	}
	return n;
}

int dm_remove_all(void (*left)(const char *name, int err))
{
	int all = 0, n = 1, i;

	for (i = 0; i < PASSES_MAX && n > 0; i++) {
		n = remove_pass(NULL);
		if (n == -ENOENT || n == -ENODEV)
			return 0;
		if (n < 0)
			return n;
		all += n;
	}
	if (left)
		remove_pass(left);
	return all;
}
