// SPDX-License-Identifier: GPL-2.0-or-later
/* Which kernels are installed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "system/check/check.h"

typedef char kernel_name[KERNEL_NAME_MAX + 1];

static int insert(kernel_name *names, int n, const char *name)
{
	int at;

	for (at = 0; at < n && strcmp(names[at], name) < 0; at++)
		;
	if (at < n && !strcmp(names[at], name))
		return n;
	if (n == KERNELS_MAX || strlen(name) > KERNEL_NAME_MAX)
		return -E2BIG;
	memmove(names + at + 1, names + at, (size_t)(n - at) * sizeof(*names));
	memcpy(names[at], name, strlen(name) + 1);
	return n + 1;
}

/* What package managers and administrators put aside is not booted. */
static bool is_aside(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcmp(dot, ".old") || !strcmp(dot, ".bak") || !strncmp(dot, ".dpkg-", 6));
}

/* The names in a directory that begin with @prefix, without it. */
static int list(int root, const char *path, const char *prefix, kernel_name *names)
{
	int fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (d && n >= 0 && (e = readdir(d)))
		if (e->d_name[0] != '.' && !strncmp(e->d_name, prefix, strlen(prefix)) &&
		    !is_aside(e->d_name))
			n = insert(names, n, e->d_name + strlen(prefix));
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return n;
}

int check_kernels(const struct check *c, char names[KERNELS_MAX][KERNEL_NAME_MAX + 1])
{
	int n = list(c->root, "boot", "vmlinuz-", names);

	/* The host has the kernels, the guest their modules only. What a removed kernel leaves in
	 * /lib/modules is no kernel, so this is not looked at where /boot tells. */
	return n ? n : list(c->root, "lib/modules", "", names);
}
