// SPDX-License-Identifier: GPL-2.0-or-later
/* Which kernels are installed. */
#include <string.h>

#include "base/sys.h"
#include "system/check/check.h"

/* Sorted, without duplicates. Newer versions sort last, so the first one makes room for them. */
static void add_kernel(struct check *c, const char *name)
{
	unsigned at, n = c->n_kernels;

	/* no kernel has a longer version: it would not fit into utsname */
	if (strlen(name) > KERNEL_NAME_MAX)
		return;
	for (at = 0; at < n && strcmp(c->kernels[at], name) < 0; at++)
		;
	if (at < n && !strcmp(c->kernels[at], name))
		return;
	if (n < KERNELS_MAX) {
		memmove(c->kernels + at + 1, c->kernels + at, (n - at) * sizeof(*c->kernels));
		c->n_kernels++;
	} else {
		c->kernels_cut = true;
		if (!at)
			return;
		at--;
		memmove(c->kernels, c->kernels + 1, at * sizeof(*c->kernels));
	}
	memcpy(c->kernels[at], name, strlen(name) + 1);
}

/* Copies that package managers and administrators keep are not booted. */
static bool is_aside(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcmp(dot, ".old") || !strcmp(dot, ".bak") || !strncmp(dot, ".dpkg-", 6));
}

static bool add_image(void *arg, const char *name)
{
	struct span version = span_of(name);

	if (span_take(&version, "vmlinuz-") && !is_aside(name))
		add_kernel(arg, version.p);
	return true;
}

static bool add_modules(void *arg, const char *name)
{
	if (!is_aside(name))
		add_kernel(arg, name);
	return true;
}

void check_find_kernels(struct check *c)
{
	sys_list(c->root, "boot", add_image, c);
	/* The host has the kernels, the guest their modules only. What a removed kernel leaves in
	 * /lib/modules is no kernel, so this is not looked at where /boot tells. */
	if (!c->n_kernels)
		sys_list(c->root, "lib/modules", add_modules, c);
}
