// SPDX-License-Identifier: GPL-2.0-or-later
/* Which kernels are installed. */
#include "system/check/check.h"
#include "system/machine.h"

static struct check c;

static void look(void)
{
	memset(&c, 0, sizeof(c));
	is_int(check_open(&c, machine_dir), 0, "the machine");
	close(c.root);
}

static void is_list(const char *want, const char *name)
{
	char got[1024] = "";
	unsigned i;

	look();
	for (i = 0; i < c.n_kernels; i++) {
		strcat(got, c.kernels[i]);
		strcat(got, " ");
	}
	is_str(got, want, name);
}

static void test_names(void)
{
	char path[128], longest[KERNEL_NAME_MAX + 2];

	machine_begin();
	is_list("", "none");
	machine_file("lib/modules/6.1.0/x", "");
	machine_file("lib/modules/5.10.0/x", "");
	is_list("5.10.0 6.1.0 ", "no kernel in /boot: those that have modules");
	machine_file("boot/vmlinuz-6.12", "");
	machine_file("boot/vmlinuz-6.1", "");
	machine_file("boot/vmlinuz-6.1.old", "");
	machine_file("boot/vmlinuz-6.1.bak", "");
	machine_file("boot/vmlinuz-6.1.dpkg-new", "");
	machine_file("boot/initrd.img-6.5", "");
	machine_file("boot/config-6.6", "");
	is_list("6.1 6.12 ", "kernels alone, without copies that are kept aside, sorted");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	snprintf(path, sizeof(path), "boot/vmlinuz-%s", longest);
	machine_file(path, "");
	is_list("6.1 6.12 ", "a longer version than a kernel can have");
	longest[KERNEL_NAME_MAX] = '\0';
	snprintf(path, sizeof(path), "boot/vmlinuz-%s", longest);
	machine_file(path, "");
	look();
	is_str(c.kernels[2], longest, "the longest one");
}

static void test_ceiling(void)
{
	char path[128];
	int i;

	machine_begin();
	for (i = 0; i < KERNELS_MAX; i++) {
		snprintf(path, sizeof(path), "boot/vmlinuz-6.%02d", i);
		machine_file(path, "");
	}
	look();
	is_int(c.n_kernels, KERNELS_MAX, "as many kernels as fit");
	is_int(c.kernels_cut, false, "none is left out");
	machine_file("boot/vmlinuz-7", "");
	machine_file("boot/vmlinuz-5", "");
	look();
	is_int(c.n_kernels, KERNELS_MAX, "two more than fit");
	is_int(c.kernels_cut, true, "that is noted");
	is_str(c.kernels[KERNELS_MAX - 1], "7", "the newest is kept");
	is_str(c.kernels[0], "6.01", "the oldest are left out");
}

int main(void)
{
	test_names();
	test_ceiling();
	machine_end();
	return done_testing();
}
