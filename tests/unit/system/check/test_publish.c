// SPDX-License-Identifier: GPL-2.0-or-later
/* The item publish: is the copy that the host boots up to date? */
#include <sys/time.h>

#include "system/check/check.h"
#include "system/machine.h"

#define TODO " (run /usr/lib/iscsiroot/publish)\n"

static const struct {
	const char *name, *config, *published;
	int kernel, initrd;		/* their times, seconds after the record's */
	const char *items;
} cases[] = {
	{ "not configured", NULL, NULL, 0, 0, "" },
	{ "configured without a place", "# TO=/srv\nTO=\n", NULL, 0, 0, "" },
	{ "never published", "TO=/srv/guest1\n", NULL, 0, 0, "warn publish: nothing published to /srv/guest1 yet" TODO },
	{ "an empty record", "TO=/srv/guest1\n", "", 0, 0, "warn publish: nothing published to /srv/guest1 yet" TODO },
	{ "published to another place", "TO=host:/srv\n", "/srv/guest1\nx\n", 0, 0,
	  "warn publish: last published to /srv/guest1, not to host:/srv" TODO },
	{ "each TO= counts", "TO=/a\nTO=/b\n", "/a\nx\ny\n/b\nx\ny\n", -5, -5,
	  "ok publish: the copy in /a is up to date\nok publish: the copy in /b is up to date\n" },
	{ "one of them failed", "TO=/a\nTO=/b\n", "/b\nx\ny\n", -5, -5,
	  "warn publish: last published to /b, not to /a" TODO "ok publish: the copy in /b is up to date\n" },
	{ "a newer initramfs", "TO=/b\n", "/b\n", -5, 5, "warn publish: /boot/initrd.img-6.1 is newer than the copy in /b" TODO },
	{ "a newer kernel", "TO=/b\n", "/b\n", 5, -5, "warn publish: /boot/vmlinuz-6.1 is newer than the copy in /b" TODO },
};

static void set_time(const char *path, time_t when)
{
	struct timeval times[2] = { { .tv_sec = when }, { .tv_sec = when } };

	if (utimes(machine_path(path), times))
		perror(path);
}

int main(void)
{
	static struct check c;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		machine_begin();
		machine_file("boot/vmlinuz-6.1", "");
		machine_file("boot/initrd.img-6.1", "");
		if (cases[i].config)
			machine_file("etc/iscsi/publish.conf", cases[i].config);
		if (cases[i].published) {
			machine_file("var/lib/iscsiroot/published", cases[i].published);
			set_time("var/lib/iscsiroot/published", 1000000);
		}
		set_time("boot/vmlinuz-6.1", 1000000 + cases[i].kernel);
		set_time("boot/initrd.img-6.1", 1000000 + cases[i].initrd);
		memset(&c, 0, sizeof(c));
		report_begin(&c.report, true);
		is_int(check_open(&c, machine_dir), 0, "the machine");
		check_publish(&c);
		is_items(&c.report, cases[i].items, cases[i].name);
		close(c.root);
	}
	machine_end();
	return done_testing();
}
